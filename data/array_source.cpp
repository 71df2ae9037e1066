#include "data/array_source.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/errors.hpp"
#include "core/random.hpp"
#include "data/generators.hpp"
#include "data/idx.hpp"
#include "data/npy.hpp"

namespace clino {

namespace {

RawData generate(const Choice& source, std::uint64_t seed) {
  const auto& list = generators();
  const auto found = std::find_if(list.begin(), list.end(), [&](const Generator& generator) {
    return generator.entry.name == source.type;
  });
  Random random(seed, stream_id("data"));
  return found->generate(source, random);
}

void check_same_rows(const RawData& raw, const std::string& targets, Index rows) {
  if (raw.rows == rows) return;
  throw InputError(raw.name + " holds " + std::to_string(raw.rows) + " samples, " + targets +
                   " holds " + std::to_string(rows) + " targets");
}

RawData read_images(const Choice& source) {
  IdxArray images = read_idx(source.get<std::string>("train.images"));
  RawData raw{.name = source.get<std::string>("train.images"),
              .rows = images.rows(),
              .features = images.width()};
  raw.bytes = std::move(images.bytes);
  if (target_is_input(source)) return raw;
  const auto path = source.get<std::string>("train.labels");
  const IdxArray labels = read_idx(path);
  check_same_rows(raw, path, labels.rows());
  raw.targets_name = path;
  raw.outputs = labels.width();
  raw.targets.assign(labels.bytes.begin(), labels.bytes.end());
  return raw;
}

RawData read_numpy(const Choice& source) {
  NpyArray inputs = read_npy(source.get<std::string>("inputs"));
  RawData raw{
      .name = source.get<std::string>("inputs"), .rows = inputs.rows, .features = inputs.columns};
  raw.inputs = std::move(inputs.values);
  if (target_is_input(source)) return raw;
  const auto path = source.get<std::string>("targets");
  NpyArray targets = read_npy(path);
  check_same_rows(raw, path, targets.rows);
  raw.targets_name = path;
  raw.outputs = targets.columns;
  raw.targets = std::move(targets.values);
  return raw;
}

}  // namespace

bool target_is_input(const Choice& source) {
  return source.options.at("target") == OptionValue(std::string("input"));
}

RawData read_arrays(const Choice& source, std::uint64_t seed) {
  if (source.type == "idx") return read_images(source);
  if (source.type == "npy") return read_numpy(source);
  RawData raw = generate(source, seed);
  if (target_is_input(source)) {
    raw.targets.clear();
    raw.outputs = 0;
  }
  return raw;
}

}  // namespace clino
