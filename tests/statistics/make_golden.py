#!/usr/bin/env python3
"""Writes contrasts.golden and survival.golden beside this file from SciPy (made with 1.17).

Format: a line `case NAME option=value ...`, then lines of numbers; read by tests/golden.hpp.
"""

import pathlib

import numpy as np
from scipy import stats

HERE = pathlib.Path(__file__).parent
SAMPLES = {
    "small": ([1.5, 2.25], [1.0, 3.5]),
    "plain": ([0.91, 0.93, 0.90, 0.97, 0.95], [0.89, 0.94, 0.85, 0.93, 0.91]),
    "skewed": ([4, 6, 5, 100, 7, 5, 6, 4, 9, 5], [2, 2, 3, 2, 40, 2, 3, 2, 2, 2]),
    "far": ([1e6, 1.1e6, 1.05e6], [1e-3, 2e-3, 1.5e-3]),
}


def row(values):
    return " ".join(repr(float(v)) for v in values)


def contrasts():
    lines = []
    for name, (a, b) in SAMPLES.items():
        for ratio in (False, True):
            x, y = (np.log(a), np.log(b)) if ratio else (np.array(a), np.array(b))
            back = np.exp if ratio else (lambda v: v)
            for paired in (True, False):
                test = stats.ttest_rel(x, y) if paired else stats.ttest_ind(x, y, equal_var=False)
                interval = test.confidence_interval(0.9)
                lines += [
                    f"case {name} ratio={str(ratio).lower()} paired={str(paired).lower()}",
                    row(a),
                    row(b),
                    row([back(np.mean(x) - np.mean(y)), back(interval.low), back(interval.high),
                         test.pvalue]),
                ]
    return lines


def survivals():
    cases = [
        ([2, 3, 3, 5, 8], [1, 1, 1, 1, 1]),
        ([2, 3, 3, 5, 8, 8, 8], [1, 1, 0, 1, 0, 1, 0]),
        ([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
         [1] * 9 + [0] * 12),  # Freireich et al. 1963, remission under 6-MP
    ]
    lines = []
    for times, happened in cases:
        data = stats.CensoredData(
            uncensored=[t for t, h in zip(times, happened) if h],
            right=[t for t, h in zip(times, happened) if not h])
        curve = stats.ecdf(data).sf
        keep = np.diff(np.concatenate([[1], curve.probabilities])) < 0
        lines += ["case kaplan_meier", row(times), row(happened), row(curve.quantiles[keep]),
                  row(curve.probabilities[keep])]
    return lines


def powers():
    lines = []
    for d, n, alpha in [(0.5, 10, 0.05), (1.2, 5, 0.01), (0.2, 100, 0.05), (3, 3, 0.001)]:
        for paired in (True, False):
            df = n - 1 if paired else 2 * (n - 1)
            shift = d * np.sqrt(n if paired else n / 2)
            t = stats.t.ppf(1 - alpha / 2, df)
            p = stats.nct.sf(t, df, shift) + stats.nct.cdf(-t, df, shift)
            lines += [f"case power paired={str(paired).lower()}", row([d, n, alpha, p])]
    return lines


(HERE / "contrasts.golden").write_text("\n".join(contrasts()) + "\n")
(HERE / "survival.golden").write_text("\n".join(survivals()) + "\n")
(HERE / "power.golden").write_text("\n".join(powers()) + "\n")
