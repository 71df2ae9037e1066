#include "report/analysis.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>
#include <sstream>
#include <string>

#include "layers/activations/erase.hpp"
#include "layers/activations/list.hpp"
#include "report/text_fields.hpp"
#include "report/text_plot.hpp"
#include "tests/catch.hpp"
#include "tests/report/markup.hpp"

using namespace clino;
using nlohmann::json;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// With blanks for line breaks and no two blanks in a row: what wrapping cannot break.
std::string flowing(const std::string& text) {
  std::istringstream words(text);
  std::string joined;
  for (std::string word; words >> word;) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

std::vector<std::string> text_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

AnalysisReport report_on(const Choice& choice, std::optional<theory::Variances> variances = {}) {
  const auto activation = make_activation(choice);
  return {.analysis = theory::analyze(*activation,
                                      variances.value_or(theory::default_variances(*activation))),
          .summary = "a summary",
          .default_variances = !variances,
          .costs = {{"float32", "library", .2, .1, 1.5, 2.5}, {"float32", "libm", 2, 1, 8, 4}}};
}

/// Of every activation of the list, made once.
const std::vector<AnalysisReport>& all_reports() {
  static const std::vector<AnalysisReport> all = [] {
    std::vector<AnalysisReport> reports;
    for (const CatalogueEntry& entry : activation_catalogue()) {
      const Choice choice{.type = entry.name, .options = {}};
      if (make_activation(choice)->elementwise()) reports.push_back(report_on(choice));
    }
    return reports;
  }();
  return all;
}

std::string screen_of(const Choice& choice) { return flowing(analysis_screen(report_on(choice))); }

/// sqrt(x^2 + 1) - 1: without limits, with one minimum.
struct Own {
  static constexpr std::string_view name = "<own>\033[31m";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return std::sqrt(V{1} + x * x) - V{1};
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x / std::sqrt(V{1} + x * x);
  }
};

}  // namespace

TEST_CASE("a curve as text goes where its values are") {
  std::vector<double> x, y;
  for (int i = 0; i <= 100; ++i) {
    x.push_back(-2 + .04 * i);
    y.push_back(x.back());
  }
  // 11 columns of dots: x = -2, -1.6, ..., 2, and 5 rows: y = 2, 1, 0, -1, -2.
  const auto lines = report::text_plot(x, y, {.columns = 20, .rows = 6, .unicode = false});
  CHECK(lines == std::vector<std::string>{
                     "       2      |   **",
                     "              | **  ",
                     "       0 ----***----",
                     "           ** |     ",
                     "      -2 **   |     ",
                     "         -2   0    2",
                 });
}

TEST_CASE("dots of a curve are joined, a constant goes through the middle") {
  const std::vector<double> x = {-1, 0, 1e-9, 1}, step = {0, 0, 1, 1}, flat = {3, 3, 3, 3};
  const auto lines = report::text_plot(x, step, {.columns = 23, .rows = 6, .unicode = true});
  REQUIRE(lines.size() == 6);
  for (const std::string& line : lines) CHECK(report::columns_of(line) == 23);
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    // Every row has some dots: the step is drawn through.
    CHECK(std::ranges::any_of(lines[i], [](char c) { return c == '\xE2'; }));
  }
  const auto constant = report::text_plot(x, flat, {.columns = 23, .rows = 6, .unicode = false});
  CHECK(has(constant[2], std::string(14, '*')));
}

TEST_CASE("screens of all activations keep to their columns", "[slow]") {
  REQUIRE(all_reports().size() > 15);
  for (const AnalysisReport& report : all_reports()) {
    for (const bool unicode : {true, false}) {
      const std::string text = analysis_screen(report, {.unicode = unicode});
      INFO(text);
      for (const std::string& line : text_lines(text)) CHECK(report::columns_of(line) <= 80);
      CHECK(text.ends_with("\n"));
      if (!unicode) CHECK(std::ranges::all_of(text, [](char c) { return c > 0; }));
    }
  }
}

TEST_CASE("the screen tells what each activation is known for") {
  const std::string gelu = screen_of({.type = "gelu"});
  CHECK(has(gelu, "-0.169971 at x = -0.751792"));
  CHECK(has(gelu, "q* = 1 repels"));
  CHECK(has(gelu, "with sigma_b = 0 no length above 0 is stable, whatever sigma_w"));
  CHECK(has(gelu, "below q* = 1 signals die out; above q* = 1 they explode"));
  const std::string softplus = screen_of({.type = "softplus"});
  CHECK(has(softplus, "There is no critical line"));
  CHECK(has(softplus, "grow in every layer, whatever sigma_b is."));
  CHECK_FALSE(has(softplus, "sigma_b^2 0"));
  const std::string relu = screen_of({.type = "relu"});
  CHECK(has(relu, "With sigma_w^2 = 2 and sigma_b = 0 every length rests"));
  CHECK(has(relu, "a unit can die: the slope is exactly 0 for x < 0"));
  CHECK(has(relu, "inactive x < 0, never on the right"));
  CHECK(has(relu, "zig-zag"));
  const std::string tanh = screen_of({.type = "tanh"});
  CHECK(has(tanh, "zero-centred"));
  CHECK(has(tanh, "x < -8.75"));
  CHECK(has(tanh, "1.761"));
  const std::string elu = screen_of({.type = "elu"});
  CHECK(has(elu, "no unit dies for good"));
  CHECK(has(elu, "x < -6.90776"));
  CHECK(has(elu, "elu, alpha = 1"));
  CHECK(has(screen_of({"gelu", {{"stochastic", true}}}), "Training draws"));
  CHECK(has(screen_of({.type = "prelu"}), "It learns"));
  CHECK(has(relu, "float32 vector code 0.2 (1.5) 0.1 (2.5)"));
}

