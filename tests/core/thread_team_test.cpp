#include "core/thread_team.hpp"

#include <stdexcept>
#include <vector>

#include "core/kernels/flush_to_zero.hpp"
#include "tests/allocations.hpp"
#include "tests/catch.hpp"

using namespace clino;

TEST_CASE("a team calls the work once for each share, again and again") {
  for (const Index size : {1, 2, 5}) {
    ThreadTeam team(size);
    CHECK(team.size() == size);
    std::vector<int> calls(static_cast<std::size_t>(size), 0);
    const AllocationCount allocations;
    for (int job = 0; job < 1000; ++job) {
      const Index count = 1 + job % size;
      team.run(count, [&](Share share) {
        if (share.count == count) ++calls[static_cast<std::size_t>(share.number)];
      });
    }
    CHECK(allocations.since_start() == 0);
    for (Index number = 0; number < size; ++number) {
      int expected = 0;
      for (int job = 0; job < 1000; ++job) expected += 1 + job % size > number ? 1 : 0;
      CHECK(calls[static_cast<std::size_t>(number)] == expected);
    }
  }
}

TEST_CASE("a team that has slept wakes up") {
  ThreadTeam team(2);
  std::atomic<int> calls = 0;
  for (int job = 0; job < 3; ++job) {
    team.run(2, [&](Share) { ++calls; });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK(calls == 6);
}

TEST_CASE("more shares than threads are as many as there are threads") {
  ThreadTeam team(2);
  std::atomic<int> calls = 0;
  team.run(7, [&](Share share) { calls += share.count == 2 ? 1 : 100; });
  CHECK(calls == 2);
}

TEST_CASE("what one share throws is thrown when all have ended, and the team goes on") {
  ThreadTeam team(3);
  for (const Index thrower : {0, 2}) {
    std::atomic<int> calls = 0;
    CHECK_THROWS_AS(team.run(3,
                             [&](Share share) {
                               ++calls;
                               if (share.number == thrower) throw std::runtime_error("no");
                             }),
                    std::runtime_error);
    CHECK(calls == 3);
  }
  std::atomic<int> calls = 0;
  team.run(3, [&](Share) { ++calls; });
  CHECK(calls == 3);
}

TEST_CASE("all threads treat subnormal numbers as their caller does") {
  ThreadTeam team(3);
  for (const bool flushes : {true, false, true}) {
    const kernels::FlushToZero flush(flushes);
    std::vector<float> halves(3);
    team.run(3, [&](Share share) {
      volatile float smallest = 1.2e-38F;
      halves[static_cast<std::size_t>(share.number)] = smallest / 4;
    });
    for (const float half : halves) CHECK((half == 0) == flushes);
  }
}

TEST_CASE("shares are consecutive, in whole grains, and leave nothing out") {
  for (const Index size : {0, 1, 7, 8, 9, 64, 100}) {
    for (const Index count : {1, 2, 3, 7}) {
      for (const Index grain : {1, 8}) {
        Index next = 0;
        for (Index number = 0; number < count; ++number) {
          const IndexRange range = Share{number, count}.of(size, grain);
          CHECK(range.first == next);
          CHECK((range.last % grain == 0 || range.last == size));
          CHECK(range.size() <= (size / grain / count + 1) * grain);
          next = range.last;
        }
        CHECK(next == size);
      }
    }
  }
}
