"""
Independent oracle for domain/features/indicators: TA-Lib's own values on synthetic bars.

    python3 -m venv VENV && VENV/bin/pip install TA-Lib==0.8.2 numpy==2.4.6
    VENV/bin/python tests/oracles/talib_features.py tests/fixtures/talib-features.json

TA-Lib 0.8.2 (Python) brings the C library 0.8.1 in its wheel. Two series: `market`, 400 bars of a random walk in cents with
a flat stretch of 45 bars, a spike of one bar and a gap in price; `flat`, 60 bars that never move, for the conventions
where a divisor is zero. Leading invalid values are null, so that the first valid index is part of the fixture.
"""

import json
import sys

import numpy as np
import talib

BARS = 400


def market() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(20240611)
    close = 100 * np.exp(np.cumsum(0.004 * rng.standard_t(4, BARS)))
    close[150:195] = close[150]
    close[250] *= 1.35
    close[300:] *= 0.8
    close = np.round(close, 2)
    open_ = np.concatenate([[100.0], close[:-1]])
    open_[300] = close[300]
    wick = np.round(np.abs(rng.normal(0, 0.3, (2, BARS))), 2)
    wick[:, 151:195] = 0
    high = np.round(np.maximum(open_, close) + wick[0], 2)
    low = np.round(np.minimum(open_, close) - wick[1], 2)
    volume = rng.integers(0, 5000, BARS).astype(float)
    volume[151:195] = 0
    return {"open": open_, "high": high, "low": low, "close": close, "volume": volume}


def flat() -> dict[str, np.ndarray]:
    price = np.full(60, 87.31)
    return {"open": price, "high": price, "low": price, "close": price, "volume": np.zeros(60)}


def indicators(bars: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    high, low, close = bars["high"], bars["low"], bars["close"]
    line, signal, histogram = talib.MACD(close, 12, 26, 9)
    upper, middle, lower = talib.BBANDS(close, 20, 2, 2)
    k, d = talib.STOCH(high, low, close, 14, 3, 0, 3, 0)
    return {
        "SMA20": talib.SMA(close, 20),
        "SMA50": talib.SMA(close, 50),
        "EMA100": talib.EMA(close, 100),
        "STDDEV20": talib.STDDEV(close, 20),
        "VOLUME_SMA20": talib.SMA(bars["volume"], 20),
        "ATR14": talib.ATR(high, low, close, 14),
        "RSI14": talib.RSI(close, 14),
        "MACD_LINE": line,
        "MACD_HISTOGRAM": histogram,
        "BBANDS_UPPER": upper,
        "BBANDS_LOWER": lower,
        "STOCH_K": k,
        "STOCH_D": d,
        "ADX14": talib.ADX(high, low, close, 14),
        "PLUS_DI14": talib.PLUS_DI(high, low, close, 14),
        "MINUS_DI14": talib.MINUS_DI(high, low, close, 14),
        "WILLR14": talib.WILLR(high, low, close, 14),
        "CCI20": talib.CCI(high, low, close, 20),
        "STOCHRSI_D14": talib.STOCHRSI(close, 14, 14, 3, 0)[1],
        "ULTOSC28": talib.ULTOSC(high, low, close, 7, 14, 28),
        "AROONOSC25": talib.AROONOSC(high, low, 25),
        "LINEARREG_SLOPE20": talib.LINEARREG_SLOPE(close, 20),
        "LINEARREG_SLOPE60": talib.LINEARREG_SLOPE(close, 60),
        "TRIX15": talib.TRIX(close, 15),
        "OBV_SLOPE20": talib.LINEARREG_SLOPE(talib.OBV(close, bars["volume"]), 20),
        "AD_SLOPE20": talib.LINEARREG_SLOPE(talib.AD(high, low, close, bars["volume"]), 20),
        "MFI14": talib.MFI(high, low, close, bars["volume"], 14),
        "CORREL20": talib.CORREL(close, bars["volume"], 20),
        "BOP": talib.BOP(bars["open"], high, low, close),
        "BOP_SMA14": talib.SMA(talib.BOP(bars["open"], high, low, close), 14),
    }


def cells(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(v) else float(f"{v:.12g}") for v in values]


def main() -> None:
    fixture = {"talib": talib.__version__, "series": {}}
    for name, bars in {"market": market(), "flat": flat()}.items():
        fixture["series"][name] = {
            "bars": {key: cells(column) for key, column in bars.items()},
            "indicators": {key: cells(column) for key, column in indicators(bars).items()},
        }
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(json.dumps(fixture, separators=(",", ":")).replace("],", "],\n") + "\n")


if __name__ == "__main__":
    main()
