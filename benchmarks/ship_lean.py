"""The ensemble of `ship_case` in lean Python: no pandas, no scikit-learn, one numpy row; the baseline that hurts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.ship_case import CAP, LIMIT, NO, NUMBERS, TEXTS, YES, Ensemble


class Lean:
    """Scores mappings. Dictionaries for look-ups, the boosters' fast ways in, matrices for the rest."""

    def __init__(self, made: Ensemble) -> None:
        self.prior = made.prior
        self.numbers = [f"x{place}" for place in range(NUMBERS)]
        known = zip(TEXTS, made.coded.named_transformers_["texts"].categories_, strict=True)
        self.codes = {name: {value: float(code) for code, value in enumerate(values)}
                      for name, values in known}
        self.rates = {(city, hour): rate for city, hour, rate in made.rates.itertuples(index=False)}
        self.stores = {store: tuple(row) for store, *row in made.stores.itertuples(index=False)}
        self.default = tuple(made.default.values())
        impute, scale = made.linear.named_transformers_["numbers"]
        self.fill, self.mean, self.scale = impute.statistics_, scale.mean_, scale.scale_
        one_hot = made.linear.named_transformers_["texts"]
        self.hot: list[tuple[str, dict[Any, int]]] = []
        self.width = len(self.fill)
        for name, values in zip(one_hot.feature_names_in_, one_hot.categories_, strict=True):
            self.hot.append((name, {None if value is None or value != value else value: self.width + place
                                    for place, value in enumerate(values)}))
            self.width += len(values)
        self.coef, self.bias = made.logistic.coef_[0], float(made.logistic.intercept_[0])
        self.layers = [(layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy()) for layer in made.net
                       if hasattr(layer, "weight")]
        self.boosted, self.extreme = made.boosted.booster_, made.extreme.get_booster()
        self.extreme.feature_names = None
        self.knots = made.isotonic.X_thresholds_, made.isotonic.y_thresholds_

    def __call__(self, rows: list[Mapping[str, Any]]) -> list[tuple[float, bool, bool]]:
        """Score, decision and abstention of each row."""
        flat = np.array([self._features(row) for row in rows])
        linear = self._linear(flat, rows)
        net = linear.astype(np.float32)
        for weight, bias in self.layers[:-1]:
            net = np.maximum(net @ weight + bias, 0)
        net = (net @ self.layers[-1][0] + self.layers[-1][1])[:, 0]
        score = (self.boosted.predict(flat, num_threads=1) + self.extreme.inplace_predict(flat, validate_features=False)
                 + 1 / (1 + np.exp(-(linear @ self.coef + self.bias))) + 1 / (1 + np.exp(-net))) / 4
        score = np.interp(score, *self.knots)
        score = np.where(flat[:, self.ratio] > LIMIT, np.minimum(score, CAP), score)
        return [(float(one), one >= YES, NO < one < YES) for one in score]

    ratio = NUMBERS + len(TEXTS)

    def _features(self, row: Mapping[str, Any]) -> list[float]:
        basket, distance = row["x0"], row["x1"]
        return [*(codes.get(row[name], -1.0) for name, codes in self.codes.items()),
                *(math.nan if row[name] is None else row[name] for name in self.numbers),
                basket / distance, math.log1p(basket), self.rates.get((row["city"], row["hour"]), self.prior),
                *self.stores.get(row["store"], self.default)]

    def _linear(self, flat: np.ndarray, rows: list[Mapping[str, Any]]) -> np.ndarray:
        numbers = flat[:, len(TEXTS):]
        wide = np.zeros((len(rows), self.width))
        wide[:, :len(self.fill)] = (np.where(np.isnan(numbers), self.fill, numbers) - self.mean) / self.scale
        for line, row in enumerate(rows):
            for name, places in self.hot:
                if (place := places.get(row[name])) is not None:
                    wide[line, place] = 1
        return wide
