"""Prints the polynomial coefficients of core/error_function.hpp (needs mpmath).

Chebyshev interpolation with 60 digits, turned into powers, highest first. After Schonfelder,
"Chebyshev expansions for the error and related functions", Math. Comp. 32 (1978) 1232-1240:
    exp(u^2) erfc(u) (u + K) = P(t),  t = (u - K) / (u + K),  for 0 <= u <= U,
    erf(x) / x = Q(x^2),  for |x| <= 0.75.
"""

import mpmath as mp

mp.mp.dps = 60


def chebyshev(function, low, high, degree):
    """Coefficients, highest power first, of the interpolating polynomial of that degree."""
    count = degree + 1
    nodes = [mp.cos(mp.pi * (k + mp.mpf(1) / 2) / count) for k in range(count)]
    points = [(low + high) / 2 + (high - low) / 2 * x for x in nodes]
    vandermonde = mp.matrix([[p ** (degree - j) for j in range(count)] for p in points])
    return mp.lu_solve(vandermonde, mp.matrix([function(p) for p in points]))


def scaled_erfc(pole, largest, degree):
    def function(t):
        u = pole * (1 + t) / (1 - t)
        return mp.exp(u * u) * mp.erfc(u) * (u + pole)

    return chebyshev(function, mp.mpf(-1), (largest - pole) / (largest + pole), degree)


def erf_near_zero(degree):
    return chebyshev(lambda s: mp.erf(mp.sqrt(s)) / mp.sqrt(s), mp.mpf(0), mp.mpf(9) / 16, degree)


def show(title, coefficients, digits):
    print(title)
    print("  " + ",\n  ".join(mp.nstr(c, digits) for c in coefficients))


if __name__ == "__main__":
    show("float P, K = 3, U = 10.25", scaled_erfc(mp.mpf(3), mp.mpf(10.25), 9), 9)
    show("double P, K = 3.5, U = 27.5", scaled_erfc(mp.mpf(3.5), mp.mpf(27.5), 21), 17)
    show("float Q", erf_near_zero(5), 9)
    show("double Q", erf_near_zero(10), 17)
