"""Independent answers for tests/domain/augment/ar-garch.test.ts, from the package arch.

Python 3.11, numpy, arch (versions are written into the fixture)
Run from the root of the checkout: python tests/oracles/augmentation.py
Writes tests/fixtures/augmentation.json.
"""

import json
from pathlib import Path

import arch
import numpy as np
from arch import arch_model

PLANTED = {
    "gold in hours": {"constant": 0.00002, "ar": -0.05, "omega": 2e-8, "alpha": 0.06, "beta": 0.92, "degrees": 5.0, "n": 4000},
    "a quick reaction": {"constant": 0.0, "ar": 0.15, "omega": 2e-5, "alpha": 0.2, "beta": 0.7, "degrees": 8.0, "n": 3000},
}
NAMES = ["constant", "ar", "omega", "alpha", "beta", "degrees"]


def simulate(rng, constant, ar, omega, alpha, beta, degrees, n):
    h = omega / (1 - alpha - beta)
    r = constant / (1 - ar)
    out = []
    for _ in range(n + 300):
        e = np.sqrt(h) * rng.standard_t(degrees) * np.sqrt((degrees - 2) / degrees)
        r = constant + ar * r + e
        h = omega + alpha * e * e + beta * h
        out.append(r)
    return np.array(out[300:])


def case(rng, name, planted):
    returns = np.array([float(f"{x:.5g}") for x in simulate(rng, **planted)])
    scale = 1 / returns.std()
    model = arch_model(returns * scale, mean="AR", lags=1, vol="GARCH", p=1, q=1, dist="t", rescale=False)
    fit = model.fit(disp="off", tol=1e-12, options={"maxiter": 1000})
    values = fit.params.to_numpy()
    # The same model in units of the returns.
    fitted = dict(zip(NAMES, [values[0] / scale, values[1], values[2] / scale**2, *values[3:]]))
    errors = fit.std_err.to_numpy()
    standard_errors = dict(zip(NAMES, [errors[0] / scale, errors[1], errors[2] / scale**2, *errors[3:]]))
    true = [planted[key] for key in NAMES]
    fixed = model.fix([true[0] * scale, true[1], true[2] * scale**2, *true[3:]])
    per_return = (len(returns) - 1) * np.log(scale)
    return {
        "name": name,
        "returns": returns.tolist(),
        "planted": {key: planted[key] for key in NAMES},
        "fitted": fitted,
        "standardErrors": standard_errors,
        "logLikelihood": fit.loglikelihood + per_return,
        "atPlanted": {
            "logLikelihood": fixed.loglikelihood + per_return,
            "deviation": (fixed.conditional_volatility[1:6] / scale).tolist(),
            "innovation": (fixed.std_resid[1:6]).tolist(),
        },
    }


def main():
    rng = np.random.default_rng(20)
    fixture = {
        "versions": {"numpy": np.__version__, "arch": arch.__version__},
        "cases": [case(rng, name, planted) for name, planted in PLANTED.items()],
    }
    path = Path(__file__).parent.parent / "fixtures" / "augmentation.json"
    path.write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
