"""The work of a standard run, written plainly with Polars, TA-Lib, Numba and LightGBM: python bench/peers/standard_run.py THREADS FILES

For every file: features, triple-barrier labels of two horizons, anchored walk-forward folds, purged, a LightGBM for each fold
weighted by average uniqueness, isotonic calibration on the stopping half, log loss and Brier score of the test rows. Nothing
is stored. The settings are those of `--preset standard` (shared/contracts/config/defaults.ts). Prints one line of JSON.
"""

import json
import sys
import time

import lightgbm as lgb
import numba
import numpy as np
import polars as pl
import talib
from sklearn.isotonic import IsotonicRegression

HORIZONS = [(20, 2.0), (60, 3.5)]
DAY_MS = 86_400_000
FIRST_TRAIN_DAYS, VALIDATION_DAYS, TEST_DAYS = 1095, 365, 365
PURGE_BARS = 3 * max(bars for bars, _ in HORIZONS)
PARAMETERS = {
    "objective": "multiclass", "num_class": 3, "metric": "multi_logloss", "learning_rate": 0.05, "num_leaves": 15,
    "min_data_in_leaf": 100, "feature_fraction": 0.8, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 1,
    "max_bin": 255, "seed": 7, "deterministic": True, "force_row_wise": True, "verbosity": -1,
    "num_threads": int(sys.argv[1]),
}  # fmt: skip
ROUNDS, EARLY_STOPPING = 200, 25


def read(path):
    return pl.read_csv(path, separator="\t", try_parse_dates=True)


def features(bars):
    open_, high, low, close, volume = (bars[name].cast(pl.Float64).to_numpy() for name in bars.columns[1:])
    time_ms = bars["Time"].dt.epoch("ms").to_numpy().astype(float)
    c = pl.col("Close")
    change = (c / c.shift(1)).log()
    square = change**2
    frame = bars.select(
        *[(c / c.shift(lag)).log().alias(f"return{lag}") for lag in (1, 5, 10, 20, 60)],
        ((change - change.rolling_mean(60)) / change.rolling_std(60, ddof=0)).alias("returnZScore60"),
        square.rolling_mean(20).sqrt().alias("realised20"),
        (square.rolling_mean(20) / square.rolling_mean(100)).sqrt().alias("volatilityRatio"),
        (((pl.col("High") / pl.col("Low")).log() ** 2) / (4 * np.log(2))).rolling_mean(20).sqrt().alias("parkinson"),
        (pl.col("Volume") / pl.col("Volume").rolling_mean(20)).alias("volumeRatio20"),
        ((pl.col("Volume") - pl.col("Volume").rolling_mean(60)) / pl.col("Volume").rolling_std(60, ddof=0)).alias("vz"),
        ((c - pl.col("Low").rolling_min(50)) / (pl.col("High").rolling_max(50) - pl.col("Low").rolling_min(50))).alias("rp"),
        (c / pl.col("High").rolling_max(100)).log().alias("drawdown100"),
    )
    atr = talib.ATR(high, low, close, 14)
    line, _, histogram = talib.MACD(close, 12, 26, 9)
    upper, middle, lower = talib.BBANDS(close, 20, 2, 2)
    k, d = talib.STOCH(high, low, close, 14, 3, 0, 3, 0)
    typical = [
        atr / close, talib.RSI(close, 14), line / atr, histogram / atr, (close - middle) / (upper - middle),
        (upper - lower) / middle, k, d, talib.ADX(high, low, close, 14),
        talib.PLUS_DI(high, low, close, 14) - talib.MINUS_DI(high, low, close, 14), talib.WILLR(high, low, close, 14),
        talib.CCI(high, low, close, 20), talib.TRIX(close, 15), talib.MFI(high, low, close, volume, 14),
        (close - talib.SMA(close, 20)) / atr, (close - talib.SMA(close, 50)) / atr, (close - talib.EMA(close, 100)) / atr,
        talib.AROONOSC(high, low, 25), talib.LINEARREG_SLOPE(close, 20) / atr, talib.BOP(open_, high, low, close),
    ]  # fmt: skip
    day, week = 2 * np.pi * (time_ms % DAY_MS) / DAY_MS, 2 * np.pi * ((time_ms - 4 * DAY_MS) % (7 * DAY_MS)) / (7 * DAY_MS)
    matrix = np.column_stack([frame.to_numpy(), *typical, np.sin(day), np.cos(day), np.sin(week), np.cos(week)])
    return np.where(np.isfinite(matrix), matrix, np.nan), atr, time_ms


