// Clino beside PyTorch, from the same weights and data, in double: make_parity_golden.py.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "layers/activations/list.hpp"
#include "layers/losses.hpp"
#include "optim/optimizer.hpp"
#include "optim/schedule.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"
#include "train/json_reader.hpp"
#include "train/safetensors.hpp"
#include "train/trainer.hpp"

namespace clino::test {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(CLINO_SOURCE_DIR) / "tests/train/parity";

/// What a run gave, under the golden file's names without the case: a number for each step, or for
/// each step and layer, or the elements of a weight.
using Series = std::vector<double>;
using SeriesByName = std::map<std::string, Series>;

/// A line of cases.txt.
struct Case {
  std::string name;
  std::vector<std::string> overrides;
};

std::vector<Case> read_cases() {
  std::vector<Case> cases;
  std::ifstream file(kFolder / "cases.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    Case& added = cases.emplace_back();
    words >> added.name;
    for (std::string word; words >> word;) added.overrides.push_back(word);
  }
  return cases;
}

/// All tensors of a file whose names begin with `prefix`, under the rest of their names.
SeriesByName read_tensors(const fs::path& path, const std::string& prefix = "") {
  SeriesByName tensors;
  for (const Tensor& tensor : read_safetensors(path.string())) {
    if (tensor.name.rfind(prefix, 0) != 0) continue;
    tensors[tensor.name.substr(prefix.size())] = elements<double>(tensor);
  }
  return tensors;
}

/// Appends the numbers that a log has under each of `keys`, line after line, to those names.
void read_log(const fs::path& path, const std::vector<std::string>& keys, SeriesByName& series) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const JsonReading reading = read_json(line, path.string());
    for (const std::string& key : keys) {
      const JsonValue* value = reading.root->find(key);
      if (value == nullptr) continue;
      const auto* whole = std::get_if<std::int64_t>(&value->scalar);
      series[key].push_back(whole != nullptr ? static_cast<double>(*whole)
                                             : std::get<double>(value->scalar));
    }
  }
}

/// Trains a case and gathers what the golden file has of it.
SeriesByName train_case(const Case& description) {
  const TemporaryFolder folder;
  const fs::path directory = folder.path() / "run";
  const Config config = load_config(kFolder / "base.json", description.overrides);
  const TrainResult result = train({.config = config, .directory = directory});
  REQUIRE(result.status == RunStatus::completed);
  REQUIRE(result.steps == 100);
  SeriesByName series = read_tensors(directory / run_files::kModel);
  read_log(directory / run_files::kSteps, {"loss", "learning_rate", "grad_norm"}, series);
  read_log(directory / run_files::kLayers, {"delta_norm", "weight_grad_norm"}, series);
  return series;
}

/// The largest difference of two numbers relative to the expected one, which nothing stands in for
/// where it is small.
double worst_difference(const Series& found, const Series& expected) {
  if (found.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i] == expected[i]) continue;
    const double relative = std::abs(found[i] - expected[i]) / std::abs(expected[i]);
    worst =
        std::isnan(relative) ? std::numeric_limits<double>::infinity() : std::max(worst, relative);
  }
  return worst;
}

/// The types of layers, losses, optimisers and schedules that the cases train.
std::set<std::string> trained_types() {
  std::set<std::string> types;
  for (const Case& description : read_cases()) {
    const Config config = load_config(kFolder / "base.json", description.overrides);
    for (const LayerSpec& layer : config.model.layers) types.insert(layer.choice.type);
    types.insert(config.loss.type);
    types.insert(config.optimizer.method.type);
    types.insert(config.optimizer.schedule.type);
  }
  return types;
}

TEST_CASE("all that PyTorch has too is compared with it") {
  std::set<std::string> types = trained_types();
  types.insert({"lecun_tanh", "lion"});  // not in PyTorch
  for (const Catalogue& catalogue :
       {activation_catalogue(), loss_catalogue(), optimizer_catalogue(), schedule_catalogue()}) {
    for (const CatalogueEntry& entry : catalogue) {
      CAPTURE(entry.name);
      CHECK(types.count(entry.name) == 1);
    }
  }
}

TEST_CASE("training agrees with PyTorch", "[slow]") {
  const std::vector<Case> cases = read_cases();
  REQUIRE(cases.size() > 60);
  for (const Case& description : cases) {
    const SeriesByName expected =
        read_tensors(kFolder / "golden.safetensors", description.name + "/");
    const SeriesByName found = train_case(description);
    REQUIRE(expected.size() > 6);
    REQUIRE(found.size() == expected.size());
    for (const auto& [name, series] : expected) {
      CAPTURE(description.name, name);
      REQUIRE(found.count(name) == 1);
      CHECK(worst_difference(found.at(name), series) < 1e-9);
    }
  }
}

}  // namespace
}  // namespace clino::test
