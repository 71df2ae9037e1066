#include "train/config_template.hpp"

#include <array>

#include "core/errors.hpp"
#include "core/options.hpp"

namespace clino {

namespace {

/// What differs from kind to kind.
struct TemplateKind {
  const char* name;
  const char* data;
  const char* hidden;
  const char* activation;
  const char* loss;  // with its comma
  const char* learning_rate;
};

constexpr std::array<TemplateKind, 4> kKinds{{
    {"classification", R"(    "source": "moons",  // `clino list datasets` shows the others
    "samples": 1000,
    "noise": 0.1,
)",
     "[32, 32]", "tanh", R"("softmax_cross_entropy",  // a class; binary_cross_entropy for two)",
     "0.01"},
    {"regression", R"(    "source": "sine",  // `clino list datasets` shows the others
    "samples": 1000,
    "noise": 0.05,
)",
     "[32, 32]", "tanh", R"("mse",  // numbers; or mae, huber)", "0.01"},
    {"csv", R"(    "source": "csv",
    "path": "data.csv",  // or .csv.gz; relative to this file's folder
    "header": true,  // whether the first line names the columns
    "target": -1,  // the column to learn: a name, or an index; -1 is the last
    "missing": "refuse",  // or "mean": the training part's mean takes the place of missing values
)",
     "[32, 32]", "relu",
     R"("softmax_cross_entropy",  // a class; mse where the target is a number)", "0.01"},
    {"images",
     R"(    "source": "idx",  // the format of MNIST, plain or .gz; relative to this file's folder
    "train": {"images": "train-images-idx3-ubyte.gz", "labels": "train-labels-idx1-ubyte.gz"},
    "test": {"images": "t10k-images-idx3-ubyte.gz", "labels": "t10k-labels-idx1-ubyte.gz"},
)",
     "[256, 128]", "relu", R"("softmax_cross_entropy",)", "0.001"},
}};

constexpr std::string_view kTemplate = R"({
  // Every key with its type, default and range: docs/config.md, or `clino schema`.
  "name": "my-@name",
  "seed": 1,  // every random draw derives from it
  "data": {
@data    "validation_fraction": 0.2,  // held back to watch the training
    "standardize": true  // inputs to mean 0 and deviation 1
  },
  "model": {
    "hidden": @hidden,  // widths of the hidden layers; the output layer is added
    "activation": "@activation"  // `clino list activations`
  },
  "loss": @loss
  "optimizer": {"type": "adam", "learning_rate": @learning_rate},
  "training": {"epochs": 50, "batch_size": 32}
}
)";

void fill_in(std::string& text, std::string_view mark, std::string_view value) {
  text.replace(text.find(mark), mark.size(), value);
}

std::string text_of(const TemplateKind& kind) {
  std::string text(kTemplate);
  fill_in(text, "@name", kind.name);
  fill_in(text, "@data", kind.data);
  fill_in(text, "@hidden", kind.hidden);
  fill_in(text, "@activation", kind.activation);
  fill_in(text, "@loss", kind.loss);
  fill_in(text, "@learning_rate", kind.learning_rate);
  return text;
}

}  // namespace

const std::vector<std::string>& config_template_kinds() {
  static const std::vector<std::string> kinds = [] {
    std::vector<std::string> names;
    names.reserve(kKinds.size());
    for (const TemplateKind& kind : kKinds) names.emplace_back(kind.name);
    return names;
  }();
  return kinds;
}

std::string config_template(std::string_view kind) {
  for (const TemplateKind& each : kKinds) {
    if (kind == each.name) return text_of(each);
  }
  throw UsageError("unknown kind of config \"" + std::string(kind) + "\"" +
                   suggestion(kind, config_template_kinds()));
}

}  // namespace clino
