#include "train/run_state.hpp"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <zlib.h>

#include "core/errors.hpp"
#include "train/atomic_file.hpp"

namespace clino {

namespace {

using Json = nlohmann::json;

/// A checkpoint is this line, a CRC-32 of the rest in eight hexadecimal digits and a line break,
/// eight bytes with the length of the description, the description in CBOR (RFC 8949): all but the
/// numbers, of which it has the sizes. Then the numbers, in the order of their names.
constexpr std::string_view kMagic = "clino checkpoint 4\n";
constexpr std::size_t kHeader = 28;
constexpr std::size_t kLength = sizeof(std::uint64_t);

/// Of bytes in several pieces.
class Checksum {
 public:
  void add(std::string_view piece) {
    if (piece.empty()) return;  // whose null pointer would begin anew
    crc_ = ::crc32_z(crc_, reinterpret_cast<const Bytef*>(piece.data()), piece.size());
  }
  std::string text() const {
    char text[10];
    std::snprintf(text, sizeof(text), "%08lx\n", crc_);
    return text;
  }

 private:
  uLong crc_ = 0;
};

/// Numbers that may be infinite or NaN: kept as they lie in memory.
Json exact(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}
double exact(const Json& json) {
  const auto bits = json.get<std::uint64_t>();
  double value = 0;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

Json state_json(const Metrics& metrics) {
  return {{"loss", exact(metrics.loss)},
          {"accuracy", metrics.accuracy ? exact(*metrics.accuracy) : Json()},
          {"samples", metrics.samples}};
}
Metrics metrics_from(const Json& json) {
  Metrics metrics{.loss = exact(json.at("loss")), .accuracy = {}, .samples = json.at("samples")};
  if (!json.at("accuracy").is_null()) metrics.accuracy = exact(json.at("accuracy"));
  return metrics;
}

Json state_json(const std::optional<Metrics>& metrics) {
  return metrics ? state_json(*metrics) : Json();
}
std::optional<Metrics> optional_metrics_from(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(metrics_from(json));
}

Json state_json(const RunState& s) {
  Json numbers = Json::object();
  for (const auto& [name, bytes] : s.numbers) numbers[name] = bytes.size();
  return {{"step", s.step},
          {"epoch", s.epoch},
          {"batch", s.batch},
          {"finished", s.finished},
          {"status", s.status},
          {"epoch_sums",
           {exact(s.epoch_sums.loss), exact(s.epoch_sums.weight), s.epoch_sums.correct,
            s.epoch_sums.samples}},
          {"schedule",
           {exact(s.schedule.learning_rate), exact(s.schedule.best), exact(s.schedule.bad_epochs),
            exact(s.schedule.cooldown)}},
          {"samples", s.samples},
          {"seconds", exact(s.seconds)},
          {"last_train", state_json(s.last_train)},
          {"last_validation", state_json(s.last_validation)},
          {"last_rate", exact(s.last_rate)},
          {"best_epoch", s.best_epoch},
          {"best_step", s.best_step},
          {"best", state_json(s.best)},
          {"watched", exact(s.watched)},
          {"epochs_without_gain", s.epochs_without_gain},
          {"filmed_step", s.filmed_step},
          {"log_sizes", s.log_sizes},
          {"numbers", std::move(numbers)}};
}

RunState state_from(const Json& json) {
  RunState s;
  json.at("step").get_to(s.step);
  json.at("epoch").get_to(s.epoch);
  json.at("batch").get_to(s.batch);
  json.at("finished").get_to(s.finished);
  json.at("status").get_to(s.status);
  const Json& sums = json.at("epoch_sums");
  s.epoch_sums = {exact(sums.at(0)), exact(sums.at(1)), sums.at(2), sums.at(3)};
  const Json& schedule = json.at("schedule");
  s.schedule = {exact(schedule.at(0)), exact(schedule.at(1)), exact(schedule.at(2)),
                exact(schedule.at(3))};
  json.at("samples").get_to(s.samples);
  s.seconds = exact(json.at("seconds"));
  s.last_train = optional_metrics_from(json.at("last_train"));
  s.last_validation = optional_metrics_from(json.at("last_validation"));
  s.last_rate = exact(json.at("last_rate"));
  json.at("best_epoch").get_to(s.best_epoch);
  json.at("best_step").get_to(s.best_step);
  s.best = metrics_from(json.at("best"));
  s.watched = exact(json.at("watched"));
  json.at("epochs_without_gain").get_to(s.epochs_without_gain);
  json.at("filmed_step").get_to(s.filmed_step);
  json.at("log_sizes").get_to(s.log_sizes);
  return s;
}

/// Finds the numbers of a description in the bytes behind it.
std::map<std::string, NumberBytes> numbers_from(const Json& sizes, std::string_view bytes,
                                                const std::shared_ptr<const MappedFile>& file) {
  std::map<std::string, NumberBytes> numbers;
  for (const auto& [name, size] : sizes.items()) {
    const auto count = size.get<std::size_t>();
    if (count > bytes.size()) throw InputError("it ends within the numbers " + name);
    numbers[name] = NumberBytes(file, bytes.substr(0, count));
    bytes.remove_prefix(count);
  }
  if (!bytes.empty()) throw InputError("it has bytes behind its last numbers");
  return numbers;
}

}  // namespace

void write_checkpoint(const std::string& path, const Checkpoint& checkpoint) {
  std::string body(kLength, '\0');
  Json::to_cbor(Json{{"config", checkpoint.config_hash},
                     {"data", checkpoint.data_hash},
                     {"state", state_json(checkpoint.state)}},
                body);
  const std::uint64_t length = body.size() - kLength;
  std::memcpy(body.data(), &length, kLength);
  Checksum checksum;
  checksum.add(body);
  for (const auto& [name, bytes] : checkpoint.state.numbers) checksum.add(bytes.view());

  AtomicFile file(path);
  file.write(kMagic);
  file.write(checksum.text());
  file.write(body);
  for (const auto& [name, bytes] : checkpoint.state.numbers) file.write(bytes.view());
  file.commit();
}

Checkpoint read_checkpoint(const std::string& path) {
  const bool empty = !MappedFile::is_possible(path);
  const auto file = empty ? nullptr : std::make_shared<const MappedFile>(path);
  const std::string_view all = empty ? std::string_view() : file->text();
  if (all.size() < kHeader || !all.starts_with(kMagic)) {
    throw InputError(path + " is not a checkpoint of this version of Clino: expected \"" +
                     std::string(kMagic.substr(0, kMagic.size() - 1)) + "\" at offset 0");
  }
  std::string_view body = all.substr(kHeader);
  Checksum checksum;
  checksum.add(body);
  file->release(0, all.size());
  if (all.substr(kMagic.size(), kHeader - kMagic.size()) != checksum.text()) {
    throw InputError(path + " is damaged: its checksum does not fit the " +
                     std::to_string(body.size()) + " bytes from offset " + std::to_string(kHeader));
  }
  try {
    std::uint64_t length = 0;
    if (body.size() >= kLength) std::memcpy(&length, body.data(), kLength);
    body.remove_prefix(std::min(body.size(), kLength));
    if (length > body.size()) throw InputError("it ends within its description");
    const Json json = Json::from_cbor(body.substr(0, length));
    Checkpoint checkpoint{.config_hash = json.at("config"),
                          .data_hash = json.at("data"),
                          .state = state_from(json.at("state"))};
    checkpoint.state.numbers =
        numbers_from(json.at("state").at("numbers"), body.substr(length), file);
    return checkpoint;
  } catch (const Json::exception& error) {
    throw InputError(path + " is damaged: " + error.what());
  } catch (const InputError& error) {
    throw InputError(path + " is damaged: " + error.what());
  }
}

}  // namespace clino
