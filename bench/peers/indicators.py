"""Indicators in TA-Lib and in Polars, as users write them: python bench/peers/indicators.py talib|polars FILE REPETITIONS

FILE holds open, high, low, close, volume one after another as doubles (bench/indicators/bars-file.ts). Polars has no
indicators: they are written in its expressions, and where its recursive averages start otherwise than TA-Lib's the newest
value agrees all the same.
"""

import sys

import numpy as np

from rounds import answer, time_task


def talib_tasks(high, low, close):
    import talib

    def bollinger():
        upper, middle, _ = talib.BBANDS(close, 20, 2, 2)
        return ((close - middle) / (upper - middle))[-1]

    return f"TA-Lib {talib.__version__}", {
        "RSI(14)": lambda: talib.RSI(close, 14)[-1],
        "ATR(14)": lambda: talib.ATR(high, low, close, 14)[-1],
        "MACD(12, 26, 9)": lambda: talib.MACD(close, 12, 26, 9)[0][-1],
        "Bollinger(20, 2)": bollinger,
        "STOCH(14, 3, 3)": lambda: talib.STOCH(high, low, close, 14, 3, 0, 3, 0)[0][-1],
        "ADX(14)": lambda: talib.ADX(high, low, close, 14)[-1],
        "rolling deviation (20)": lambda: talib.STDDEV(close, 20, 1)[-1],
    }


def polars_tasks(high, low, close):
    import polars as pl

    frame = pl.DataFrame({"high": high, "low": low, "close": close})
    h, l, c = pl.col("high"), pl.col("low"), pl.col("close")

    def wilder(column):
        return column.ewm_mean(alpha=1 / 14, adjust=False)

    def ema(column, span):
        return column.ewm_mean(span=span, adjust=False)

    def newest(*expressions):
        return lambda: frame.select(*expressions).to_series(0)[-1]

    change = c.diff()
    gain, loss = wilder(change.clip(lower_bound=0)), wilder((-change).clip(lower_bound=0))
    ranges = pl.max_horizontal(h - l, (h - c.shift()).abs(), (l - c.shift()).abs())
    line = ema(c, 12) - ema(c, 26)
    lowest, highest = l.rolling_min(14), h.rolling_max(14)
    k = (100 * (c - lowest) / (highest - lowest)).rolling_mean(3)
    up, down = h.diff(), -l.diff()
    plus = wilder(pl.when((up > down) & (up > 0)).then(up).otherwise(0.0))
    minus = wilder(pl.when((down > up) & (down > 0)).then(down).otherwise(0.0))
    return f"Polars {pl.__version__}", {
        "RSI(14)": newest(100 * gain / (gain + loss)),
        "ATR(14)": newest(wilder(ranges)),
        "MACD(12, 26, 9)": newest(line.alias("line"), (line - ema(line, 9)).alias("histogram")),
        "Bollinger(20, 2)": newest((c - c.rolling_mean(20)) / (2 * c.rolling_std(20, ddof=0))),
        "STOCH(14, 3, 3)": newest(k.alias("k"), k.rolling_mean(3).alias("d")),
        "ADX(14)": newest(wilder((100 * (plus - minus).abs() / (plus + minus)).fill_nan(0))),
        "rolling deviation (20)": newest(c.rolling_std(20, ddof=0)),
    }


library, file, repetitions = sys.argv[1:4]
_, high, low, close, _ = np.fromfile(file).reshape(5, -1)
engine, tasks = (talib_tasks if library == "talib" else polars_tasks)(high, low, close)
answer(engine, {name: time_task(lambda run=run: float(run()), int(repetitions)) for name, run in tasks.items()})
