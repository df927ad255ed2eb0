"""Odd logs of every kind of subject, and the lines that are asked of them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from shall import registry

ROWS = 400
CLASSES = ("a", "b", "c")
NAN, INF = math.nan, math.inf
Columns = dict[str, list[Any]]


# --- ordinary logs ----------------------------------------------------------------------------------
def binary() -> Columns:
    """An ordinary log of two classes, with two groups that are large enough for every line."""
    chance = np.random.default_rng(0)
    score = chance.beta(1, 1, ROWS)
    return {
        "label": (chance.random(ROWS) < score).astype(int).tolist(),
        "decision": (score >= 0.5).astype(int).tolist(),
        "score": score.tolist(),
        **_rest(chance),
    }


def regressor() -> Columns:
    """An ordinary log of predicted numbers, with intervals."""
    chance = np.random.default_rng(1)
    target = chance.gamma(4, 2, ROWS)
    guess = target + chance.normal(0, 1, ROWS)
    return {"label": target.tolist(), "score": guess.tolist(), "lower": (guess - 1.5).tolist(),
            "upper": (guess + 1.5).tolist(), **_rest(chance)}


def multiclass() -> Columns:
    """An ordinary log of three classes, with their scores."""
    chance = np.random.default_rng(2)
    scores = chance.dirichlet([1.0] * 3, ROWS)
    label = [str(chance.choice(CLASSES, p=row)) for row in scores]
    return {"label": label, "decision": [CLASSES[place] for place in scores.argmax(axis=1)],
            **{f"score_{name}": scores[:, place].tolist() for place, name in enumerate(CLASSES)}, **_rest(chance)}


def _rest(chance: np.random.Generator) -> Columns:
    return {"latency": chance.lognormal(0, 1, ROWS).tolist(), "sex": chance.choice(["F", "M"], ROWS).tolist(),
            "abstained": (chance.random(ROWS) < 0.2).astype(int).tolist()}


USUAL: Mapping[str, Callable[[], Columns]] = {"binary": binary, "regressor": regressor, "multiclass": multiclass}
SUBJECTS: Mapping[str, dict[str, Any]] = {
    "binary": {"kind": "classifier", "target": "label"},
    "regressor": {"kind": "regressor", "target": "label"},
    "multiclass": {"kind": "classifier", "target": "label", "classes": list(CLASSES)},
}
TYPES: Mapping[str, pa.DataType] = {"latency": pa.float64(), "sex": pa.string(), "abstained": pa.int64(),
                                    "score": pa.float64(), "lower": pa.float64(), "upper": pa.float64(),
                                    **{f"score_{name}": pa.float64() for name in CLASSES}}
OF_LABELS: Mapping[str, pa.DataType] = {"binary": pa.int64(), "regressor": pa.float64(), "multiclass": pa.string()}


class World:
    """The ordinary log of a kind, to be made odd."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.usual = USUAL[kind]()

    def with_(self, **columns: Any) -> Columns:
        """Some columns of one value, or of a list that is repeated."""
        return {**self.usual, **{name: (value * ROWS)[:ROWS] if isinstance(value, list) else [value] * ROWS
                                 for name, value in columns.items()}}

    def sometimes(self, value: object, *names: str) -> Columns:
        """A value in every third row."""
        return {**self.usual, **{name: [value if place % 3 == 0 else old for place, old in enumerate(self.usual[name])]
                                 for name in names}}

    def where(self, sex: str, **columns: Any) -> Columns:
        """A value in the rows of one sex."""
        return {**self.usual, **{name: [value if one == sex else old for one, old in
                                        zip(self.usual["sex"], self.usual[name], strict=True)]
                                 for name, value in columns.items()}}

    def table(self, columns: Columns | None = None, **types: Any) -> pa.Table:
        """As Arrow; ``types`` over those that the values have."""
        return pa.table({name: pa.array(values, types.get(name)) for name, values in (columns or self.usual).items()})

    def typed(self, columns: Columns | None = None) -> pa.Table:
        """As Arrow, with the types that the columns have on an ordinary day."""
        of_label = OF_LABELS[self.kind]
        return self.table(columns, **{**TYPES, "label": of_label, "decision": of_label})


