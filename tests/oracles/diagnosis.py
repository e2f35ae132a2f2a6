"""Independent answers for tests/domain/statistics/diagnosis-oracle.test.ts, from statsmodels and NumPy.

Python 3.11, numpy, statsmodels (versions are written into the fixture)
Run from the root of the checkout: python tests/oracles/diagnosis.py
Writes tests/fixtures/diagnosis.json.
"""

import json
from pathlib import Path

import numpy as np
import statsmodels
from statsmodels.stats.multitest import multipletests
from statsmodels.tsa.stattools import adfuller


def discovery_cases(rng):
    cases = []
    for n in (1, 5, 40):
        p = np.round(np.where(rng.uniform(size=n) < 0.3, rng.uniform(size=n) * 0.01, rng.uniform(size=n)), 6)
        cases.append({"p": p.tolist(), "adjusted": multipletests(p, method="fdr_bh")[1].tolist()})
    ties = [0.04, 0.04, 0.01, 0.9, 0.04]
    cases.append({"p": ties, "adjusted": multipletests(ties, method="fdr_bh")[1].tolist()})
    return cases


def explosive_cases(rng):
    """Every window by statsmodels: no running sums, no shortcut."""
    walk = np.cumsum(rng.normal(size=70)) * 0.02 + 4.6
    bubble = [100.0]
    for t in range(1, 90):
        growth = 1.04 if 30 <= t < 50 else 1.0
        bubble.append(bubble[-1] * growth + rng.normal() if t != 50 else 100.0)
    cases = []
    for name, y in (("a random walk", walk), ("a bubble", np.array(bubble))):
        y = np.round(y, 6)
        n = len(y)
        shortest = int(np.floor((0.01 + 1.8 / np.sqrt(n)) * n))
        windows = {
            (a, b): adfuller(y[a : b + 1], maxlag=0, autolag=None, regression="c", result_object=False)[0]
            for b in range(shortest - 1, n)
            for a in range(0, b - shortest + 2)
        }
        best = max(windows, key=windows.get)
        forward = max(value for (a, _), value in windows.items() if a == 0)
        cases.append({"name": name, "series": y.tolist(), "forward": float(forward), "supremum": float(windows[best]), "from": best[0], "to": best[1]})
    return cases


def memory_cases(rng):
    """sup-F with Bartlett weights over Andrews' lags, the autocorrelation taken about the two means around the break."""
    cases = []
    for phi, shift in ((0.0, 0.0), (0.6, 0.0), (0.9, 3.0)):
        n = 240
        x = np.zeros(n)
        for t in range(1, n):
            x[t] = phi * x[t - 1] + rng.normal()
        x[n // 2 :] += shift
        x = np.round(x, 6)
        c = x - x.mean()
        s = np.cumsum(c)
        edge = int(np.ceil(0.15 * n))
        places = np.arange(edge, n - edge + 1)
        raw = {int(k): s[k - 1] ** 2 / n / ((k / n) * (1 - k / n)) for k in places}
        at = max(raw, key=raw.get)
        e = np.concatenate([x[:at] - x[:at].mean(), x[at:] - x[at:].mean()])
        rho = min(0.97, max(0.0, (e[1:] @ e[:-1]) / (e @ e)))
        lags = min(int(np.floor(1.1447 * np.cbrt(4 * rho**2 / ((1 - rho) ** 2 * (1 + rho) ** 2) * n))), n // 8)
        variance = c @ c / n + sum(2 * (1 - j / (lags + 1)) * (c[j:] @ c[:-j]) / n for j in range(1, lags + 1))
        cases.append({"series": x.tolist(), "at": at, "lags": lags, "supF": float(raw[at] / variance)})
    return cases


def main():
    rng = np.random.default_rng(20261121)
    fixture = {
        "versions": {"numpy": np.__version__, "statsmodels": statsmodels.__version__},
        "discovery": discovery_cases(rng),
        "explosive": explosive_cases(rng),
        "memory": memory_cases(rng),
    }
    path = Path("tests/fixtures/diagnosis.json")
    path.write_text(json.dumps(fixture, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
