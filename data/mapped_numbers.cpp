#include "data/mapped_numbers.hpp"

#include <string>

#include "core/errors.hpp"

namespace clino {

MappedNumbers map_numbers(const ByteReader& reader, MappedNumbers::Type type, std::uint64_t count) {
  const std::string cannot = reader.path() + ": cannot be mapped: ";
  if (reader.compressed()) throw InputError(cannot + "is compressed, expected a plain file");
  if (!MappedFile::is_possible(reader.path())) throw InputError(cannot + "is not a regular file");
  MappedNumbers numbers{.file = std::make_shared<const MappedFile>(reader.path()),
                        .offset = reader.offset(),
                        .type = type,
                        .count = static_cast<Index>(count)};
  const std::uint64_t expected = count * numbers.item_size();
  const std::uint64_t found = numbers.file->bytes().size() - numbers.offset;
  if (found < expected) {
    reader.fail("the file ends within the elements: the header claims " + std::to_string(expected) +
                " bytes, found " + std::to_string(found));
  }
  if (found > expected) reader.fail("more bytes than the header claims");
  return numbers;
}

}  // namespace clino
