#pragma once

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

namespace clino::test {

inline bool contains(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// Names of what a folder holds, sorted.
inline std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// How a program ended, and what it said.
struct Outcome {
  int code = -1;  ///< -1 where a signal ended it
  std::string out;
  std::string error;
};

/// The program as a process that runs in a folder of its own, which goes with it.
class Program {
 public:
  const std::filesystem::path& folder() const { return folder_.path(); }
  std::string file(const std::string& name) const { return folder_.file(name); }

  /// Runs to the end.
  Outcome run(const std::vector<std::string>& arguments, const std::string& input = "") {
    write_text(streams_.path() / "in", input);
    const int in = ::open(streams_.file("in").c_str(), O_RDONLY | O_CLOEXEC);
    start(arguments, in, create("out"));
    return wait();
  }

  /// Starts and does not wait; both descriptors go over to the process.
  void start(const std::vector<std::string>& arguments, int in, int out) {
    const int error = create("error");
    // All that may allocate stands before the fork.
    std::vector<std::string> texts{CLINO_PROGRAM};
    texts.insert(texts.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    process_ = ::fork();
    if (process_ < 0) throw std::runtime_error("no new process");
    if (process_ == 0) {
      ::dup2(in, STDIN_FILENO);
      ::dup2(out, STDOUT_FILENO);
      ::dup2(error, STDERR_FILENO);
      if (::chdir(folder_.path().c_str()) == 0) ::execv(pointers[0], pointers.data());
      ::_exit(127);
    }
    for (const int descriptor : {in, out, error}) ::close(descriptor);
  }

  /// What it has said up to now, and on its error stream.
  std::string out_so_far() const { return read_text(streams_.path() / "out"); }
  std::string error_so_far() const { return read_text(streams_.path() / "error"); }

  void signal(int number) const { ::kill(process_, number); }

  Outcome wait() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    return {.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            .out = read_text(streams_.path() / "out"),
            .error = read_text(streams_.path() / "error")};
  }

  int create(const char* stream) const {
    return ::open(streams_.file(stream).c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  }

 private:
  TemporaryFolder folder_;
  TemporaryFolder streams_;
  ::pid_t process_ = -1;
};

/// A config that trains in milliseconds, with all that has a state: dropout, Adam, shuffling.
inline const char* const kSmallConfig = R"({
  "name": "small",
  "data": {"source": "moons", "samples": 200, "noise": 0.1, "test_fraction": 0.2},
  "model": {"layers": [{"type": "dense", "units": 8}, {"type": "tanh"},
                       {"type": "dropout", "rate": 0.1}]},
  "loss": "softmax_cross_entropy",
  "optimizer": {"type": "adam", "learning_rate": 0.02},
  "training": {"epochs": 5, "batch_size": 16},
  "log": {"every": 7}
})";

}  // namespace clino::test
