#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <map>
#include <numeric>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

/// \file
/// What the peers in C++ have in common: what worker.py, which says how one talks to a peer, is to
/// those in Python.

namespace bench {

using Size = std::ptrdiff_t;

/// Floats of a file, in pages that all peers share.
inline std::span<const float> map_floats(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY);
  struct stat status {};
  if (file < 0 || ::fstat(file, &status) != 0) throw std::runtime_error("cannot read " + path);
  const auto bytes = static_cast<std::size_t>(status.st_size);
  void* const data = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  if (data == MAP_FAILED) throw std::runtime_error("cannot map " + path);
  return {static_cast<const float*>(data), bytes / sizeof(float)};
}

/// What is to be trained.
struct Spec {
  std::vector<Size> layers;  ///< widths: inputs, hidden ones, outputs
  std::string activation, loss, optimizer;
  float rate = 0, momentum = 0;
  Size batch = 0, threads = 1, samples = 0;
  std::span<const float> x, y, weights;  ///< weights: w0 [outputs, inputs] by rows, b0, w1, ...

  Size inputs() const { return layers.front(); }
  Size outputs() const { return layers.back(); }
  std::size_t depth() const { return layers.size() - 1; }
  const float* sample(Size i) const { return x.data() + i * inputs(); }
  const float* target(Size i) const {
    return y.data() + i * (static_cast<Size>(y.size()) / samples);
  }
};

inline Spec read_spec(int count, char** arguments) {
  std::map<std::string, std::string> text;
  for (const std::string argument :
       std::span(arguments, static_cast<std::size_t>(count)).subspan(1)) {
    const auto equals = argument.find('=');
    if (equals == std::string::npos) throw std::runtime_error("no key=value: " + argument);
    text[argument.substr(0, equals)] = argument.substr(equals + 1);
  }
  Spec spec;
  spec.activation = text.at("activation");
  spec.loss = text.at("loss");
  spec.optimizer = text.at("optimizer");
  spec.rate = std::stof(text.at("rate"));
  spec.momentum = std::stof(text.at("momentum"));
  spec.batch = std::stol(text.at("batch"));
  spec.threads = std::stol(text.at("threads"));
  spec.samples = std::stol(text.at("samples"));
  std::istringstream widths(text.at("layers"));
  for (std::string width; std::getline(widths, width, ',');)
    spec.layers.push_back(std::stol(width));
  const std::string folder = text.at("data") + "/";
  spec.x = map_floats(folder + "x.f32");
  spec.y = map_floats(folder + "y.f32");
  spec.weights = map_floats(folder + "weights.f32");
  return spec;
}

/// The samples of one batch after the other, forever, in an order that each epoch draws anew. The
/// shuffle takes two bounded numbers from each 64 bits (Lemire 2019), so that it costs little even
/// where a step is a microsecond.
class Batches {
 public:
  Batches(const Spec& spec, bool shuffled)
      : order_(static_cast<std::size_t>(spec.samples)),
        size_(static_cast<std::size_t>(spec.batch)),
        shuffled_(shuffled) {
    std::iota(order_.begin(), order_.end(), 0);
    begin_epoch();
  }

  std::span<const std::int32_t> next() {
    if (first_ == order_.size()) begin_epoch();
    const std::size_t count = std::min(size_, order_.size() - first_);
    first_ += count;
    return std::span<const std::int32_t>(order_).subspan(first_ - count, count);
  }

 private:
  void begin_epoch() {
    first_ = 0;
    if (!shuffled_) return;
    for (std::size_t i = order_.size() - 1; i > 0; --i) {
      state_ ^= state_ << 13U;
      state_ ^= state_ >> 7U;
      state_ ^= state_ << 17U;
      std::swap(order_[i], order_[((state_ >> 32U) * (i + 1)) >> 32U]);
    }
  }

  std::vector<std::int32_t> order_;
  std::size_t size_, first_ = 0;
  bool shuffled_;
  std::uint64_t state_ = 88172645463325252U;
};

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

struct Who {
  std::string name, version, note;
};

/// Answers orders until there are no more. `train(steps, check)` gives seconds and loss.
template <class Train>
void serve(const Who& who, Train train) {
  std::cout << R"({"name": ")" << who.name << R"(", "version": ")" << who.version
            << R"(", "note": ")" << who.note << "\"}" << std::endl;
  int check = 0;
  for (Size steps = 0; std::cin >> steps >> check;) {
    const std::pair<double, double> result = train(steps, check == 1);
    std::ostringstream loss;
    loss.precision(9);
    loss << result.second;
    std::cout.precision(9);
    std::cout << R"({"steps": )" << steps << R"(, "seconds": )" << result.first << R"(, "loss": )"
              << (check == 1 && std::isfinite(result.second) ? loss.str() : "null") << "}"
              << std::endl;
  }
}

}  // namespace bench
