"""Independent answers for tests/domain/statistics and tests/domain/core/normal, from statsmodels, SciPy and NumPy.

Python 3.11, numpy, scipy, statsmodels (versions are written into the fixture)
Run from the root of the checkout: python tests/oracles/statistics.py
Writes tests/fixtures/statistics.json.
"""

import json
from pathlib import Path

import numpy as np
import scipy
import statsmodels
from scipy.stats import norm
from statsmodels.tsa.stattools import acf, adfuller


def normal_cases():
    xs = [-37.0, -20.0, -8.5, -7.2, -7.07, -5.0, -3.0, -1.0, -0.1, 0.0, 0.3, 1.0, 1.96, 3.0, 6.0, 7.1, 9.0]
    ps = [1e-300, 1e-40, 1e-15, 1e-8, 0.001, 0.02425, 0.075, 0.3, 0.5, 0.7, 0.925, 0.95, 0.999, 1 - 1e-12]
    return {
        "cdf": [{"x": x, "p": norm.cdf(x)} for x in xs],
        "quantile": [{"p": p, "x": norm.ppf(p)} for p in ps],
    }


def ar(rng, n, phi, start=0.0, drift=0.0):
    x = np.empty(n)
    value = start
    for t in range(n):
        value = drift + phi * value + rng.normal()
        x[t] = value
    return x


def adf_cases(rng):
    walk = np.cumsum(rng.normal(size=300))
    series = {
        "a random walk": walk,
        "a walk far from zero": 1e5 + 0.5 * walk,
        "AR(1) of 0.7": ar(rng, 250, 0.7),
        "AR(1) of 0.98": ar(rng, 400, 0.98),
        "noise": rng.normal(size=120),
        "a line with noise": 0.05 * np.arange(200) + rng.normal(size=200),
        "an exploding series": ar(rng, 80, 1.03, 1.0),
        "seasonal": np.sin(np.arange(200) / 5) + 0.3 * rng.normal(size=200),
        "short": rng.normal(size=14),
    }
    cases = []
    for name, x in series.items():
        x = np.round(x, 6)
        for trend, regression in (("constant", "c"), ("constantAndTrend", "ct")):
            for max_lag in (None, 3, 0) if len(x) > 20 else (None,):
                t, p, lags, rows, critical, _ = adfuller(x, maxlag=max_lag, regression=regression, autolag="AIC", result_object=False)
                cases.append(
                    {"name": name, "trend": trend, "maxLag": max_lag, "statistic": t, "pValue": p, "lags": int(lags), "rows": int(rows), "critical": critical}
                )
    return {"series": {name: np.round(x, 6).tolist() for name, x in series.items()}, "cases": cases}


def main():
    rng = np.random.default_rng(20241121)
    adf = adf_cases(rng)
    x = np.array(adf["series"]["AR(1) of 0.7"])
    fixture = {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
        "normal": normal_cases(),
        "acf": {"series": "AR(1) of 0.7", "values": acf(x, nlags=30, adjusted=False, fft=False).tolist()},
        "adf": adf,
    }
    path = Path("tests/fixtures/statistics.json")
    path.write_text(json.dumps(fixture, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
