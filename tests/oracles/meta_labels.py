"""Oracle of meta-labels: brute force on mirrored prices, and mlfinpy where both mean the same.

Needs: Python 3.11, numpy 1.26.4, pandas 2.3.3, mlfinpy 0.1.2. No code of the product is read.
Run from the project's root:  python tests/oracles/meta_labels.py
Writes tests/fixtures/meta-labels.json, the same bytes each time.

The product turns the labels of the price to the side. Here a short side is a long one on mirrored prices, labelled by the
brute force of triple_barrier.py whose ties are a long position's stop. A last check is against mlfinpy's get_events and
get_bins, whose barriers look at closes only and whose entry is the event's own close: on bars that open at the close before
and reach no farther than open and close, its bins are ours.
"""

import json
import logging
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))
import triple_barrier as plain

OUT = Path(__file__).resolve().parent.parent / "fixtures" / "meta-labels.json"
MIRROR = 1000.0
CASES = [
    {"bars": 12, "upAtr": 1.5, "downAtr": 1.5, "atrPeriod": 14, "timeouts": "class"},
    {"bars": 6, "upAtr": 2.0, "downAtr": 1.0, "atrPeriod": 5, "timeouts": "sign"},
    {"bars": 9, "upAtr": 0.8, "downAtr": 1.6, "atrPeriod": 10, "timeouts": "drop"},
]


def mirrored(bars):
    return {
        "open": MIRROR - bars["open"],
        "high": MIRROR - bars["low"],
        "low": MIRROR - bars["high"],
        "close": MIRROR - bars["close"],
    }


def primary(close):
    """Distance of the close from its mean over eight bars, in per mille; missing while that warms up."""
    values = np.full(len(close), np.nan)
    for t in range(7, len(close)):
        values[t] = round(1000 * (close[t] / close[t - 7 : t + 1].mean() - 1), 6)
    return values


def side_of(value, centre, band):
    return 0 if not abs(value - centre) > band else int(np.sign(value - centre))


def meta(bars, s, sides):
    long_atr, long_rows = plain.label(bars, {**s, "tieRule": {"side": 1}})
    turned = {**s, "upAtr": s["downAtr"], "downAtr": s["upAtr"], "tieRule": {"side": 1}}
    _, short_rows = plain.label(mirrored(bars), turned)
    rows = []
    for t, side in enumerate(sides):
        outcome, t1, entry, exit_ = (plain.UNUSABLE, -1, None, None) if side == 0 else (long_rows, short_rows)[side < 0][t]
        earned = None if exit_ is None else (exit_ - entry) / long_atr[t]
        index = plain.class_of(outcome, entry, exit_, s["timeouts"])
        rows.append((outcome, t1, index, plain.rounded(earned)))
    return rows


def check_against_mlfinpy():
    from mlfinpy.labeling import add_vertical_barrier, get_bins, get_events

    logging.disable(logging.INFO)
    rng = np.random.default_rng(3)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, 400)))
    open_ = np.concatenate([[100.0], close[:-1]])
    bars = {"open": open_, "close": close, "high": np.maximum(open_, close), "low": np.minimum(open_, close)}
    # Multiples of one: mlfinpy finds touches by simple returns and names them by logarithms, which agree only there.
    s = {"bars": 10, "upAtr": 1.0, "downAtr": 1.0, "atrPeriod": 14, "timeouts": "class"}
    plain.BARS = len(close)
    sides = [1 if x else -1 for x in rng.random(len(close)) < 0.5]
    ours = meta(bars, s, sides)
    index = pd.date_range("2020-01-01", periods=len(close), freq="h")
    series = pd.Series(close, index)
    events_at = index[20:-20]
    # Barriers as returns from the close of the event, which is the entry.
    target = pd.Series(plain.wilder_atr(bars, s["atrPeriod"]) / close, index)
    events = get_events(
        series,
        events_at,
        [s["upAtr"], s["downAtr"]],
        target,
        0,
        1,
        add_vertical_barrier(events_at, series, num_hours=s["bars"]),
        pd.Series(sides, index),
        verbose=False,
    )
    bins = get_bins(events, series)
    compared = 0
    for t in range(20, len(close) - 20):
        outcome = ours[t][0]
        # Its bin is 1 where the profit barrier was touched and 0 else; a time-out is 0.
        assert (outcome == plain.UP) == (bins.loc[index[t], "bin"] == 1), (t, outcome, bins.loc[index[t]])
        compared += outcome in (plain.UP, plain.DOWN)
    plain.BARS = 300
    return compared


def main():
    bars = plain.make_bars()
    feature = primary(bars["close"])
    centre, band = 0.5, 2.0
    sides = [side_of(v, centre, band) for v in feature]
    assert min(sides.count(k) for k in (-1, 0, 1)) > 40, [sides.count(k) for k in (-1, 0, 1)]
    cases = []
    for s in CASES:
        rows = meta(bars, s, sides)
        cases.append(
            {
                "settings": s,
                "outcome": [r[0] for r in rows],
                "t1Row": [r[1] for r in rows],
                "classIndex": [r[2] for r in rows],
                "returnAtr": [r[3] for r in rows],
            }
        )
        print(s, {k: cases[-1]["outcome"].count(k) for k in range(-1, 5)})
        assert cases[-1]["outcome"].count(plain.AMBIGUOUS) == 0
    print("against mlfinpy", check_against_mlfinpy())
    fixture = {
        "script": "tests/oracles/meta_labels.py",
        "bars": {k: v.tolist() for k, v in bars.items()},
        "primary": {"centre": centre, "band": band, "values": [None if np.isnan(v) else float(v) for v in feature]},
        "sides": sides,
        "cases": cases,
    }
    OUT.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
