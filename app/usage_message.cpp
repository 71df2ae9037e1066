#include "app/usage_message.hpp"

#include "core/options.hpp"

namespace clino::app {

namespace {

std::vector<std::string> verb_names(const CLI::App& program) {
  std::vector<std::string> names;
  for (const CLI::App* verb : program.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(verb->get_name());
  }
  return names;
}

void add_option_names(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
}

}  // namespace

std::string usage_message(const CLI::App& program, const CLI::ParseError& error) {
  const std::vector<CLI::App*> verbs = program.get_subcommands();
  const std::string hint =
      "; see clino " + (verbs.empty() ? "" : verbs.front()->get_name() + " ") + "--help";
  const std::vector<std::string> words = program.remaining(true);
  if (words.empty()) return error.what() + hint;
  const std::string& word = words.front();
  if (word.starts_with("-")) {
    std::vector<std::string> names;
    if (!verbs.empty()) add_option_names(*verbs.front(), names);
    add_option_names(program, names);
    return "unknown option " + word + suggestion(word, names);
  }
  if (verbs.empty()) {
    return "unknown command \"" + word + "\"" + suggestion(word, verb_names(program));
  }
  return "unexpected argument \"" + word + "\"" + hint;
}

}  // namespace clino::app
