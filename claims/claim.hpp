#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "claims/check.hpp"
#include "claims/parts.hpp"
#include "report/figure.hpp"
#include "train/config.hpp"

/// \file
/// A claim about activation functions: what it says, and how it is put to the test.

namespace clino::claims {

/// How the claims are run.
struct Setting {
  std::uint64_t seed = 1;              ///< every draw of every claim derives from it
  DType dtype = DType::float32;        ///< of all nets
  bool thorough = false;               ///< longer runs, where a claim has such
  unsigned workers = 1;                ///< threads
  std::filesystem::path scratch = {};  ///< where runs may be written; empty: a temporary folder
  Parts parts = {};
  /// Not 0: give up; the claim throws `Interrupted`.
  const std::atomic<int>* stop = nullptr;
};

/// What a claim throws when it is told to stop.
struct Interrupted {};

/// What came out.
struct Outcome {
  std::string ran;            ///< what was run, in a sentence or two
  std::vector<Check> checks;  ///< the first one is shown in the claim's row
  std::vector<report::Figure> figures = {};

  Verdict verdict() const { return verdict_of(checks); }
};

struct Claim {
  std::string_view name;       ///< as typed: `vanishing`
  std::string_view row;        ///< of the list of claims: `A4`, `C3`
  std::string_view title;      ///< heading of the article's section
  std::string_view statement;  ///< the claim in a sentence
  std::string_view formula;    ///< what is predicted, in one line; may be empty
  std::string_view story;      ///< why that is so, in a few sentences
  std::string_view source;     ///< of the claim: paper and figure; empty for folklore
  /// The texts of its configs in configs/claims/, embedded: what it trains. Empty where no net is.
  std::string_view config = {};
  Outcome (*run)(const Setting& setting) = nullptr;
};

/// All claims, in the order of the article.
const std::vector<Claim>& all_claims();

}  // namespace clino::claims
