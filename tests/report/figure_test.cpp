#include "report/figure.hpp"

#include <algorithm>
#include <cmath>
#include <regex>

#include "core/errors.hpp"
#include "report/axis.hpp"
#include "tests/catch.hpp"
#include "tests/report/hostile.hpp"
#include "tests/report/markup.hpp"
#include "tests/report/sample_run.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino::report;
using Mark = FigureLine::Mark;
using test::kNan;

namespace {

std::vector<test::Element> drawn(const Figure& figure) {
  Html html;
  write_figure(html, figure);
  return test::read_markup("<!DOCTYPE html>\n" + html.markup());
}

/// The paths of a group such as `lines`.
std::vector<std::string> paths_in(const Figure& figure, const std::string& group) {
  std::vector<std::string> paths;
  bool within = false;
  for (const test::Element& element : drawn(figure)) {
    if (element.tag == "g") within = element.attributes.at("class") == group;
    if (element.tag == "path" && within) paths.push_back(element.attributes.at("d"));
  }
  return paths;
}

struct Place {
  double x, y;
};
/// Where a path of M and L goes.
std::vector<Place> places_of(const std::string& path) {
  static const std::regex kPlace("[ML]([-0-9.]+) ([-0-9.]+)");
  std::vector<Place> places;
  for (auto i = std::sregex_iterator(path.begin(), path.end(), kPlace); i != std::sregex_iterator();
       ++i) {
    places.push_back({std::stod((*i)[1]), std::stod((*i)[2])});
  }
  return places;
}

std::size_t count(const std::string& text, char letter) {
  return static_cast<std::size_t>(std::ranges::count(text, letter));
}

Figure figure_of(std::vector<FigureLine> lines) {
  return {.title = "Error over width",
          .caption = "It falls.",
          .x_title = "width",
          .y_title = "error",
          .lines = std::move(lines)};
}

FigureLine line_of(std::vector<double> x, std::vector<double> y, Mark mark = Mark::line) {
  return {.label = "measured", .mark = mark, .x = std::move(x), .y = std::move(y)};
}

}  // namespace

TEST_CASE("a figure says what it is, to the eye and to the ear") {
  Figure figure = figure_of({line_of({1, 2, 3}, {3, 2, 1}), line_of({1, 2, 3}, {1, 2, 3})});
  figure.lines[1].label = "";
  const auto elements = drawn(figure);
  CHECK(test::all_of(elements, "h3").at(0).text == "Error over width");
  CHECK(test::all_of(elements, "p").at(0).text == "It falls.");
  const auto pictures = test::all_of(elements, "svg", "role", "img");
  REQUIRE(pictures.size() == 1);
  CHECK(pictures[0].attributes.at("aria-label") == "Error over width: It falls.");
  const auto entries = test::all_of(elements, "li");
  REQUIRE(entries.size() == 1);  // a line without a label has none
  CHECK(entries[0].text == " measured");
  const auto texts = test::all_of(elements, "text");
  const auto says = [&](const std::string& words) {
    return std::ranges::any_of(texts, [&](const auto& text) { return text.text == words; });
  };
  CHECK(says("width"));
  CHECK(says("error"));
}

TEST_CASE("places in a figure go with the numbers") {
  const auto paths = paths_in(figure_of({line_of({0, 1, 2}, {5, 1, 3})}), "lines");
  REQUIRE(paths.size() == 1);
  const auto places = places_of(paths[0]);
  REQUIRE(places.size() == 3);
  CHECK(places[1].x - places[0].x == Approx(places[2].x - places[1].x).margin(.02));
  // Downwards on the page is upwards in SVG's numbers: a height of 4 is twice one of 2.
  CHECK(places[1].y - places[0].y == Approx(2 * (places[1].y - places[2].y)).margin(.03));
}

