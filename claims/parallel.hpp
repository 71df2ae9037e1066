#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "claims/claim.hpp"

namespace clino::claims {

/// action(0), ..., action(count - 1), by the setting's workers: the answers in their order,
/// whatever the number of workers. Rethrows what the first action that failed threw; throws
/// `Interrupted` when the setting says stop.
template <class Action>
auto for_each_index(const Setting& setting, std::size_t count, const Action& action) {
  using Answer = decltype(action(std::size_t{0}));
  std::vector<Answer> answers(count);
  std::atomic<std::size_t> next = 0;
  std::exception_ptr error;
  std::mutex guard;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        if (setting.stop != nullptr && *setting.stop != 0) throw Interrupted{};
        answers[i] = action(i);
      } catch (...) {
        const std::lock_guard lock(guard);
        if (error == nullptr) error = std::current_exception();
        next = count;
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    helpers.reserve(setting.workers);
    for (unsigned i = 1; i < setting.workers && i < count; ++i) helpers.emplace_back(work);
    work();
  }
  if (error != nullptr) std::rethrow_exception(error);
  return answers;
}

}  // namespace clino::claims
