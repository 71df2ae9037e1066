#include "data/machine_memory.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <unistd.h>

namespace clino {

namespace {

/// The limit of the control group (version 2) that this process is in; `most` where there is none.
std::uint64_t group_limit(std::uint64_t most) {
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (!line.starts_with("0::")) continue;
    std::uint64_t limit = 0;  // the file holds "max" where there is no limit
    std::ifstream file("/sys/fs/cgroup" + line.substr(3) + "/memory.max");
    if (file >> limit) return std::min(limit, most);
  }
  return most;
}

}  // namespace

std::uint64_t machine_memory() {
  const auto pages = static_cast<std::uint64_t>(std::max(0L, ::sysconf(_SC_PHYS_PAGES)));
  return group_limit(pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
}

}  // namespace clino
