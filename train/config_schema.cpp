#include <utility>

#include "data/sources.hpp"
#include "layers/activations/list.hpp"
#include "layers/initializers.hpp"
#include "layers/layer_catalogue.hpp"
#include "layers/losses.hpp"
#include "optim/optimizer.hpp"
#include "optim/schedule.hpp"
#include "train/config.hpp"
#include "train/schema.hpp"

namespace clino {

namespace {

using Kind = SchemaNode::Kind;

SchemaNode value(Option option) { return {.option = std::move(option)}; }

SchemaNode object(Option option, std::vector<SchemaNode> fields) {
  return {.kind = Kind::object, .option = std::move(option), .fields = std::move(fields)};
}

SchemaNode list(Option option, SchemaNode element) {
  return {.kind = Kind::list, .option = std::move(option), .fields = {std::move(element)}};
}

SchemaNode reference(Option option, std::string target) {
  return {.kind = Kind::reference, .option = std::move(option), .target = std::move(target)};
}

Option named(std::string name, std::string description, unsigned types = 0) {
  return {.name = std::move(name),
          .types = types,
          .default_value = {},
          .description = std::move(description)};
}

Option required(Option option) {
  option.required = true;
  return option;
}

Option number(std::string name, Range range, OptionValue default_value, std::string description) {
  return {std::move(name), kNumber, std::move(default_value), std::move(description), range};
}

Option count(std::string name, OptionValue default_value, std::string description) {
  return {std::move(name), kInteger, std::move(default_value), std::move(description), kCount};
}

Option flag(std::string name, bool default_value, std::string description) {
  return {std::move(name), kBoolean, default_value, std::move(description)};
}

// An option called `train.images` is the key `images` of an object `train`, which is required or
// may be null as its options are.
void add_option(std::vector<SchemaNode>& fields, Option option) {
  const std::size_t dot = option.name.find('.');
  if (dot == std::string::npos) {
    fields.push_back(value(std::move(option)));
    return;
  }
  const std::string head = option.name.substr(0, dot);
  if (fields.empty() || fields.back().name() != head) {
    fields.push_back(object(named(head, "", kNull), {}));
  }
  SchemaNode& parent = fields.back();
  if (option.required) parent.option = required(named(head, ""));
  option.name.erase(0, dot + 1);
  add_option(parent.fields, std::move(option));
}

SchemaNode choice(Option option, const Catalogue& catalogue, std::string default_type = "") {
  SchemaNode node{.kind = Kind::choice,
                  .option = std::move(option),
                  .type_key = "type",
                  .default_type = std::move(default_type),
                  .name_alone = true};
  for (const CatalogueEntry& entry : catalogue) {
    node.branches.push_back(object(named(entry.name, entry.summary), {}));
    for (const Option& each : entry.options) add_option(node.branches.back().fields, each);
  }
  return node;
}

SchemaNode layer_definition() {
  SchemaNode node = choice(named("layer", "A layer of `model.layers`."), layer_catalogue());
  for (SchemaNode& branch : node.branches) {
    if (branch.name() == "dense") {
      branch.fields.push_back(
          reference(named("init", "first values of this layer; null for the model's `init`", kNull),
                    "initializer"));
    } else if (branch.name() == "residual") {
      branch.fields.push_back(
          list(required(named("layers", "of the block, whose input is added to its output")),
               reference(named("layer", ""), "layer")));
    }
  }
  return node;
}

SchemaNode optimizer_definition() {
  const OptimizerConfig defaults;
  SchemaNode node = choice(named("optimizer", "How a step changes the parameters."),
                           optimizer_catalogue(), defaults.method.type);
  node.fields = {
      reference(named("schedule", "how the learning rate changes during the run"), "schedule")};
  return node;
}

SchemaNode data_definition() {
  const DataConfig defaults;
  SchemaNode node = choice(named("data", "What to learn from."), data_source_catalogue());
  node.type_key = "source";
  node.name_alone = false;
  node.fields = {
      value(number("validation_fraction", kUnitBelowOne, defaults.validation_fraction,
                   "share of the samples held back to watch the training; stratified by class; 0 "
                   "where there are folds")),
      value(number("test_fraction", kUnitBelowOne, defaults.test_fraction,
                   "share held back for one test at the end; 0 where there is a test file")),
      value({"folds",
             kInteger,
             {},
             "cross-validation: the samples outside of the test part are cut into so many folds",
             {.minimum = 2, .maximum = kCount.maximum}}),
      value({"fold", kNull | kInteger, static_cast<std::int64_t>(defaults.fold),
             "the fold, from 0, that is held back to watch the training; all others train",
             kWhole}),
      value(flag("standardize", defaults.standardize,
                 "inputs to mean 0 and deviation 1, fitted on the training part alone"))};
  return node;
}

// The width of a hidden layer is the option `units` of a dense one.
SchemaNode hidden_width() {
  const SchemaNode dense = *layer_definition().branch("dense");
  return *dense.field("units");
}

SchemaNode model_node() {
  return object(
      required(named("model", "the network; the output layer is added by the program")),
      {list(named("hidden", "widths of the hidden layers: dense, activation, dense, ...", kNull),
            hidden_width()),
       reference(named("activation", "after each of the `hidden` layers; null for relu", kNull),
                 "activation"),
       list(named("layers", "instead of `hidden`: one by one, activations too", kNull),
            reference(named("layer", ""), "layer")),
       reference(named("init", "first values of the dense layers"), "initializer"),
       value({.name = "weights",
              .types = kNull | kText,
              .default_value = {},
              .description = "safetensors file to start from",
              .path = true})});
}

SchemaNode teacher_node() {
  const TeacherConfig defaults;
  SchemaNode node = object(
      named("teacher",
            "a trained run whose answers are learned beside the targets (distillation, Hinton et "
            "al. 2015); for losses of classes; its path alone is short for an object",
            kNull),
      {value({.name = "run",
              .types = kText,
              .default_value = {},
              .description = "its run directory",
              .required = true,
              .path = true}),
       value(number("temperature", kPositive, defaults.temperature,
                    "divides the logits of both in the teacher's part of the loss")),
       value(number("mix", kUnit, defaults.mix,
                    "share of the teacher in the loss; the targets have the rest"))});
  node.type_key = "run";
  node.name_alone = true;
  return node;
}

SchemaNode training_node() {
  const TrainingConfig defaults;
  const EarlyStopping stopping;
  return object(
      named("training", ""),
      {value(count("epochs", {}, "passes over the training part; 50 where nothing ends the run")),
       value(count("max_steps", {}, "steps after which the run ends")),
       value(number("max_seconds", kPositive, {}, "seconds after which the run ends")),
       value(count("batch_size", defaults.batch_size,
                   "samples in a step; the last batch of an epoch may have fewer")),
       value(flag("shuffle", defaults.shuffle,
                  "a new order in each epoch; else the order of the file")),
       value(number("clip_norm", kPositive, {},
                    "largest norm of all gradients together; they are scaled down to it")),
       value(number("clip_value", kPositive, {}, "largest size of a single gradient")),
       object(named("early_stopping", "ends a run that no longer gets better", kNull),
              {value(count("patience", stopping.patience, "epochs without a better value")),
               value({.name = "metric",
                      .types = kText,
                      .default_value = stopping.metric,
                      .description = "of the validation part",
                      .choices = {"loss", "accuracy"}})})});
}

Option spacing(std::string name, OptionValue default_value, std::string description) {
  return {std::move(name),
          kNull | kInteger | kText,
          std::move(default_value),
          std::move(description),
          kCount,
          {"auto"}};
}

SchemaNode log_node() {
  const LogConfig defaults;
  return object(
      named("log",
            "what the run writes of its inside; with `every` null nothing is written but "
            "what has a number of its own"),
      {value(spacing("every", "auto",
                     "steps between layer records; \"auto\" for about `records` in a run, null for "
                     "none")),
       value(count("records", defaults.records, "layer records in a run that \"auto\" aims at")),
       value(number("saturation_threshold", kBetweenZeroAndOne, defaults.saturation_threshold,
                    "an element is saturated where the slope is below this share of its largest")),
       value(flag("units", defaults.units,
                  "which units are dead on the whole training part, since when and why")),
       value(spacing("histograms", "auto",
                     "steps between histograms; \"auto\" for at most 50 in a run, null for none")),
       value(spacing("signal", "auto",
                     "steps between records of mean square, cosine similarity and effective rank; "
                     "\"auto\" for at most 50 in a run, null for none")),
       value(spacing("jacobian", {},
                     "steps between singular values of the Jacobians; \"auto\" for at most 50 in a "
                     "run, null for none")),
       value(flag("film", defaults.film,
                  "what the net answers over a plane or a line, where the inputs are two or one")),
       value(flag("update_cosine", defaults.update_cosine,
                  "the cosine between successive updates; costs a copy of all weights a step"))});
}

SchemaNode root_node() {
  const Config defaults;
  return object(
      named("", ""),
      {value({.name = "$schema",
              .types = kText,
              .default_value = {},
              .description = "the JSON Schema, for editors; not read"}),
       value({.name = "name",
              .types = kText,
              .default_value = {},
              .description = "of the run, any text; the file's name where none is given"}),
       value({"seed", kInteger, static_cast<std::int64_t>(defaults.seed),
              "every random draw derives from it", kWhole}),
       value({.name = "dtype",
              .types = kText,
              .default_value = "float32",
              .description = "type of the network's numbers and of the data",
              .choices = {"float32", "float64"}}),
       value(flag("flush_to_zero", defaults.flush_to_zero,
                  "numbers too small for full precision become 0: fast where units die")),
       reference(required(named("data", "what to learn from")), "data"), model_node(),
       reference(required(named("loss", "what is made small")), "loss"), teacher_node(),
       reference(named("optimizer", "how a step changes the parameters"), "optimizer"),
       training_node(), log_node(),
       object(named("checkpoint", ""),
              {value(number("every_seconds", kNonNegative, defaults.checkpoint.every_seconds,
                            "least time between checkpoints; the last one is always written"))}),
       value(
           flag("report", defaults.report, "the program writes report.html when training ends"))});
}

Schema build_schema() {
  SchemaNode loss =
      choice(named("loss", "What is made small: its mean over a batch."), loss_catalogue());
  return {root_node(),
          {data_definition(), layer_definition(),
           choice(named("activation", "An element's function."), activation_catalogue(),
                  HiddenForm{}.activation.type),
           choice(named("initializer", "First values of a dense layer."), initializer_catalogue(),
                  ModelConfig{}.init.type),
           std::move(loss), optimizer_definition(),
           choice(named("schedule", "How the learning rate changes."), schedule_catalogue(),
                  OptimizerConfig{}.schedule.type)}};
}

}  // namespace

const Schema& config_schema() {
  static const Schema schema = build_schema();
  return schema;
}

}  // namespace clino
