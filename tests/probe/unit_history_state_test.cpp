// A history as numbers, and back.

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/layers/model_helpers.hpp"
#include "tests/probe/unit_helpers.hpp"

namespace clino::test {

TEST_CASE("a run that was resumed has the same events as one that was not") {
  const auto play = [](FollowedNet<float>& f, std::uint64_t from, std::uint64_t to,
                       std::vector<UnitEvent>& events) {
    for (std::uint64_t step = from; step < to; ++step) {
      if (step % 10 == 0) f.scan(step);
      if (step % 2 == 0) f.step(step, 0.01 * double(1 + step % 7 * (step % 3)), Index(step) * 5);
      for (const UnitEvent& event : f.take_events()) events.push_back(event);
      Random random(3, stream_id("play"), std::uint32_t(step));
      for (float& w : f.weight(0).elements()) w = 0.8F * w + float(random.normal());
      for (float& w : f.weight(2).elements()) w = 0.8F * w + float(0.3 * random.normal());
      for (float& b : f.bias(0).elements()) b = 0.8F * b + float(4 * random.normal());
      for (float& b : f.bias(2).elements()) b = 0.8F * b + float(4 * random.normal());
    }
  };
  const ModelSpec spec = hidden_spec({12, 8}, {.type = "relu"});
  FollowedNet<float> whole(spec);
  std::vector<UnitEvent> expected;
  play(whole, 0, 400, expected);
  REQUIRE(expected.size() > 100);

  for (const std::uint64_t stop : {1, 10, 11, 123, 250}) {
    FollowedNet<float> first(spec);
    std::vector<UnitEvent> events;
    play(first, 0, stop, events);
    // Every field by its bytes, as a file would hold them.
    UnitHistoryState<float> state = first.history.state();
    UnitHistoryState<float> read;
    std::vector<std::string> files;
    visit_fields(state, [&](const char*, const auto& field) {
      using Field = std::decay_t<decltype(field)>;
      if constexpr (std::is_same_v<Field, std::uint64_t>) {
        files.emplace_back(reinterpret_cast<const char*>(&field), sizeof field);
      } else {
        files.emplace_back(reinterpret_cast<const char*>(field.data()),
                           field.size() * sizeof field[0]);
      }
    });
    std::size_t number = 0;
    visit_fields(read, [&](const char*, auto& field) {
      const std::string& bytes = files[number++];
      if constexpr (std::is_same_v<std::decay_t<decltype(field)>, std::uint64_t>) {
        std::memcpy(&field, bytes.data(), sizeof field);
      } else {
        field.resize(bytes.size() / sizeof field[0]);
        if (!bytes.empty()) std::memcpy(field.data(), bytes.data(), bytes.size());
      }
    });
    CHECK(read == state);

    FollowedNet<float> second(spec);
    std::ranges::copy(first.parameters.values(), second.parameters.values().begin());
    second.history.restore(read);
    play(second, stop, 400, events);
    CAPTURE(stop);
    CHECK(events == expected);
    CHECK(second.history.state() == whole.history.state());
  }
}

TEST_CASE("a state that does not fit is refused, and one that would lose events") {
  HealthyNet<double> f;
  const auto good = f.history.state();
  auto bad = good;
  bad.dead.pop_back();
  CHECK_THROWS_AS(f.history.restore(bad), InputError);
  bad = good;
  bad.learning_rates.steps.clear();
  CHECK_THROWS_AS(f.history.restore(bad), InputError);
  bad = good;
  bad.references.weights.clear();
  CHECK_THROWS_AS(f.history.restore(bad), InputError);
  CHECK(f.history.state() == good);
  f.bias(0)(0, 0) = -1e6;
  f.scan(0);
  CHECK_THROWS_AS(f.history.state(), UsageError);
  f.history.clear_events();
  CHECK_NOTHROW(f.history.state());
  FollowedNet<double> other(one_hidden(3, "relu"));
  CHECK_THROWS_AS(other.history.observe_step(0, 0, 0.1, f.probe), UsageError);
}

}  // namespace clino::test
