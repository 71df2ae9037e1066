#pragma once

/// \file
/// The distributions that intervals and tests rest on. Degrees of freedom are > 0, and need not be
/// whole.

namespace clino::statistics {

/// x with P(Z < x) = probability, Z standard normal; probability in (0, 1).
double normal_quantile(double probability);

/// x with P(T < x) = probability, T by Student's t; probability in (0, 1).
double student_quantile(double probability, double degrees);

/// P(|T| >= |t|), T by Student's t; 0 for infinite t.
double student_two_sided(double t, double degrees);

/// P(|T| > critical), T by the non-central t with that non-centrality: the power of a two-sided
/// test.
double noncentral_two_sided(double critical, double degrees, double noncentrality);

}  // namespace clino::statistics
