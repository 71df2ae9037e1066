#include "claims/claims_json.hpp"

#include <cmath>

#include "core/nonfinite.hpp"
#include "train/experiment.hpp"
#include "train/json_value.hpp"

namespace clino::claims {

namespace {

JsonValue number(double value) {
  return std::isfinite(value) ? JsonValue(value) : JsonValue(std::string(nonfinite_text(value)));
}

JsonValue text(std::string_view value) { return JsonValue(std::string(value)); }

JsonValue check_json(const Check& check) {
  return json_object(
      {{"quantity", text(check.quantity)},
       {"predicted", text(check.predicted)},
       {"measured", number(check.measured)},
       {"interval", json_list({number(check.interval.low), number(check.interval.high)})},
       {"how", text(check.how)},
       {"verdict", text(to_text(check.verdict))}});
}

/// What a claim says, whatever comes out.
JsonValue claim_json(const Claim& claim) {
  return json_object({{"name", text(claim.name)},
                      {"row", text(claim.row)},
                      {"title", text(claim.title)},
                      {"statement", text(claim.statement)},
                      {"formula", text(claim.formula)},
                      {"story", text(claim.story)},
                      {"source", text(claim.source)}});
}

}  // namespace

std::string claims_json(std::span<const Result> results, const Setting& setting) {
  std::vector<JsonValue> claims;
  for (const Result& result : results) {
    JsonValue json = claim_json(*result.claim);
    json.add("ran", text(result.outcome.ran));
    json.add("verdict", text(to_text(result.outcome.verdict())));
    json.add("seconds", number(result.seconds));
    std::vector<JsonValue> checks;
    for (const Check& check : result.outcome.checks) checks.push_back(check_json(check));
    json.add("checks", json_list(std::move(checks)));
    std::vector<JsonValue> figures;
    for (const report::Figure& figure : result.outcome.figures) {
      figures.push_back(
          json_object({{"title", text(figure.title)}, {"caption", text(figure.caption)}}));
    }
    json.add("figures", json_list(std::move(figures)));
    claims.push_back(std::move(json));
  }
  return write_json(json_object({{"seed", json_of(static_cast<std::int64_t>(setting.seed))},
                                 {"dtype", text(to_text(setting.dtype))},
                                 {"thorough", json_of(setting.thorough)},
                                 {"all_hold", json_of(all_hold(results))},
                                 {"claims", json_list(std::move(claims))}})) +
         "\n";
}

std::string claim_list_json(std::span<const Claim* const> claims) {
  std::vector<JsonValue> list;
  list.reserve(claims.size());
  for (const Claim* claim : claims) list.push_back(claim_json(*claim));
  return write_json(json_object({{"claims", json_list(std::move(list))}})) + "\n";
}

}  // namespace clino::claims
