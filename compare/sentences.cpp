#include "compare/sentences.hpp"

#include <algorithm>
#include <cmath>

#include "compare/text_parts.hpp"
#include "report/number_text.hpp"

namespace clino::compare {

namespace {

using report::number_text;
using statistics::Scale;

std::string runs_text(Index n, bool folds) {
  return std::to_string(n) + (folds ? (n == 1 ? " fold" : " folds") : n == 1 ? " seed" : " seeds");
}

/// A pair with the slower, or the higher, of the two first.
struct Turned {
  std::size_t high, low;
  double estimate;
  std::optional<statistics::Interval> interval;
};

Turned turned(const Pair& pair) {
  const statistics::Contrast& contrast = pair.contrast;
  const bool ratio = pair.scale == Scale::ratio;
  if (contrast.estimate >= (ratio ? 1 : 0)) {
    return {pair.a, pair.b, contrast.estimate, contrast.interval};
  }
  Turned result{pair.b, pair.a, ratio ? 1 / contrast.estimate : -contrast.estimate, {}};
  if (contrast.interval) {
    const auto [low, high] = *contrast.interval;
    result.interval =
        ratio ? statistics::Interval{1 / high, 1 / low} : statistics::Interval{-high, -low};
  }
  return result;
}

class Writer {
 public:
  Writer(const Comparison& comparison, const Pair& pair)
      : comparison_(comparison), pair_(pair), turned_(turned(pair)) {}

  std::string write() const {
    const std::string& group = of(pair_.a).group;
    return (group.empty() ? "" : group + ": ") + statement() + "." + failures();
  }

 private:
  const VariationResult& of(std::size_t i) const { return comparison_.variations[i]; }
  std::string high() const { return of(turned_.high).name; }
  std::string low() const { return of(turned_.low).name; }

  Index reached(std::size_t i) const { return of(i).find(pair_.measure->name)->reached; }
  Index runs(std::size_t i) const { return static_cast<Index>(of(i).runs.size()); }
  std::string unit() const { return unit_of(*pair_.measure); }
  /// `1 epoch`, `12 epochs`
  std::string count_of(double time) const {
    const std::string name = unit();
    return number_text(time, 4) + " " + (time == 1 ? name.substr(0, name.size() - 1) : name);
  }
  std::string target() const { return to_text(*comparison_.target); }
  std::string within() const {
    return " within " + number_text(comparison_.horizon, 6) + " epochs";
  }

  std::string statement() const {
    if (pair_.contrast.n < 2) return too_few();
    if (!pair_.told_apart) return not_told_apart();
    return pair_.measure->to_target ? times() : values();
  }

  std::string too_few() const {
    return high() + " and " + low() + ": with " + runs_text(pair_.contrast.n, folds()) +
           " nothing can be said of " + std::string(pair_.measure->title) +
           "; two at least are needed";
  }

  bool folds() const { return comparison_.folds.has_value(); }

  std::string count() const { return ", n = " + std::to_string(pair_.contrast.n); }

  std::string times() const {
    if (reached(turned_.high) == 0) {
      std::string text = high() + " never reaches " + target() + within() + " (0 of " +
                         std::to_string(runs(turned_.high)) + " runs), " + low() + " in " +
                         std::to_string(reached(turned_.low)) + " of " +
                         std::to_string(runs(turned_.low));
      const auto& median = of(turned_.low).find(pair_.measure->name)->survival->median;
      if (median) text += ", after " + count_of(*median) + " in the median";
      return text;
    }
    const bool bound = missing(turned_.high) > 0 && missing(turned_.low) == 0;
    std::string text = high() + " needs " + (bound ? "at least " : "") +
                       number_text(turned_.estimate, 2) + " times the " + unit() + " of " + low();
    if (bound && turned_.interval) {
      text += " [" + number_text(turned_.interval->low, 3) + " or more]";
    } else {
      text += beside(turned_.interval);
    }
    return text + count() + missing_text();
  }

  Index missing(std::size_t i) const { return runs(i) - reached(i); }

  /// Who did not get there, if any.
  std::string missing_text() const {
    std::string text;
    for (const std::size_t i : {turned_.high, turned_.low}) {
      if (missing(i) == 0) continue;
      text += (text.empty() ? ": " : " and ") + std::to_string(missing(i)) + " of " +
              std::to_string(runs(i)) + " runs of " + of(i).name;
    }
    if (text.empty()) return text;
    const bool one = missing(turned_.high) + missing(turned_.low) == 1;
    return text + (one ? " does not get there" : " do not get there") + within();
  }

  std::string values() const {
    const std::string title(pair_.measure->title);
    if (pair_.scale == Scale::ratio) {
      return high() + ": " + title + " " + number_text(turned_.estimate, 2) + " times that of " +
             low() + beside(turned_.interval) + count();
    }
    return high() + ": " + title + " higher by " + number_text(turned_.estimate, 2) +
           beside(turned_.interval) + " than that of " + low() + count();
  }

  std::string not_told_apart() const {
    std::string text = of(pair_.a).name + " and " + of(pair_.b).name +
                       " cannot be told apart with " + runs_text(pair_.contrast.n, folds());
    if (pair_.measure->to_target && reached(pair_.a) == 0 && reached(pair_.b) == 0) {
      return text + ": neither reaches " + target() + within();
    }
    if (pair_.contrast.standardized == 0) {
      return text + ": no difference was seen" + (pair_.measure->to_target ? within() : "");
    }
    text += pair_.scale == Scale::ratio ? " (" + high() + " / " + low() + ": " : " (difference: ";
    text += number_text(turned_.estimate, 2) + beside(turned_.interval) + ")";
    if (alone_excludes()) text += ", too little for so many comparisons";
    if (pair_.measure->to_target && missing(pair_.a) + missing(pair_.b) > 0) {
      return text + missing_text();
    }
    return text + advice();
  }

  /// Whether the interval of this pair by itself would tell them apart.
  bool alone_excludes() const { return pair_.contrast.p_value <= comparison_.alpha(); }

  std::string advice() const {
    if (folds()) return "";  // more folds are not more data
    if (!pair_.seeds_needed) return "; even 1000 seeds would hardly tell a difference so small";
    return "; about " + std::to_string(*pair_.seeds_needed) +
           " would tell a difference of that size";
  }

  std::string failures() const {
    if (pair_.measure->to_target) return "";
    std::string text;
    for (const std::size_t i : {pair_.a, pair_.b}) {
      if (of(i).failed == 0) continue;
      text += " (" + std::to_string(of(i).failed) + " of " + std::to_string(runs(i)) + " runs of " +
              of(i).name + " failed and are left out.)";
    }
    return text;
  }

  const Comparison& comparison_;
  const Pair& pair_;
  Turned turned_;
};

}  // namespace

std::string sentence(const Comparison& comparison, const Pair& pair) {
  return Writer(comparison, pair).write();
}

}  // namespace clino::compare