TEST_CASE("a fading signal has its depth") {
  const std::string text =
      flowing(analysis_screen(report_on({.type = "tanh"}, theory::Variances{1, .05})));
  CHECK(has(text, "sigma_w = 1, sigma_b = 0.223607"));
  CHECK(has(text, "is stable"));
  CHECK(has(text, "6 xi = 21.7"));
}

TEST_CASE("the JSON has the moments to all digits, and what is not finite by name") {
  const json gelu = json::parse(analysis_json(report_on({.type = "gelu"})));
  // E x Phi(x) = 1 / (2 sqrt(pi)).
  CHECK(gelu.at("mean").get<double>() == Approx(.5 / std::sqrt(std::numbers::pi)).epsilon(1e-12));
  CHECK(std::abs(gelu.at("mean_square").get<double>() - .425221) < 2e-6);
  CHECK(std::abs(gelu.at("mean_square_slope").get<double>() - .455851) < 2e-6);
  CHECK(std::abs(gelu.at("gain").get<double>() - 1.53353) < 1e-5);
  CHECK(gelu.at("activation") ==
        json({{"type", "gelu"}, {"approximate", "none"}, {"stochastic", false}}));
  CHECK(gelu.at("shape").at("at_plus_infinity").at("limit") == "inf");
  CHECK(gelu.at("shape").at("monotony") == "neither");
  CHECK(std::abs(gelu.at("shape").at("minimum").at("x").get<double>() + .751792) < 6e-7);
  CHECK(gelu.at("saturation")[1].at("above").is_null());
  CHECK(gelu.at("signal").at("limit").is_null());
  CHECK(gelu.at("signal").at("fixed_points")[0].at("stable") == false);
  CHECK(gelu.at("critical_line")[0].at("weight_variance").is_null());
  CHECK(gelu.at("critical_line")[0].at("reason") == "lengths shrink");
  CHECK(gelu.at("cost")[1].at("forward_times_relu") == 8);
  CHECK(gelu.at("curve").at("x").size() == gelu.at("curve").at("slope").size());
  const json relu = json::parse(analysis_json(report_on({.type = "relu"})));
  CHECK(relu.at("signal").at("every_length_rests") == true);
  CHECK(relu.at("signal").at("limit").at("xi") == "inf");
  CHECK(relu.at("critical_line")[0].at("every_length") == true);
  CHECK(relu.at("shape").at("dead_below") == 0);
  CHECK(relu.at("shape").at("dead_above").is_null());
}

TEST_CASE("the page is well-formed, its contents lead to its sections") {
  for (const AnalysisReport& report : all_reports()) {
    const std::string& name = report.analysis.choice.type;
    INFO(name);
    const auto elements = test::read_markup(analysis_html(report));
    std::set<std::string> ids;
    std::size_t figures = 0, headings = 0;
    for (const test::Element& element : elements) {
      const auto id = element.attributes.find("id");
      if (id != element.attributes.end()) CHECK(ids.insert(id->second).second);
      figures += element.tag == "svg" ? 1 : 0;
      headings += element.tag == "h1" ? 1 : 0;
      CHECK(element.tag != "script");
    }
    CHECK(headings == 1);
    for (const test::Element& element : elements) {
      if (element.tag != "a") continue;
      CHECK(ids.contains(element.attributes.at("href").substr(1)));
    }
    // Value, slope, recursion, paths; and the critical line where there is one.
    CHECK(figures == (name == "softplus" ? 4 : 5));
  }
}

TEST_CASE("a user's own activation is shown, and its name is harmless") {
  const auto own = erase_activation(Own{});
  const AnalysisReport report{.analysis = theory::analyze(*own)};
  const std::string text = analysis_screen(report);
  CHECK_FALSE(has(text, "\033"));
  CHECK(has(text, "0 at x = 0"));
  CHECK_FALSE(has(text, "Cost"));
  const std::string page = analysis_html(report);
  CHECK_FALSE(has(page, "<own>"));
  CHECK_NOTHROW(test::read_markup(page));
  CHECK(json::parse(analysis_json(report)).at("cost").empty());
}
