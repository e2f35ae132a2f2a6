"""Labels and weights by Numba and by mlfinpy, for bench/labels.ts: reads bars once, then one job a line, answers one line each.

    python bench/peers/labels_peer.py BARS.bin

BARS.bin: five columns of float64 (time, open, high, low, close), one after the other. A job is JSON: {"job": "table" |
"uniqueness" | "mlfinpyLabels" | "mlfinpyUniqueness", ...}; the answer has the milliseconds of the processor and sums to
compare. Numba does the same work as ours: ATR, first touch bar by bar, and every column of the label table.
"""

import json
import sys
import time

import numba as nb
import numpy as np


@nb.njit
def atr_of(h, l, c, period):
    n = len(h)
    atr = np.full(n, np.nan)
    total = 0.0
    value = np.nan
    for i in range(1, n):
        r = max(h[i] - l[i], abs(c[i - 1] - h[i]), abs(c[i - 1] - l[i]))
        if i < period:
            total += r
        elif i == period:
            value = (total + r) / period
        else:
            value = (value * (period - 1) + r) / period
        atr[i] = value
    return atr


@nb.njit
def table(tm, o, h, l, c, bars, up, down, period):
    n = len(o)
    atr = atr_of(h, l, c, period)
    t1 = np.full(n, np.nan)
    t1row = np.full(n, -1, np.int32)
    outcome = np.empty(n, np.int8)
    cls = np.full(n, -1, np.int8)
    entry = np.full(n, np.nan)
    exit_ = np.full(n, np.nan)
    ret = np.full(n, np.nan)
    exit_long = np.full(n, np.nan)
    exit_short = np.full(n, np.nan)
    for r in range(n):
        a = atr[r]
        if not a > 0:
            outcome[r] = 4
            continue
        outcome[r] = 3
        if r + 1 >= n:
            continue
        e = o[r + 1]
        upper = e + up * a
        lower = e - down * a
        entry[r] = e
        last = min(r + bars + 1, n)
        k = r + 1
        while k < last and not (h[k] >= upper or l[k] <= lower):
            k += 1
        if k == last:
            if r + bars + 1 > n:
                continue
            k = last - 1
            oc, x, xl, xs = 0, c[k], c[k], c[k]
        elif o[k] >= upper or o[k] <= lower:
            oc, x, xl, xs = (1 if o[k] >= upper else -1), o[k], o[k], o[k]
        elif h[k] >= upper and l[k] <= lower:
            oc, x, xl, xs = 2, np.nan, lower, upper
        elif h[k] >= upper:
            oc, x, xl, xs = 1, upper, upper, upper
        else:
            oc, x, xl, xs = -1, lower, lower, lower
        outcome[r] = oc
        t1[r] = tm[k]
        t1row[r] = k
        cls[r] = oc + 1 if oc < 2 else -1
        exit_[r] = x
        ret[r] = (x - e) / a
        exit_long[r] = xl
        exit_short[r] = xs
    return tm.copy(), t1, t1row, outcome, cls, entry, exit_, atr, ret, exit_long, t1row.copy(), exit_short, t1row.copy()


@nb.njit
def uniqueness(rows, ends, n):
    changes = np.zeros(n + 1, np.int32)
    for i in range(len(rows)):
        changes[rows[i] + 1] += 1
        changes[ends[i] + 1] -= 1
    sums = np.zeros(n + 1)
    alive = 0
    for bar in range(n):
        alive += changes[bar]
        sums[bar + 1] = sums[bar] + (1.0 / alive if alive > 0 else 0.0)
    out = np.empty(len(rows))
    for i in range(len(rows)):
        out[i] = (sums[ends[i] + 1] - sums[rows[i] + 1]) / (ends[i] - rows[i])
    return out


def timed(work):
    before = time.process_time()
    result = work()
    return (time.process_time() - before) * 1000, result


def mlfinpy_labels(bars, events, horizon, multiple):
    import pandas as pd
    from mlfinpy.labeling.labeling import add_vertical_barrier, get_events

    tm, _, _, _, close = (column[:events] for column in bars)
    series = pd.Series(close, index=pd.to_datetime(tm, unit="ms"))
    target = series.pct_change().ewm(span=14).std().dropna()
    at = target.index
    minutes = int(round((tm[1] - tm[0]) / 60000)) * horizon
    ms, found = timed(
        lambda: get_events(
            close=series,
            t_events=at,
            pt_sl=np.array([multiple, multiple]),
            target=target,
            min_ret=0.0,
            num_threads=1,
            vertical_barrier_times=add_vertical_barrier(at, series, num_minutes=minutes),
            verbose=False,
        )
    )
    return ms, {"events": len(found)}


def mlfinpy_uniqueness(bars, rows, ends):
    import pandas as pd
    from mlfinpy.sampling.concurrent import get_av_uniqueness_from_triple_barrier

    tm = pd.to_datetime(bars[0][: int(ends.max()) + 1], unit="ms")
    series = pd.Series(bars[4][: len(tm)], index=tm)
    events = pd.DataFrame({"t1": tm[ends]}, index=tm[rows])
    ms, found = timed(lambda: get_av_uniqueness_from_triple_barrier(events, series, num_threads=1, verbose=False))
    return ms, {"events": len(found)}


def answer(bars, job):
    if job["job"] == "table":
        ms, columns = timed(lambda: table(*bars, job["bars"], job["multiple"], job["multiple"], job["atrPeriod"]))
        sums = {"t1Row": int(columns[2].sum()), "exits": float(np.nansum(columns[9])), "outcomes": int(columns[3].sum())}
        return ms, sums
    if job["job"] == "mlfinpyLabels":
        return mlfinpy_labels(bars, job["events"], job["bars"], job["multiple"])
    rows = np.arange(job["rows"], dtype=np.int64)
    ends = np.minimum(rows + 1 + (rows * 7919) % job["longest"], job["rows"])
    rows, ends = rows.astype(np.int32), ends.astype(np.int32)
    if job["job"] == "mlfinpyUniqueness":
        return mlfinpy_uniqueness(bars, rows, ends)
    ms, found = timed(lambda: uniqueness(rows, ends, job["rows"] + 1))
    return ms, {"uniqueness": float(found.sum())}


def main():
    bars = np.fromfile(sys.argv[1]).reshape(5, -1)
    for line in sys.stdin:
        job = json.loads(line)
        try:
            ms, sums = answer(bars, job)
            print(json.dumps({"ms": ms, **sums}), flush=True)
        except Exception as error:  # a peer that is not installed is a row without a number, with the reason
            print(json.dumps({"fault": f"{type(error).__name__}: {error}"}), flush=True)


if __name__ == "__main__":
    main()
