#include <algorithm>
#include <map>

#include "compare/sentences.hpp"
#include "report/number_text.hpp"

namespace clino::compare {

namespace {

constexpr std::size_t kMost = 9, kFewestOfGroup = 3, kMany = 10;

/// `a, b and c`; where names have commas `a; b; c`; of many the first, and how many others.
std::string listed(std::vector<std::string> names) {
  constexpr std::size_t kMostNames = 8;
  const bool commas = std::ranges::any_of(
      names, [](const std::string& name) { return name.find(',') != std::string::npos; });
  if (names.size() > kMostNames) {
    const std::size_t others = names.size() - (kMostNames - 1);
    names.resize(kMostNames - 1);
    names.push_back(std::to_string(others) + " others");
  }
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    text += i == 0 ? "" : commas ? "; " : last ? " and " : ", ";
    text += names[i];
  }
  return text;
}

/// Variations that are compared with each other, by rank.
class Group {
 public:
  Group(const Comparison& comparison, std::vector<std::size_t> members)
      : comparison_(comparison), members_(std::move(members)) {}

  std::vector<std::string> sentences(std::size_t most) const {
    std::vector<std::string> texts;
    const std::vector<std::size_t> tied = tied_with_the_best();
    if (tied.size() >= 2) texts.push_back(on_ties(tied));
    const std::vector<std::size_t> never = never_there();
    if (never.size() >= 2) texts.push_back(on_never(never));
    for (const Pair* pair : asked_first()) {
      if (texts.size() >= most) break;
      // Of many variations only what was told apart is worth a sentence beside the first.
      if (members_.size() > kMany && !pair->told_apart && !texts.empty()) continue;
      if (!is_said(*pair, tied) && !is_said(*pair, never)) {
        texts.push_back(sentence(comparison_, *pair));
      }
    }
    return texts;
  }

 private:
  std::vector<std::size_t> tied_with_the_best() const {
    std::vector<std::size_t> tied;
    for (std::size_t i = 1; i < members_.size(); ++i) {
      const Pair* pair = comparison_.find(members_.front(), members_[i]);
      if (pair != nullptr && pair->contrast.n >= 2 && !pair->told_apart)
        tied.push_back(members_[i]);
    }
    return tied;
  }

  /// Whether a sentence on several has said it already.
  bool is_said(const Pair& pair, const std::vector<std::size_t>& together) const {
    const bool with_best = pair.a == members_.front() || pair.b == members_.front();
    return with_best && together.size() >= 2 && std::ranges::count(together, other(pair)) > 0;
  }

  Index reached(std::size_t i) const {
    return comparison_.variations[i].find(comparison_.primary->name)->reached;
  }

  /// Told apart from the best, and in no run at the target.
  std::vector<std::size_t> never_there() const {
    std::vector<std::size_t> found;
    if (!comparison_.primary->to_target) return found;
    for (std::size_t i = 1; i < members_.size(); ++i) {
      const Pair* pair = comparison_.find(members_.front(), members_[i]);
      const bool told_apart = pair != nullptr && pair->told_apart;
      if (told_apart && reached(members_[i]) == 0) found.push_back(members_[i]);
    }
    return found;
  }

  std::string on_never(const std::vector<std::size_t>& never) const {
    const VariationResult& best = comparison_.variations[members_.front()];
    return prefix() + listed(names_of(never)) + " never reach " + to_text(*comparison_.target) +
           " within " + report::number_text(comparison_.horizon, 6) + " epochs in any run, " +
           best.name + " in " + std::to_string(reached(members_.front())) + " of " +
           std::to_string(best.runs.size()) + ".";
  }

  std::string prefix() const {
    const std::string& group = comparison_.variations[members_.front()].group;
    return group.empty() ? "" : group + ": ";
  }

  std::vector<std::string> names_of(const std::vector<std::size_t>& variations) const {
    std::vector<std::string> names;
    names.reserve(variations.size());
    for (const std::size_t i : variations) names.push_back(comparison_.variations[i].name);
    return names;
  }

  std::size_t other(const Pair& pair) const { return pair.a == members_.front() ? pair.b : pair.a; }

  std::string on_ties(const std::vector<std::size_t>& tied) const {
    const VariationResult& best = comparison_.variations[members_.front()];
    std::vector<Index> sizes;
    sizes.reserve(tied.size());
    for (const std::size_t i : tied) {
      sizes.push_back(comparison_.find(members_.front(), i)->contrast.n);
    }
    const auto [fewest, most] = std::ranges::minmax(sizes);
    return prefix() + listed(names_of(tied)) + " cannot be told apart from " + best.name +
           ", n = " + std::to_string(fewest) +
           (most > fewest ? " to " + std::to_string(most) : "") + ".";
  }

  /// The best with every other, then neighbours in the ranking, then the rest.
  std::vector<const Pair*> asked_first() const {
    std::vector<std::pair<int, const Pair*>> asked;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      for (std::size_t j = i + 1; j < members_.size(); ++j) {
        const Pair* pair = comparison_.find(members_[i], members_[j]);
        // There is none where no run has a value for the measure that ranks.
        if (pair != nullptr) asked.emplace_back(i == 0 ? 0 : j == i + 1 ? 1 : 2, pair);
      }
    }
    std::ranges::stable_sort(asked, {}, &std::pair<int, const Pair*>::first);
    std::vector<const Pair*> pairs;
    pairs.reserve(asked.size());
    for (const auto& [order, pair] : asked) pairs.push_back(pair);
    return pairs;
  }

  const Comparison& comparison_;
  std::vector<std::size_t> members_;
};

}  // namespace

std::vector<std::string> sentences(const Comparison& comparison) {
  std::vector<std::vector<std::size_t>> groups = groups_by_rank(comparison);
  std::vector<std::string> texts;
  if (groups.empty()) return texts;
  const std::size_t most = std::max(kMost / groups.size(), kFewestOfGroup);
  for (std::vector<std::size_t>& members : groups) {
    for (std::string& text : Group(comparison, std::move(members)).sentences(most)) {
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

}  // namespace clino::compare
