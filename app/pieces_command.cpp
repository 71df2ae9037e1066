#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>
#include <vector>

#include "app/command.hpp"
#include "app/net_names.hpp"
#include "app/number_format.hpp"
#include "app/weights_option.hpp"
#include "core/errors.hpp"
#include "probe/linear_pieces.hpp"
#include "report/text_fields.hpp"
#include "train/json_value.hpp"

namespace clino::app {

namespace {

using report::left_field, report::right_field;

struct PiecesArguments {
  std::string run;
  std::optional<double> from, to;
  Index most = LinearPiecesOptions{}.most_pieces;
  WeightsChoice weights = WeightsChoice::automatic;
};

/// Pieces in the units of the file and in those of the net.
struct FoundPieces {
  std::string reason;  ///< why there are none
  Index outputs = 0;
  std::vector<LinearPiece> pieces = {};  ///< of the net's own input
};

/// raw = input scale + mean: what `Preprocessing` does to the one input, backwards.
struct Units {
  double mean, scale;

  double to_raw(double input) const { return input * scale + mean; }
  double to_input(double raw) const { return (raw - mean) / scale; }
  /// s (raw - mean) / scale + c.
  LinearPiece to_raw(const LinearPiece& piece) const {
    LinearPiece raw{.left = to_raw(piece.left),
                    .right = to_raw(piece.right),
                    .slope = piece.slope,
                    .intercept = piece.intercept};
    for (std::size_t k = 0; k < raw.slope.size(); ++k) {
      raw.slope[k] /= scale;
      raw.intercept[k] -= raw.slope[k] * mean;
    }
    return raw;
  }
};

Units units_of(const Preprocessing& preprocessing) {
  return {.mean = preprocessing.means.front(), .scale = preprocessing.scales.front()};
}

/// The smallest and the largest training input, as the net sees it.
template <class T>
std::pair<double, double> training_range(const RunDescription& description) {
  const Data<T> data = load_own_data<T>(description, "; give a range with --from and --to");
  std::vector<Index> all(static_cast<std::size_t>(data.train.size()));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Index>(i);
  std::vector<T> x(all.size());
  data.train.fill(all, {x.data(), 1, std::ssize(all)}, {}, {});
  const auto [low, high] = std::ranges::minmax(x);
  return {static_cast<double>(low), static_cast<double>(high)};
}

template <class T>
FoundPieces find_pieces(const RunDescription& description, const PiecesArguments& arguments) {
  const TrainedRun<T> run = load_run<T>(description);
  if (const auto reason = why_not_piecewise_linear(run.model)) return {.reason = *reason};
  const Units units = units_of(description.preprocessing);
  std::pair<double, double> range;
  if (!arguments.from || !arguments.to) range = training_range<T>(description);
  if (arguments.from) range.first = units.to_input(*arguments.from);
  if (arguments.to) range.second = units.to_input(*arguments.to);
  if (!(range.first < range.second)) {
    throw UsageError(fmt::format("the range from {:.6g} to {:.6g} is empty",
                                 units.to_raw(range.first), units.to_raw(range.second)));
  }
  return {.reason = {},
          .outputs = run.model.graph.shape(run.model.prediction).rows,
          .pieces = linear_pieces(
              run.model, run.parameters,
              {.low = range.first, .high = range.second, .most_pieces = arguments.most})};
}

JsonValue piece_json(const LinearPiece& piece) {
  return json_object({{"left", json_of(piece.left)},
                      {"right", json_of(piece.right)},
                      {"slope", json_of(piece.slope)},
                      {"intercept", json_of(piece.intercept)}});
}

void print_pieces(const PiecesArguments& arguments, const RunDescription& run,
                  const FoundPieces& found) {
  JsonValue json = json_object({{"run", json_of(arguments.run)},
                                {"weights", json_of(run.weights.filename().string())},
                                {"piecewise_linear", json_of(found.reason.empty())}});
  if (!found.reason.empty()) {
    json.add("reason", json_of(found.reason));
  } else {
    const Units units = units_of(run.preprocessing);
    std::vector<std::string> outputs;
    outputs.reserve(static_cast<std::size_t>(found.outputs));
    for (Index k = 0; k < found.outputs; ++k) outputs.push_back(output_name(run.preprocessing, k));
    std::vector<JsonValue> raw, own;
    raw.reserve(found.pieces.size());
    own.reserve(found.pieces.size());
    for (const LinearPiece& piece : found.pieces) {
      raw.push_back(piece_json(units.to_raw(piece)));
      own.push_back(piece_json(piece));
    }
    json.add("count", json_of(static_cast<std::int64_t>(found.pieces.size())));
    json.add("input", json_of(run.preprocessing.feature_names.front()));
    json.add("outputs", json_of(outputs));
    json.add("mean", json_of(units.mean));
    json.add("scale", json_of(units.scale));
    json.add("pieces", json_list(std::move(raw)));
    json.add("model_pieces", json_list(std::move(own)));
  }
  std::cout << write_json(json) << '\n';
}

std::string piece_number(double value) { return right_field(number_text("{:.6g}", value), 15); }

void print_table(std::ostream& out, const RunDescription& run, const FoundPieces& found) {
  constexpr std::size_t kMostPieces = 50;
  const Preprocessing& preprocessing = run.preprocessing;
  const Units units = units_of(preprocessing);
  out << fmt::format("\n{} linear pieces along {}", found.pieces.size(),
                     report::one_line(preprocessing.feature_names.front()));
  if (is_scaled(preprocessing)) {
    out << number_text(" (in its own units; the net sees it less {:.6g},", units.mean)
        << number_text("\ndivided by {:.6g})", units.scale);
  }
  out << "\n\n"
      << right_field("from", 15) << right_field("to", 15) << "  " << left_field("output", 18)
      << right_field("slope", 15) << right_field("intercept", 15) << '\n';
  const std::size_t shown = std::min(kMostPieces, found.pieces.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const LinearPiece piece = units.to_raw(found.pieces[i]);
    for (Index k = 0; k < found.outputs; ++k) {
      const auto o = static_cast<std::size_t>(k);
      out << (k == 0 ? piece_number(piece.left) + piece_number(piece.right) : std::string(30, ' '))
          << "  " << left_field(output_name(preprocessing, k), 18) << piece_number(piece.slope[o])
          << piece_number(piece.intercept[o]) << '\n';
    }
  }
  if (shown < found.pieces.size()) {
    out << fmt::format("(the first {} of {}; --json has them all)\n", shown, found.pieces.size());
  }
}

int run_pieces(const PiecesArguments& arguments, const CommonOptions& common) {
  const RunDescription run = describe_run(arguments.run, arguments.weights);
  const FoundPieces found = with_dtype(
      run.config.dtype, [&](auto zero) { return find_pieces<decltype(zero)>(run, arguments); });
  if (common.json) {
    print_pieces(arguments, run, found);
  } else if (found.reason.empty() && !common.quiet) {
    std::cout << "weights: " << run.weights.string() << '\n';
    print_table(std::cout, run, found);
  }
  if (found.reason.empty()) return kDone;
  spdlog::error("{}", found.reason);
  return kFailed;
}

}  // namespace

void add_pieces(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto arguments = std::make_shared<PiecesArguments>();
  CLI::App* verb = program.add_subcommand(
      "pieces", "Count the linear pieces of a net of one input, and say where they are");
  verb->add_option("run", arguments->run, "Run directory")->required()->type_name("RUN");
  verb->add_option("--from", arguments->from,
                   "Where to begin, in the units of the data; default: the smallest training input")
      ->type_name("X");
  verb->add_option("--to", arguments->to, "Where to end; default: the largest training input")
      ->type_name("X");
  verb->add_option("--most", arguments->most, "Give up at more pieces than this; default 32768")
      ->check(CLI::Range(Index{1}, Index{1} << 24))
      ->type_name("N");
  add_weights_option(*verb, arguments->weights);
  verb->footer(
      "The exit code is 1 where some layer is not piecewise linear; the message names it.");
  verb->callback([=, &common, &exit_code] { exit_code = run_pieces(*arguments, common); });
}

}  // namespace clino::app