@numba.njit(cache=True)
def triple_barrier(open_, high, low, close, atr, bars, multiple):
    """0 down, 1 time-out, 2 up; -1 where both barriers lie in one bar or nothing has decided. The deciding row beside it."""
    rows = len(close)
    label, end = np.full(rows, -1, np.int8), np.full(rows, -1, np.int64)
    for t in range(rows - 1):
        if not atr[t] > 0:
            continue
        entry = open_[t + 1]
        upper, lower = entry + multiple * atr[t], entry - multiple * atr[t]
        last = min(t + bars, rows - 1)
        for i in range(t + 1, last + 1):
            up, down = high[i] >= upper, low[i] <= lower
            if up or down:
                end[t] = i
                label[t] = -1 if up and down else (2 if up else 0)
                break
        else:
            if t + bars < rows:
                end[t], label[t] = t + bars, 1
    return label, end


@numba.njit(cache=True)
def average_uniqueness(rows, end, total):
    """Mean of 1 / concurrency over the bars of each label, among the labels of `rows`; mean 1."""
    change = np.zeros(total + 1)
    for t in rows:
        change[t + 1] += 1
        change[end[t] + 1] -= 1
    running, sums = 0.0, np.zeros(total + 1)
    for i in range(total):
        running += change[i]
        sums[i + 1] = sums[i] + (1 / running if running > 0 else 0)
    weights = np.empty(len(rows))
    for j, t in enumerate(rows):
        weights[j] = (sums[end[t] + 1] - sums[t + 1]) / (end[t] - t)
    return weights / weights.mean()


def folds(time_ms):
    row_at = lambda days: int(np.searchsorted(time_ms, time_ms[0] + days * DAY_MS))
    k = 0
    while True:
        train_days = FIRST_TRAIN_DAYS + k * TEST_DAYS
        edges = [train_days, train_days + VALIDATION_DAYS / 2, train_days + VALIDATION_DAYS]
        edges.append(edges[-1] + TEST_DAYS)
        parts = [row_at(days) for days in edges]
        cut_off = time_ms[0] + edges[-1] * DAY_MS > time_ms[-1]
        if cut_off and parts[3] - parts[2] < 50:
            return
        yield parts
        if cut_off:
            return
        k += 1


def labelled(first, last, label, end, before):
    """Rows of a part with a class whose label has ended before the next part, the bars of the purge left out."""
    rows = np.arange(first, max(first, last - PURGE_BARS) if before else last)
    keep = (label[rows] >= 0) & ((end[rows] < last) if before else True)
    return rows[keep]


def fit_and_judge(x, label, end, parts):
    train_end, half, test_from, test_to = parts
    train = labelled(0, train_end, label, end, True)
    stopping = labelled(train_end, half, label, end, True)
    test = labelled(test_from, test_to, label, end, False)
    data = lgb.Dataset(x[train], label[train], weight=average_uniqueness(train, end, len(label)))
    held = data.create_valid(x[stopping], label[stopping])
    stop = lgb.early_stopping(EARLY_STOPPING, verbose=False)
    booster = lgb.train(PARAMETERS, data, ROUNDS, valid_sets=[held], callbacks=[stop])
    before, raw = booster.predict(x[stopping]), booster.predict(x[test])
    curves = [IsotonicRegression(out_of_bounds="clip").fit(before[:, c], label[stopping] == c) for c in range(3)]
    calibrated = np.column_stack([curve.predict(raw[:, c]) for c, curve in enumerate(curves)])
    total = calibrated.sum(axis=1, keepdims=True)
    calibrated = np.where(total > 0, calibrated / np.where(total > 0, total, 1), 1 / 3)
    chosen = np.clip(calibrated[np.arange(len(test)), label[test]], 1e-7, 1)
    return -np.log(chosen), ((calibrated - np.eye(3)[label[test]]) ** 2).sum(axis=1)


started, seconds = time.perf_counter(), {"read": 0.0, "features": 0.0, "labels": 0.0, "fits": 0.0}
fits, bars_read, losses = 0, 0, {}
for path in sys.argv[2:]:
    clock = time.perf_counter()
    bars = read(path)
    bars_read += len(bars)
    seconds["read"] += time.perf_counter() - clock
    clock = time.perf_counter()
    x, atr, time_ms = features(bars)
    seconds["features"] += time.perf_counter() - clock
    columns = [bars[name].cast(pl.Float64).to_numpy() for name in ("Open", "High", "Low", "Close")]
    for horizon, multiple in HORIZONS:
        clock = time.perf_counter()
        label, end = triple_barrier(*columns, atr, horizon, multiple)
        seconds["labels"] += time.perf_counter() - clock
        clock = time.perf_counter()
        results = [fit_and_judge(x, label, end, parts) for parts in folds(time_ms)]
        fits += len(results)
        losses.setdefault(str(horizon), []).append(float(np.concatenate([loss for loss, _ in results]).mean()))
        seconds["fits"] += time.perf_counter() - clock
mean_loss = {horizon: float(np.mean(values)) for horizon, values in losses.items()}
facts = {"bars": bars_read, "fits": fits, "features": x.shape[1], "logLoss": mean_loss, "seconds": seconds}
print(json.dumps({**facts, "wallSeconds": time.perf_counter() - started}))
