"""Independent answers for tests/domain/statistics and tests/domain/core/normal, from statsmodels, SciPy and NumPy.

Python 3.11, numpy, scipy, statsmodels (versions are written into the fixture)
Run from the root of the checkout: python tests/oracles/statistics.py
Writes tests/fixtures/statistics.json.
"""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import scipy
import statsmodels
from scipy.stats import kurtosis, norm, rankdata, skew
from statsmodels.stats.diagnostic import breaks_cusumolsresid
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


def sharpe_cases(rng):
    cases = []
    for n, scale, shift, trials, variance in ((30, 0.01, 0.002, 2, 0.01), (250, 0.02, 0.001, 40, 0.004), (900, 0.005, -0.0002, 1000, 0.0009)):
        r = np.round(shift + scale * rng.standard_t(4, size=n), 8)
        sr, g3, g4 = r.mean() / r.std(ddof=1), skew(r), kurtosis(r, fisher=False)
        for benchmark in (0.0, 0.05):
            v = 1 - g3 * sr + (g4 - 1) / 4 * sr**2
            psr = lambda b: norm.cdf((sr - b) * np.sqrt(n - 1) / np.sqrt(v))
            sr0 = np.sqrt(variance) * ((1 - np.euler_gamma) * norm.ppf(1 - 1 / trials) + np.euler_gamma * norm.ppf(1 - np.exp(-1) / trials))
            cases.append(
                {
                    "returns": r.tolist(), "benchmark": benchmark, "trials": trials, "variance": variance,
                    "sharpe": sr, "skew": g3, "kurtosis": g4, "psr": psr(benchmark), "sr0": sr0, "dsr": psr(sr0),
                    "minTrl": 1 + v * (norm.ppf(0.95) / (sr - benchmark)) ** 2 if sr > benchmark else None,
                }
            )
    return cases


def pbo_cases(rng):
    cases = []
    for n, trials, blocks, skill in ((48, 7, 6, 0.0), (60, 12, 8, 0.3), (43, 2, 4, 0.0)):
        r = np.round(rng.normal(size=(n, trials)) * 0.01, 7)
        r[:, 0] += np.round(skill * 0.01, 7)
        r = np.round(r, 7)
        rows = np.array_split(np.arange(n % blocks, n), blocks)
        logits, losses = [], 0
        for chosen in combinations(range(blocks), blocks // 2):
            inside = np.concatenate([rows[b] for b in chosen])
            outside = np.concatenate([rows[b] for b in range(blocks) if b not in chosen])
            ratio = lambda part: r[part].mean(axis=0) / r[part].std(axis=0, ddof=1)
            best = int(np.argmax(ratio(inside)))
            judged = ratio(outside)
            omega = rankdata(judged)[best] / (trials + 1)
            logits.append(float(np.log(omega / (1 - omega))))
            losses += judged[best] < 0
        logits = np.array(logits)
        pbo = ((logits < -1e-12).sum() + 0.5 * (abs(logits) <= 1e-12).sum()) / len(logits)
        cases.append({"returns": r.T.tolist(), "blocks": blocks, "pbo": pbo, "lossProbability": losses / len(logits), "logits": sorted(logits.tolist())})
    return cases


def break_cases(rng):
    cases = []
    for name, n, change, wilder in (("no break", 160, 0.0, 1.0), ("a mean that moves", 200, 0.8, 1.0), ("a variance that doubles", 150, 0.0, 2.0)):
        x = rng.normal(size=n)
        x[n // 2 :] = wilder * x[n // 2 :] + change
        x = np.round(x, 6)
        square = x**2 - (x**2).mean()
        cusum, cusum_p, _ = breaks_cusumolsresid(square, ddof=0)
        whole = ((x - x.mean()) ** 2).sum()
        f = {k: n * (whole - ((x[:k] - x[:k].mean()) ** 2).sum() - ((x[k:] - x[k:].mean()) ** 2).sum()) / whole for k in range(int(np.ceil(0.15 * n)), n - int(np.ceil(0.15 * n)) + 1)}
        at = max(f, key=f.get)
        cases.append({"name": name, "series": x.tolist(), "cusum": float(cusum), "cusumP": float(cusum_p), "cusumAt": int(np.argmax(np.abs(np.cumsum(square)))) + 1, "supF": float(f[at]), "supFAt": int(at)})
    return cases


def main():
    rng = np.random.default_rng(20241121)
    adf = adf_cases(rng)
    x = np.array(adf["series"]["AR(1) of 0.7"])
    fixture = {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
        "normal": normal_cases(),
        "acf": {"series": "AR(1) of 0.7", "values": acf(x, nlags=30, adjusted=False, fft=False).tolist()},
        "adf": adf,
        "sharpe": sharpe_cases(rng),
        "pbo": pbo_cases(rng),
        "breaks": break_cases(rng),
    }
    path = Path("tests/fixtures/statistics.json")
    path.write_text(json.dumps(fixture, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