TEST_CASE("what is not finite is a gap in every kind of line") {
  const std::vector<double> x = {0, 1, 2, 3, 4, kNan, 6};
  const std::vector<double> y = {1, 2, kNan, 2, INFINITY, 1, 3};
  FigureLine line = line_of(x, y);
  // 0-1, 3 alone, 6 alone.
  CHECK(count(paths_in(figure_of({line}), "lines").at(0), 'M') == 3);
  CHECK(places_of(paths_in(figure_of({line}), "lines").at(0)).size() == 4);
  line.mark = Mark::steps;
  CHECK(count(paths_in(figure_of({line}), "lines").at(0), 'M') == 3);
  line.mark = Mark::points;
  CHECK(places_of(paths_in(figure_of({line}), "marks").at(0)).size() == 4);
  CHECK(paths_in(figure_of({line}), "lines").empty());
  line.mark = Mark::line_and_points;
  CHECK(places_of(paths_in(figure_of({line}), "marks").at(0)).size() == 4);
  CHECK(count(paths_in(figure_of({line}), "lines").at(0), 'M') == 3);
}

TEST_CASE("a log axis leaves out what is not above 0") {
  Figure figure = figure_of({line_of({1, 10, 100, 0, 1000}, {1e-3, 0, -1, 1e2, 10})});
  figure.log_x = figure.log_y = true;
  const auto places = places_of(paths_in(figure, "lines").at(0));
  REQUIRE(places.size() == 2);  // (1, 1e-3) and (1000, 10)
  CHECK(places[0].x < places[1].x);
  CHECK(places[0].y > places[1].y);
  figure.lines.push_back(line_of({1, 10, 100}, {1, 2, 3}));
  const auto even = places_of(paths_in(figure, "lines").at(1));
  REQUIRE(even.size() == 3);
  CHECK(even[1].x - even[0].x == Approx(even[2].x - even[1].x).margin(.02));
}

TEST_CASE("steps keep their height up to the next point") {
  const auto places =
      places_of(paths_in(figure_of({line_of({0, 1, 2}, {5, 1, 3}, Mark::steps)}), "lines").at(0));
  REQUIRE(places.size() == 5);
  CHECK(places[1].x == places[2].x);
  CHECK(places[1].y == places[0].y);
  CHECK(places[3].y == places[2].y);
}

TEST_CASE("a band goes round its ends, and one beyond a log axis reaches its edge") {
  Figure figure = figure_of({line_of({1, 2, 3, 4, 5}, {1, 2, kNan, 2, 1})});
  figure.log_y = true;
  figure.lines[0].low = {.5, 0, kNan, 1, .25};
  figure.lines[0].high = {2, 4, kNan, INFINITY, 3};
  const auto bands = paths_in(figure, "bands");
  REQUIRE(bands.size() == 1);
  CHECK(count(bands[0], 'z') == 2);
  const auto places = places_of(bands[0]);
  REQUIRE(places.size() == 8);
  double lowest = 0, highest = 1e9;
  for (const Place& place : places) {
    lowest = std::max(lowest, place.y);
    highest = std::min(highest, place.y);
  }
  CHECK(places[1].y == lowest);          // 0
  CHECK(places[4 + 3].y < places[4].y);  // high over low, at x = 4
  CHECK(places[4 + 3].y == highest);     // infinity
  CHECK(places[0].y > places[3].y);
  CHECK(paths_in(figure, "whiskers").empty());
}

TEST_CASE("points have whiskers, with bars where they end") {
  Figure figure = figure_of({line_of({1, 2, 3}, {1, 2, 3}, Mark::points)});
  figure.log_y = true;
  figure.lines[0].low = {.5, 0, kNan};
  figure.lines[0].high = {2, 4, 5};
  const auto whiskers = paths_in(figure, "whiskers");
  REQUIRE(whiskers.size() == 1);
  CHECK(count(whiskers[0], 'V') == 2);
  CHECK(count(whiskers[0], 'h') == 3);
  CHECK(paths_in(figure, "bands").empty());
  CHECK(places_of(paths_in(figure, "marks").at(0)).size() == 3);
}

