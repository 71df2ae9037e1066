#include "data/array_source.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/errors.hpp"
#include "core/random.hpp"
#include "data/generators.hpp"
#include "data/idx.hpp"
#include "data/machine_memory.hpp"
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

/// Whether inputs of so many bytes are to stay in their file.
bool stays_mapped(const Choice& source, std::uint64_t bytes) {
  const auto memory = source.get<std::string>("memory");
  return memory == "map" || (memory == "auto" && bytes > machine_memory() / 2);
}

/// Whether the bytes of an idx file are to stay there. A compressed file cannot, and is read.
bool images_stay_mapped(const Choice& source, const std::string& path) {
  if (source.get<std::string>("memory") == "map") return true;
  const ByteReader file(path);
  return !file.compressed() && stays_mapped(source, file.most_left());
}

RawData read_images(const Choice& source) {
  const auto images_path = source.get<std::string>("train.images");
  RawData raw{.name = images_path};
  raw.images = true;
  if (images_stay_mapped(source, images_path)) {
    const MappedIdx images = map_idx(images_path);
    raw.rows = images.shape.front();
    raw.features = images.numbers.count / raw.rows;
    raw.mapped = images.numbers;
    raw.stays_mapped = true;
  } else {
    IdxArray images = read_idx(images_path);
    raw.rows = images.rows();
    raw.features = images.width();
    raw.bytes = std::move(images.bytes);
  }
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
  const bool has_to_map = source.get<std::string>("memory") == "map";
  NpyArray inputs = open_npy(source.get<std::string>("inputs"), !has_to_map);
  RawData raw{
      .name = source.get<std::string>("inputs"), .rows = inputs.rows, .features = inputs.columns};
  raw.inputs = std::move(inputs.values);
  raw.mapped = std::move(inputs.mapped);
  raw.stays_mapped = raw.mapped && stays_mapped(source, raw.mapped->bytes());
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