Make = Callable[[World], Any]
EVERY: Mapping[str, Make] = {
    "as usual": lambda w: w.table(),
    "empty": lambda w: w.typed().slice(0, 0),
    "one row": lambda w: w.table().slice(0, 1),
    "two rows": lambda w: w.table().slice(0, 2),
    "labels all missing": lambda w: w.typed(w.with_(label=None)),
    "labels all missing, null type": lambda w: w.table(w.with_(label=None)),
    "labels missing in one group": lambda w: w.typed(w.where("F", label=None)),
    "labels missing sometimes": lambda w: w.typed(w.sometimes(None, "label")),
    "groups all missing": lambda w: w.typed(w.with_(sex=None)),
    "groups missing sometimes": lambda w: w.table(w.sometimes(None, "sex")),
    "one group": lambda w: w.table(w.with_(sex="F")),
    "a group a row": lambda w: w.table({**w.usual, "sex": [str(number) for number in range(ROWS)]}).slice(0, 40),
    "groups are numbers": lambda w: w.table(w.with_(sex=[1, 2])),
    "groups are nan sometimes": lambda w: w.table(w.with_(sex=[1.0, 2.0, NAN])),
    "groups are true and false": lambda w: w.table(w.with_(sex=[True, False])),
    "groups are a dictionary": lambda w: w.table(sex=pa.dictionary(pa.int8(), pa.string())),
    "groups are categorical, with a level that is empty": lambda w: pd.DataFrame(
        {**w.usual, "sex": pd.Categorical(w.usual["sex"], categories=["F", "M", "nobody"])}),
    "groups are categorical, polars": lambda w: pl.DataFrame(w.usual).with_columns(pl.col("sex").cast(pl.Categorical)),
    "groups are times with a zone": lambda w: w.table(
        w.with_(sex=[datetime.datetime(2026, 3, 29, hour, tzinfo=datetime.UTC) for hour in (0, 1)]),
        sex=pa.timestamp("us", "Europe/Berlin")),
    "latency all missing": lambda w: w.typed(w.with_(latency=None)),
    "latency nan and inf": lambda w: w.table(w.with_(latency=[NAN, INF, -INF])),
    "latency huge": lambda w: w.table(w.with_(latency=[1.7e308, -1.7e308])),
    "latency denormal": lambda w: w.table(w.with_(latency=5e-324)),
    "latency constant": lambda w: w.table(w.with_(latency=3.0)),
    "latency is text": lambda w: w.table(w.with_(latency="fast")),
    "whole numbers of 2**31 and 2**53": lambda w: w.table(w.with_(latency=[2**31, 2**53])),
    "every row abstained": lambda w: w.table(w.with_(abstained=1)),
    "abstained all missing": lambda w: w.typed(w.with_(abstained=None)),
    "weights": lambda w: w.table(w.with_(weight=[0.5, 1.0, 2.5])),
    "weights all 0": lambda w: w.table(w.with_(weight=0.0)),
    "weights 0 in one group": lambda w: w.table({**w.usual, "weight": [
        0.0 if sex == "F" else 1.0 for sex in w.usual["sex"]]}),
    "weights of 2**31 rows": lambda w: w.table(w.with_(weight=2**31)),
    "weights missing sometimes": lambda w: w.table(w.with_(weight=[1.0, None])),
    "weights negative sometimes": lambda w: w.table(w.with_(weight=[1.0, -1.0])),
}
OF_KIND: Mapping[str, Mapping[str, Make]] = {
    "binary": {
        "one class: positive": lambda w: w.table(w.with_(label=1)),
        "one class: negative": lambda w: w.table(w.with_(label=0)),
        "one class in one group": lambda w: w.table(w.where("F", label=1)),
        "labels all nan": lambda w: w.table(w.with_(label=NAN)),
        "labels yes and no": lambda w: w.table(w.with_(label=["yes", "no"])),
        "labels yes and no, polars": lambda w: pl.DataFrame(w.with_(label=["yes", "no"])),
        "labels yes and no, pandas": lambda w: pd.DataFrame(w.with_(label=["yes", "no"])),
        "labels yes and no, a dictionary": lambda w: w.table(
            w.with_(label=["yes", "no"]), label=pa.dictionary(pa.int32(), pa.string())),
        "labels true and false": lambda w: w.table(w.with_(label=[True, False])),
        "labels 1.0 and 0.0": lambda w: w.table(w.with_(label=[1.0, 0.0])),
        "labels are text 1 and 0": lambda w: w.table(w.with_(label=["1", "0"])),
        "labels 0.3": lambda w: w.table(w.with_(label=0.3)),
        "labels of three classes": lambda w: w.table(w.with_(label=[0, 1, 2])),
        "labels nullable, pandas": lambda w: pd.DataFrame(
            {**w.usual, "label": pd.array(w.sometimes(pd.NA, "label")["label"], "Int64")}),
        "decisions nan sometimes, pandas": lambda w: pd.DataFrame(w.sometimes(NAN, "decision")),
        "decisions all nan": lambda w: w.table(w.with_(decision=NAN)),
        "decisions all missing": lambda w: w.typed(w.with_(decision=None)),
        "decisions yes and no": lambda w: w.table(w.with_(decision=["yes", "no"])),
        "every decision positive": lambda w: w.table(w.with_(decision=1)),
        "every decision negative": lambda w: w.table(w.with_(decision=0)),
        "scores all missing": lambda w: w.typed(w.with_(score=None)),
        "scores all nan": lambda w: w.table(w.with_(score=NAN)),
        "scores nan sometimes": lambda w: w.table(w.sometimes(NAN, "score")),
        "scores inf": lambda w: w.table(w.with_(score=INF)),
        "scores -inf": lambda w: w.table(w.with_(score=-INF)),
        "scores inf sometimes": lambda w: w.table(w.sometimes(INF, "score")),
        "scores constant": lambda w: w.table(w.with_(score=0.5)),
        "scores 0 or 1": lambda w: w.table(w.with_(score=[0.0, 1.0])),
        "scores denormal": lambda w: w.table(w.with_(score=5e-324)),
        "scores are text": lambda w: w.table(w.with_(score=["low", "high"])),
        "scores of 32 bits": lambda w: w.table(score=pa.float32()),
    },
    "regressor": {
        "targets constant": lambda w: w.table(w.with_(label=3.0)),
        "targets and predictions constant": lambda w: w.table(w.with_(label=3.0, score=3.0)),
        "targets nan and inf": lambda w: w.table(w.with_(label=[NAN, INF, -INF])),
        "targets are text": lambda w: w.table(w.with_(label="3.0")),
        "targets huge": lambda w: w.table(w.with_(label=[1.7e308, -1.7e308])),
        "targets of 2**31 and 2**53": lambda w: w.table(w.with_(label=[2**31, 2**53])),
        "targets true and false": lambda w: w.table(w.with_(label=[True, False])),
        "targets nullable, pandas": lambda w: pd.DataFrame(
            {**w.usual, "label": pd.array(w.sometimes(pd.NA, "label")["label"], "Float64")}),
        "predictions all missing": lambda w: w.typed(w.with_(score=None)),
        "predictions inf": lambda w: w.table(w.with_(score=INF)),
        "predictions inf sometimes": lambda w: w.table(w.sometimes(INF, "score")),
        "predictions denormal": lambda w: w.table(w.with_(score=5e-324)),
        "intervals without end": lambda w: w.table(w.with_(lower=-INF, upper=INF)),
        "intervals upside down": lambda w: w.table(w.with_(lower=9.0, upper=-9.0)),
        "intervals all missing": lambda w: w.typed(w.with_(lower=None, upper=None)),
    },
    "multiclass": {
        "one class": lambda w: w.table(w.with_(label="a")),
        "one class in one group": lambda w: w.table(w.where("F", label="a")),
        "a class that nobody named": lambda w: w.table(w.sometimes("owl", "label")),
        "labels a dictionary": lambda w: w.table(label=pa.dictionary(pa.int32(), pa.string())),
        "labels categorical, polars": lambda w: pl.DataFrame(w.usual).with_columns(
            pl.col("label").cast(pl.Categorical)),
        "decisions all missing": lambda w: w.typed(w.with_(decision=None)),
        "one decision": lambda w: w.table(w.with_(decision="b")),
        "scores of one class missing": lambda w: w.typed(w.with_(score_b=None)),
        "scores missing sometimes": lambda w: w.table(w.sometimes(None, "score_a", "score_c")),
        "scores all equal": lambda w: w.table(w.with_(score_a=0.25, score_b=0.25, score_c=0.25)),
        "scores inf": lambda w: w.table(w.with_(score_a=INF)),
    },
}
# A positive class that is not 1.
SAID = {"labels yes and no": "yes", "labels yes and no, polars": "yes", "labels yes and no, pandas": "yes",
        "labels yes and no, a dictionary": "yes", "labels true and false": "true", "labels of three classes": "2",
        "decisions yes and no": "yes", "labels 0.3": "0.3"}