TEST_CASE("a figure of one point, of none, and of lines without any") {
  for (const Mark mark : {Mark::line, Mark::points, Mark::line_and_points, Mark::steps}) {
    Figure one = figure_of({line_of({3}, {7}, mark)});
    one.lines[0].low = {6};
    one.lines[0].high = {8};
    for (const bool log : {false, true}) {
      one.log_x = one.log_y = log;
      const bool dots = mark == Mark::points || mark == Mark::line_and_points;
      const auto paths = paths_in(one, dots ? "marks" : "lines");
      REQUIRE(paths.size() == 1);
      CHECK(paths[0].ends_with("h0"));
      CHECK(paths_in(one, dots ? "whiskers" : "bands").size() == 1);
    }
    for (const Figure& none : {figure_of({}), figure_of({line_of({}, {}, mark)}),
                               figure_of({line_of({kNan, 1}, {1, kNan}, mark)})}) {
      const auto texts = test::all_of(drawn(none), "text");
      CHECK(std::ranges::any_of(texts,
                                [](const auto& text) { return text.text == "no values to show"; }));
      CHECK(paths_in(none, "lines").empty());
    }
  }
}

TEST_CASE("long lines are thinned and lose no peak, to no side") {
  FigureLine line{.label = "circle", .x = {}, .y = {}};
  for (int i = 0; i < 20000; ++i) {
    const double angle = 6.283185307179586 * i / 20000;
    const double radius = i == 5000 || i == 10000 ? 3 : 1;  // to the top, and to the left
    line.x.push_back(radius * std::cos(angle));
    line.y.push_back(radius * std::sin(angle));
  }
  const auto places = places_of(paths_in(figure_of({line}), "lines").at(0));
  CHECK(places.size() < 1300);
  const auto by_x = [](const Place& a, const Place& b) { return a.x < b.x; };
  const auto by_y = [](const Place& a, const Place& b) { return a.y < b.y; };
  const auto [left, right] = std::ranges::minmax_element(places, by_x);
  const auto [top, bottom] = std::ranges::minmax_element(places, by_y);
  CHECK(right->x - left->x == Approx(4 * (right->x - top->x)).margin(.1));
  CHECK(bottom->y - top->y == Approx(4 * (bottom->y - places[0].y)).margin(.1));
}

TEST_CASE("extremes have a place in a figure") {
  Figure figure = figure_of({line_of({-1.7e308, 1.7e308}, {-1.7e308, 1.7e308})});
  CHECK(places_of(paths_in(figure, "lines").at(0)).size() == 2);
  figure.log_x = figure.log_y = true;
  figure.lines[0] = line_of({5e-324, 1.7e308}, {5e-324, 1.7e308});
  for (const Place& place : places_of(paths_in(figure, "lines").at(0))) {
    CHECK(place.x >= 0);
    CHECK(place.x <= 640);
    CHECK(place.y >= 0);
    CHECK(place.y <= 300);
  }
}

TEST_CASE("whatever a figure is called, it is text") {
  for (const std::string& hostile : test::hostile_strings()) {
    Figure figure = figure_of({line_of({1, 2}, {1, 2}, Mark::line_and_points)});
    figure.title = figure.caption = figure.x_title = figure.y_title = hostile;
    figure.lines[0].label = hostile;
    const auto elements = drawn(figure);
    CHECK(elements.size() == drawn(figure_of(figure.lines)).size());
    CHECK(test::all_of(elements, "h3").at(0).text == cleaned(hostile));
    CHECK(test::all_of(elements, "script").empty());
  }
}

TEST_CASE("a line whose series do not fit together is refused by name") {
  const auto refuses = [](const FigureLine& line, const std::string& words) {
    Html html;
    const auto draw = [&] { write_figure(html, figure_of({line})); };
    CHECK(message_of<UsageError>(draw).find(words) != std::string::npos);
  };
  refuses(line_of({1, 2}, {1}), "\"measured\" has 2 x, 1 y");
  FigureLine line = line_of({1, 2}, {1, 2});
  line.low = {1, 1};
  refuses(line, "2 low and 0 high");
  line.high = {2};
  refuses(line, "2 low and 1 high");
  line.high = {2, .5};
  refuses(line, "low 1 above high 0.5 at point 1");
}

TEST_CASE("a log axis of a picture has 2 and 5 where powers of ten are few") {
  const auto texts = [](double low, double high) {
    std::vector<std::string> all;
    for (const Tick& tick : picture_ticks({.log = true, .low = low, .high = high}, 6)) {
      all.push_back(tick.text);
    }
    return all;
  };
  CHECK(texts(.9, 60) == std::vector<std::string>{"1", "2", "5", "10", "20", "50"});
  CHECK(texts(.9, 1100) == std::vector<std::string>{"1", "10", "100", "1000"});
}
