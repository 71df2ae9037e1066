#include "train/memory_use.hpp"

#include <fstream>
#include <string>
#include <unistd.h>

namespace clino {

std::uint64_t resident_bytes() {
  std::uint64_t all_pages = 0, resident_pages = 0;
  std::ifstream file("/proc/self/statm");
  if (!(file >> all_pages >> resident_pages)) return 0;
  return resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// Not from getrusage: its peak is at least that of whoever started this program.
std::uint64_t peak_resident_bytes() {
  std::ifstream file("/proc/self/status");
  for (std::string word; file >> word;) {
    std::uint64_t kibibytes = 0;
    if (word == "VmHWM:" && file >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

}  // namespace clino