def logs(kind: str) -> dict[str, Make]:
    """Every odd log of a kind."""
    return {**EVERY, **OF_KIND[kind]}


# --- lines --------------------------------------------------------------------------------------------
# Lines that any number at all would meet: so *met* shows that there was a number.
SHAPES = ("{} over sex >= {low}", "{} over sex <= {high}", "ratio of {} over sex >= 0",
          "difference of {} over sex <= {width}", "{} >= {low}", "{} <= {high}")
EXAMINED = {"binary": "classifier", "regressor": "regressor", "multiclass": "classifier"}


def measures(kind: str) -> list[str]:
    """The measures that are asked of a kind, without a reference."""
    found = []
    for name in registry.ids("measures"):
        card = registry.card(name)
        unfit = kind == "multiclass" and ("score" in card.needs and card.multiclass)
        if EXAMINED[kind] in card.examines and not card.reference and not unfit and (
                not {"covered", "set"} & {*card.needs} or kind == "regressor") and (
                "scores" not in card.needs or kind == "multiclass") and name not in APART and not card.probe:
            found.append(name)
    return found


APART = ("size",)                           # of a model; what a probe answers has its own edges: tests/measures/data


def lines(kind: str, shapes: tuple[str, ...] = SHAPES) -> dict[str, str]:
    """Every measure in every shape."""
    found = {}
    for name in measures(kind):
        card = registry.card(name)
        arguments = {"column": ["latency"], "filter": ["latency < 1"]}.get(card.takes, [])
        if kind == "multiclass" and not card.multiclass and {*card.needs} & {"label", "decision", "score"}:
            arguments = [*arguments, "average = macro"]
        call = f"{name}({', '.join(arguments)})" if arguments else name
        low, high = (limit if math.isfinite(limit) else math.copysign(1e12, limit) for limit in (card.low, card.high))
        for place, shape in enumerate(shapes):
            ends = {"low": f"{low:.0f}", "high": f"{high:.0f}", "width": f"{high - low:.0f}"}
            found[f"{name} {place}"] = shape.format(call, **ends)
    return found
