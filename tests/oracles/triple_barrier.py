"""Independent oracle for triple-barrier labels: brute force over the definition, vectorised where the product loops.

Needs: Python 3.11, numpy 2.2.6. Nothing else; no code of the product is read.
Run from the project's root:  python tests/oracles/triple_barrier.py
Writes tests/fixtures/triple-barrier.json, the same bytes each time.

Differences of method on purpose: the ATR comes from the closed form of Wilder's recursion (a weighted sum), and every
label looks at its whole future at once (arrays of touches) instead of walking bar by bar.
"""

import json
from pathlib import Path

import numpy as np

SEED = 20240917
BARS = 300
OUT = Path(__file__).resolve().parent.parent / "fixtures" / "triple-barrier.json"
DOWN, TIMEOUT, UP, AMBIGUOUS, UNSETTLED, UNUSABLE = -1, 0, 1, 2, 3, 4
SETTINGS = [
    {"bars": 12, "upAtr": 1.5, "downAtr": 1.5, "atrPeriod": 14, "timeouts": "class", "tieRule": "noSide"},
    {"bars": 5, "upAtr": 1.0, "downAtr": 0.7, "atrPeriod": 5, "timeouts": "sign", "tieRule": {"side": 1}},
    {"bars": 30, "upAtr": 0.6, "downAtr": 2.5, "atrPeriod": 10, "timeouts": "drop", "tieRule": {"side": -1}},
    {"bars": 12, "upAtr": 1.2, "downAtr": 1.5, "atrPeriod": 14, "timeouts": "sign", "tieRule": "noSide", "minReturnBps": 40},
]


def make_bars():
    rng = np.random.default_rng(SEED)
    volatility = 0.6 * np.exp(np.cumsum(rng.normal(0, 0.08, BARS)))
    gaps = np.where(rng.random(BARS) < 0.15, rng.normal(0, 2.5, BARS), 0.0) * volatility
    body = rng.standard_t(4, BARS) * volatility
    close = 500 + np.cumsum(gaps + body)
    open_ = np.concatenate([[500.0], close[:-1]]) + gaps
    high = np.maximum(open_, close) + rng.exponential(0.9, BARS) * volatility
    low = np.minimum(open_, close) - rng.exponential(0.9, BARS) * volatility
    return {name: np.round(v, 4) for name, v in (("open", open_), ("high", high), ("low", low), ("close", close))}


def wilder_atr(bars, period):
    previous = bars["close"][:-1]
    high, low = bars["high"][1:], bars["low"][1:]
    true_range = np.maximum(high, previous) - np.minimum(low, previous)  # of bars 1, 2, ...
    atr = np.full(BARS, np.nan)
    keep = 1 - 1 / period
    for i in range(period, BARS):
        seed = true_range[:period].mean() * keep ** (i - period)
        later = true_range[period:i]
        weights = keep ** np.arange(len(later) - 1, -1, -1) / period
        atr[i] = seed + later @ weights
    return atr


def label(bars, s):
    rows = []
    atr = wilder_atr(bars, s["atrPeriod"])
    for t in range(BARS):
        if not atr[t] > 0:
            rows.append((UNUSABLE, -1, None, None))
            continue
        if 10_000 * min(s["upAtr"], s["downAtr"]) * atr[t] / bars["close"][t] <= s.get("minReturnBps", 0):
            rows.append((UNUSABLE, -1, None, None))
            continue
        future = slice(t + 1, min(t + 1 + s["bars"], BARS))
        o, h, lo, c = (bars[k][future] for k in ("open", "high", "low", "close"))
        if len(o) == 0:
            rows.append((UNSETTLED, -1, None, None))
            continue
        entry = o[0]
        up, down = entry + s["upAtr"] * atr[t], entry - s["downAtr"] * atr[t]
        hit_up, hit_down = h >= up, lo <= down
        hits = np.flatnonzero(hit_up | hit_down)
        if len(hits) == 0:
            if len(o) < s["bars"]:
                rows.append((UNSETTLED, -1, float(entry), None))
            else:
                rows.append((TIMEOUT, t + s["bars"], float(entry), float(c[-1])))
            continue
        k = hits[0]
        if k > 0 and (o[k] >= up or o[k] <= down):
            outcome, exit_ = (UP if o[k] >= up else DOWN), o[k]
        elif hit_up[k] and hit_down[k]:
            side = s["tieRule"]["side"] if s["tieRule"] != "noSide" else 0
            outcome = {0: AMBIGUOUS, 1: DOWN, -1: UP}[side]
            exit_ = {AMBIGUOUS: None, DOWN: down, UP: up}[outcome]
        else:
            outcome, exit_ = (UP, up) if hit_up[k] else (DOWN, down)
        rows.append((outcome, int(t + 1 + k), float(entry), None if exit_ is None else float(exit_)))
    return atr, rows


def class_of(outcome, entry, exit_, rule):
    if outcome in (UP, DOWN):
        return 2 if outcome == UP else 0
    if outcome != TIMEOUT or rule == "drop":
        return -1
    return 1 if rule == "class" else int(np.sign(exit_ - entry)) + 1


def rounded(value):
    return None if value is None or np.isnan(value) else round(float(value), 10)


def main():
    bars = make_bars()
    cases = []
    for s in SETTINGS:
        atr, rows = label(bars, s)
        cases.append(
            {
                "settings": s,
                "atr": [rounded(v) for v in atr],
                "outcome": [r[0] for r in rows],
                "t1Row": [r[1] for r in rows],
                "entry": [rounded(r[2]) for r in rows],
                "exit": [rounded(r[3]) for r in rows],
                "classIndex": [class_of(*((r[0],) + r[2:]), s["timeouts"]) for r in rows],
            }
        )
        print(s, {k: cases[-1]["outcome"].count(k) for k in range(-1, 5)})
        # An exit that is the open of the deciding bar and not a barrier: the fixture must have gaps to be worth its name.
        gaps = sum(r[3] is not None and r[3] == bars["open"][r[1]] and r[0] in (UP, DOWN) for r in rows)
        print("gaps", gaps)
        assert gaps > 5
    assert cases[0]["outcome"].count(AMBIGUOUS) > 0
    # The least return must leave out some bars and keep some.
    assert 50 < cases[3]["outcome"].count(UNUSABLE) < 250
    fixture = {"script": "tests/oracles/triple_barrier.py", "bars": {k: v.tolist() for k, v in bars.items()}, "cases": cases}
    OUT.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
