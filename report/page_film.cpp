#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/base64.hpp"
#include "report/number_text.hpp"
#include "report/page.hpp"
#include "report/svg_film.hpp"
#include "report/thinning.hpp"

namespace clino::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFilmBytes = 200000;  ///< of all frames together, before base64
constexpr std::size_t kStills = 6;

/// A film whose frames and points have the sizes that they say; a line's vertical range is that of
/// its points and last frame.
Film sound(const Film& film) {
  Film result = film;
  const auto size = static_cast<std::size_t>(film.columns * film.rows);
  std::erase_if(result.frames,
                [&](const Film::Frame& frame) { return frame.values.size() != size; });
  std::erase_if(result.points, [](const std::vector<double>& point) { return point.size() < 2; });
  if (film.plane || result.frames.empty()) return result;
  double low = 0, high = 0;
  bool any = false;
  const auto include = [&](double value) {
    if (!std::isfinite(value)) return;
    low = any ? std::min(low, value) : value;
    high = any ? std::max(high, value) : value;
    any = true;
  };
  for (const std::vector<double>& point : result.points) include(point[1]);
  for (const double value : result.frames.back().values) include(value);
  const double room = high > low ? (high - low) * 0.08 : 0.5;
  result.y_low = low - room;
  result.y_high = high + room;
  return result;
}

bool usable(const RunLog& run) {
  if (!run.film || run.film->columns < 2 || run.film->rows < 1) return false;
  return !sound(*run.film).frames.empty();
}

Json json_of_frame(const Film& film, const FilmScale& scale, const Film::Frame& frame) {
  Json json = {{"step", frame.step}, {"epoch", frame.epoch}};
  if (film.plane) {
    std::vector<std::uint8_t> bytes;
    for (const double value : frame.values) bytes.push_back(scale.byte(value));
    json["values"] = base64(bytes);
  } else {
    json["values"] = base64(frame.values);
  }
  return json;
}

/// What film.js draws from; its shape stands at the top of that file.
std::string film_json(const Film& film, const FilmScale& scale,
                      const std::vector<std::size_t>& kept) {
  Json frames = Json::array(), ramp = Json::array();
  for (const std::size_t i : kept) frames.push_back(json_of_frame(film, scale, film.frames[i]));
  for (int i = 0; i < 32; ++i) ramp.push_back(ramp_color((i + 0.5) / 32));
  Json json = {{"plane", film.plane},    {"columns", film.columns},
               {"rows", film.rows},      {"classes", scale.classes},
               {"levels", scale.levels}, {"low", film.y_low},
               {"high", film.y_high},    {"ramp", ramp},
               {"frames", frames}};
  // Numbers, base64 and colours: there is no `<` that could end the element.
  return json.dump();
}

std::string about_film(const Film& film) {
  if (!film.plane)
    return "The net's first output along " + film.x_name + ", with the training points.";
  if (film.target == "numbers") {
    return "The net's first output over " + film.x_name + " and " + film.y_name +
           ": dark is low, light is high. Dots are training points.";
  }
  return "The class that the net gives each point of the plane, the stronger the colour the more "
         "confident. Dots are training points in the colour of their class.";
}

void write_classes(Html& html, const Film& film, const FilmScale& scale) {
  if (!scale.classes || film.classes.empty()) return;
  html.open("ul", {{"class", "legend"}});
  for (std::size_t i = 0; i < std::min<std::size_t>(film.classes.size(), 24); ++i) {
    html.open("li").leaf("span", {{"class", "block c" + std::to_string(i % kFewLines)}}, "");
    html.text(" " + shortened(film.classes[i], 40)).close();
  }
  html.close();
}

void write_stills(Html& html, const Film& film, const FilmScale& scale) {
  std::vector<std::size_t> stills = spread(film.frames.size(), kStills);
  stills.pop_back();  // the last stands above
  if (stills.empty()) return;
  html.open("div", {{"class", "stills"}});
  for (const std::size_t i : stills) {
    html.open("div");
    write_film_frame(html, film, scale, i, false);
    html.leaf("p", {{"class", "note"}}, "step " + count_text(film.frames[i].step)).close();
  }
  html.close();
}

void write_run_film(Html& html, const Page& page, const RunLog& run) {
  const Film film = sound(*run.film);
  const FilmScale scale = film_scale(film);
  const std::size_t bytes = film.frames.front().values.size() * (film.plane ? 1 : sizeof(double));
  const std::size_t most = std::max<std::size_t>(kFilmBytes / page.runs.size() / bytes, 2);
  const std::vector<std::size_t> kept = spread(film.frames.size(), most);
  write_run_heading(html, page, run);
  html.open("figure", {{"class", "film"}, {"aria-label", "Film of " + run.name}});
  html.open("figcaption").leaf("p", {}, about_film(film)).close();
  write_classes(html, film, scale);
  html.open("div", {{"class", "stage"}});
  write_film_frame(html, film, scale, film.frames.size() - 1, true);
  html.close();
  html.leaf("p", {{"class", "note when"}},
            "Step " + count_text(film.frames.back().step) + ", epoch " +
                count_text(film.frames.back().epoch));
  if (page.one_run()) write_stills(html, film, scale);
  if (kept.size() < film.frames.size()) {
    html.leaf(
        "p", {{"class", "note"}},
        count_text(kept.size()) + " of " + count_text(film.frames.size()) + " frames are shown.");
  }
  html.open("script", {{"type", "application/json"}}).raw(film_json(film, scale, kept)).close();
  html.close();
}

}  // namespace

void write_film(Html& html, const Page& page) {
  if (std::none_of(page.runs.begin(), page.runs.end(), usable)) return;
  const bool plane = std::any_of(page.runs.begin(), page.runs.end(),
                                 [](const RunLog& run) { return usable(run) && run.film->plane; });
  open_section(html, "film",
               plane ? "What the net answers over the plane" : "What the net answers");
  for (const RunLog& run : page.runs) {
    if (usable(run)) write_run_film(html, page, run);
  }
  html.close();
}

}  // namespace clino::report
