#include "report/axis.hpp"
#include "report/life_lines.hpp"
#include "report/report.hpp"
#include "report/styles.hpp"
#include "report/svg_film.hpp"
#include "tests/catch.hpp"
#include "tests/report/markup.hpp"
#include "tests/report/sample_run.hpp"

using namespace clino;
using namespace clino::report;

namespace {

UnitEventPoint event_of(const std::string& what, std::uint64_t step, Index unit) {
  UnitEventPoint event;
  event.event = what;
  event.step = step;
  event.unit = unit;
  return event;
}

}  // namespace

TEST_CASE("life lines tell from when to when a unit was dead") {
  LayerLog layer;
  layer.events = {event_of("born_dead", 0, 4), event_of("died", 300, 2),
                  event_of("revived", 450, 2), event_of("died", 600, 2),
                  event_of("revived", 700, 9)};
  layer.events[1].last_active_step = 200;
  layer.events[1].first_inactive_step = 210;
  layer.events[1].cause = "bias_drift";
  layer.events[2].last_active_step = 440;
  const std::vector<LifeLine> lines = life_lines(layer, 1000);
  REQUIRE(lines.size() == 2);  // unit 9 was never seen to die
  CHECK(lines[0].unit == 4);
  CHECK(lines[0].dead[0].from == 0);
  CHECK(lines[0].dead[0].to == 1000);
  CHECK(lines[0].dead[0].cause == "born_dead");
  CHECK(lines[1].unit == 2);
  REQUIRE(lines[1].dead.size() == 2);
  CHECK(lines[1].dead[0].from == 210);
  CHECK(lines[1].dead[0].to == 440);
  CHECK(lines[1].dead[0].words.find("the bias drifted") != std::string::npos);
  CHECK(lines[1].dead[1].from == 600);
  CHECK(lines[1].dead[1].to == 1000);
}

TEST_CASE("units that are left out are counted") {
  RunLog run = test::sample_run(20);
  for (Index unit = 100; unit < 1000; ++unit)
    run.layers[1].events.push_back(event_of("died", 50, unit));
  const std::vector<RunLog> runs = {run};
  const std::vector<test::Element> elements = test::read_markup(report_html(runs));
  const auto notes = test::all_of(elements, "p");
  CHECK(std::any_of(notes.begin(), notes.end(), [](const test::Element& note) {
    return note.text.find("903 units were ever dead") != std::string::npos &&
           note.text.find("the first 200 to die; 703 are left out") != std::string::npos;
  }));
}

TEST_CASE("a scan cut short is not taken for a whole one") {
  std::vector<RunLog> runs = {test::sample_run(20)};
  runs[0].layers[3].scans.clear();
  runs[0].layers[3].partial_scan = UnitScanPoint{.step = 19, .units = 8, .dead = 3, .samples = 90};
  const auto told = [&] {
    return report_html(runs).find(
               "at most 3 of 8 are dead at step 19: so many were not active "
               "on the 90 samples") != std::string::npos;
  };
  CHECK(told());
  runs[0].layers[3].scans = {{.step = 19, .units = 8, .dead = 2}};
  CHECK_FALSE(told());
}

TEST_CASE("a film's values become bytes and keep class and order") {
  Film film = test::sample_film(4, 3);
  const FilmScale scale = film_scale(film);
  CHECK(scale.classes);
  CHECK(scale.levels == 100);
  CHECK(scale.byte(0) == 0);
  CHECK(scale.byte(0.5) == 50);
  CHECK(scale.byte(0.999) == 99);
  CHECK(scale.byte(1.25) == 125);
  CHECK(scale.byte(test::kNan) == kNoValue);
  film.target = "numbers";
  film.frames[0].values.front() = -3;
  film.frames[1].values.front() = 5;
  film.frames[2].values.front() = INFINITY;
  const FilmScale numbers = film_scale(film);
  CHECK(numbers.byte(-3) == 0);
  CHECK(numbers.byte(1) == 127);
  CHECK(numbers.byte(5) == 254);
  CHECK(numbers.byte(INFINITY) == kNoValue);
  // As many classes as there are bytes for them.
  film.target = "classes";
  film.frames[0].values.front() = 99.9;
  const FilmScale many = film_scale(film);
  CHECK(many.levels == 2);
  CHECK(many.byte(99.9) == 199);
}

TEST_CASE("an axis has room for every number that can be shown") {
  const std::vector<double> values = {1e-14, 3, 0, -1, test::kNan, INFINITY};
  const std::vector<const std::vector<double>*> all = {&values};
  const Axis log = fitted_axis(all, true, false);
  CHECK(log.shows(1e-14));
  CHECK_FALSE(log.shows(0));
  CHECK_FALSE(log.shows(test::kNan));
  CHECK(log.place(1e-14) >= 0);
  CHECK(log.place(3) <= 1);
  CHECK(log.place(1e-14) < log.place(1e-7));
  for (const Tick& tick : ticks(log, 6)) {
    CHECK(tick.value >= log.low * 0.999);
    CHECK(tick.value <= log.high * 1.001);
  }
  const std::vector<double> huge = {-1.7e308, 1.7e308};
  const std::vector<const std::vector<double>*> extremes = {&huge};
  const Axis linear = fitted_axis(extremes, false, false);
  CHECK(linear.place(0) == Approx(0.5));
  CHECK(linear.place(1.7e308) <= 1);
  CHECK(ticks(linear, 6).size() <= 14);
}

TEST_CASE("the ramp grows lighter from end to end") {
  const auto lightness = [](const std::string& color) {
    const auto level = [&](std::size_t at) { return std::stoi(color.substr(at, 2), nullptr, 16); };
    return 0.299 * level(1) + 0.587 * level(3) + 0.114 * level(5);
  };
  double before = -1;
  for (int i = 0; i <= 64; ++i) {
    const std::string color = ramp_color(i / 64.0);
    CHECK(color.size() == 7);
    CHECK(lightness(color) > before);
    before = lightness(color);
  }
  CHECK(ramp_color(-1) == ramp_color(0));
  CHECK(ramp_color(2) == ramp_color(1));
}
