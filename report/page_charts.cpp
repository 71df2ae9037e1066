#include "report/page.hpp"

namespace clino::report {

namespace {

/// A section of charts; left out where none of them has a line.
void write_charts(Html& html, const Page& page, std::string_view id, std::string_view title,
                  std::string_view about, std::initializer_list<std::string_view> names,
                  bool in_pairs = true) {
  Html figures;
  for (const std::string_view name : names) write_chart_figure(figures, page, name);
  if (figures.markup().empty()) return;
  open_section(html, id, title);
  if (!about.empty()) html.leaf("p", {{"class", "about"}}, about);
  html.open("div", {{"class", in_pairs ? "charts pairs" : "charts"}}).raw(figures.markup()).close();
  html.close();
}

}  // namespace

void write_training(Html& html, const Page& page) {
  write_charts(html, page, "training", "Loss and metrics", "",
               {"loss", "accuracy", "grad_norm", "learning_rate", "update_cosine"});
}

void write_layers(Html& html, const Page& page) {
  write_charts(html, page, "layers", "Signal, gradient and update of each layer",
               "Three series, because a weight gradient alone can hide a vanished signal behind "
               "large activations.",
               {"delta_norm", "weight_grad_norm", "update_ratio"}, false);
}

void write_activations(Html& html, const Page& page) {
  write_charts(html, page, "activations", "Saturation and dead units", "",
               {"below_threshold", "dead_fraction", "dead_units", "same_sign_fraction"});
}

void write_outputs(Html& html, const Page& page) {
  write_charts(html, page, "outputs", "Outputs and weights", "",
               {"output_std", "output_mean", "weight_norm"});
}

void write_signal(Html& html, const Page& page) {
  write_charts(html, page, "signal", "Signal propagation",
               "On a fixed probe batch, in evaluation mode.",
               {"mean_square", "cosine_similarity", "effective_rank"});
}

}  // namespace clino::report
