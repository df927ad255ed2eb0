"""The ensemble of the ship benchmarks: 37 columns, four models of four libraries, calibration, a rule, abstention.

28 numbers (4 with gaps) and 9 text columns of 3 to 200 values (one with gaps); made on the way: a cross of two
columns looked up in a table of rates, a store looked up in a table of three numbers, a ratio, a logarithm. LightGBM
500 × 31 leaves, XGBoost 500 × depth 6, a logistic regression and an MLP 64-64 are averaged, calibrated by isotonic
regression, capped by a rule, decided with a band of abstention. No real set of this width with text installs from a
package, so the rows are scikit-learn's `make_classification`, cut and coded; `ship_parity` has the real ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import lightgbm
import numpy as np
import pandas as pd
import torch
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.datasets import make_classification
from sklearn.impute import SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

ROWS: Final = 50_000
NUMBERS: Final = 28
TEXTS: Final[dict[str, int]] = {"city": 24, "store": 200, "hour": 24, "channel": 3, "device": 6, "plan": 4, "bank": 40,
                                "job": 12, "region": 9}
SHORT: Final = ("channel", "device", "plan", "bank", "job", "region")      # as a column for each value
MADE: Final = ("store_0", "store_1", "store_2")
GAPS: Final = ("x3", "x7", "x11", "x19")
LIMIT, CAP, YES, NO = 60.0, 0.55, 0.60, 0.40


def rows(seed: int = 0, count: int = ROWS) -> tuple[pd.DataFrame, np.ndarray]:
    """The table and its labels."""
    random = np.random.default_rng(seed)
    X, y = make_classification(count, NUMBERS + len(TEXTS), n_informative=20, n_redundant=5, flip_y=0.05,
                               class_sep=0.8, random_state=seed)
    frame = pd.DataFrame(X[:, :NUMBERS], columns=[f"x{place}" for place in range(NUMBERS)])
    frame["x0"] = np.exp(frame["x0"] / 2) * 20      # a basket
    frame["x1"] = np.exp(-frame["x1"] / 2) + 0.1    # a distance
    for name in GAPS:
        frame.loc[random.random(count) < 0.1, name] = np.nan
    for place, (name, values) in enumerate(TEXTS.items()):
        column = X[:, NUMBERS + place]
        ranks = np.argsort(np.argsort(column + random.normal(scale=0.3, size=count)))
        frame[name] = pd.Series([f"{name}-{code}" for code in ranks * values // count], dtype=object)
    frame.loc[random.random(count) < 0.05, "bank"] = None
    return frame, y


@dataclass
class Ensemble:
    """The fitted parts, and the pipeline as one writes it with pandas and scikit-learn."""

    rates: pd.DataFrame                         # city, hour, rate
    prior: float
    stores: pd.DataFrame                        # store, store_0 … store_2
    default: dict[str, float]
    coded: Any
    linear: Any
    boosted: Any = None
    extreme: Any = None
    logistic: Any = None
    net: Any = None
    isotonic: Any = None

    def features(self, frame: pd.DataFrame) -> pd.DataFrame:
        """With the columns that are made on the way."""
        made = frame.assign(ratio=frame["x0"] / frame["x1"], log_basket=np.log1p(frame["x0"]))
        made = made.merge(self.rates, how="left", on=["city", "hour"]).merge(self.stores, how="left", on="store")
        return made.fillna({"rate": self.prior, **self.default})

    def scores(self, frame: pd.DataFrame) -> np.ndarray:
        """float64[n, 4]: of each model."""
        return self.each(self.features(frame))

    def each(self, made: pd.DataFrame) -> np.ndarray:
        """float64[n, 4]."""
        coded, linear = self.coded.transform(made), self.linear.transform(made)
        with torch.no_grad():
            net = torch.sigmoid(self.net(torch.from_numpy(linear.astype(np.float32))))[:, 0].numpy()
        return np.column_stack([self.boosted.predict_proba(coded)[:, 1], self.extreme.predict_proba(coded)[:, 1],
                                self.logistic.predict_proba(linear)[:, 1], net])

    def predict(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Score, decision and abstention."""
        made = self.features(frame)
        score = self.isotonic.predict(self.each(made).mean(axis=1))
        score = np.where(made["ratio"] > LIMIT, np.minimum(score, CAP), score)
        return score, score >= YES, (score > NO) & (score < YES)


def fitted(frame: pd.DataFrame, y: np.ndarray, trees: int = 500) -> Ensemble:
    """Everything learned on one thread, under fixed seeds."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    half = len(frame) // 2
    rates = frame.assign(rate=y).groupby(["city", "hour"], as_index=False)["rate"].mean()
    stores = frame.groupby("store", as_index=False)[["x4", "x5", "x6"]].mean()
    stores.columns = ["store", *MADE]
    numeric = [*(f"x{place}" for place in range(NUMBERS)), "ratio", "log_basket", "rate", *MADE]
    coded = ColumnTransformer(
        [("texts", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1),
          list(TEXTS))], remainder="passthrough", verbose_feature_names_out=False).set_output(transform="pandas")
    linear = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numeric),
        ("texts", OneHotEncoder(handle_unknown="ignore", sparse_output=False), list(SHORT))])
    made = Ensemble(rates, float(y.mean()), stores, stores[list(MADE)].mean().to_dict(), coded, linear)
    features = made.features(frame)
    early, late = features[:half], features[half:]
    narrow, wide = coded.fit(features).transform(early), linear.fit(early).transform(early)
    made.boosted = lightgbm.LGBMClassifier(n_estimators=trees, num_leaves=31, learning_rate=0.05, n_jobs=1, verbose=-1
                                           ).fit(narrow, y[:half])
    made.extreme = xgboost.XGBClassifier(n_estimators=trees, max_depth=6, learning_rate=0.05, n_jobs=1
                                         ).fit(narrow, y[:half])
    made.logistic = LogisticRegression(max_iter=1000).fit(wide, y[:half])
    made.net = _net(wide, y[:half])
    made.isotonic = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(
        made.each(late).mean(axis=1), y[half:])
    return made


def _net(wide: np.ndarray, y: np.ndarray) -> Any:
    net = torch.nn.Sequential(torch.nn.Linear(wide.shape[1], 64), torch.nn.ReLU(), torch.nn.Linear(64, 64),
                              torch.nn.ReLU(), torch.nn.Linear(64, 1))
    X, target = torch.from_numpy(wide.astype(np.float32)), torch.from_numpy(y.astype(np.float32))[:, None]
    optimiser = torch.optim.Adam(net.parameters(), 1e-3)
    for _ in range(3):
        for part in torch.randperm(len(X)).split(256):
            optimiser.zero_grad()
            torch.nn.functional.binary_cross_entropy_with_logits(net(X[part]), target[part]).backward()
            optimiser.step()
    return net.eval()
