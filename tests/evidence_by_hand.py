"""What is evidence on an odd log: worked out again, row by row in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from shall import registry
from tests.edges import CLASSES


class Row(NamedTuple):
    """One row as a person reads it; None is missing. Of several classes the label and the decision are texts."""

    label: Any
    decision: Any
    score: float | None
    latency: float | None
    group: str
    lower: float | None
    upper: float | None
    abstained: int | None
    scores: tuple[float | None, ...]
    weight: float
    compared: float | None                  # latency, which may be infinite where it is only compared


Holds = Callable[[list[Row]], bool]


def some(*names: str) -> Holds:
    """A row that has all of these."""
    return lambda rows: any(all(getattr(row, name) is not None for name in names) for row in rows)


def both(*names: str) -> Holds:
    """Rows of both classes that have these."""
    return lambda rows: {row.label for row in rows if all(getattr(row, name) is not None for name in names)} >= {0, 1}


def given(name: str, value: int, *others: str) -> Holds:
    """A row in which one is this value, and the others are known."""
    return lambda rows: any(getattr(row, name) == value and all(getattr(row, other) is not None for other in others)
                            for row in rows)


def table_of(*wanted: Callable[[Row], bool]) -> Holds:
    """For each condition a row with a label and a decision that fulfils it."""
    def holds(rows: list[Row]) -> bool:
        known = [row for row in rows if row.label is not None and row.decision is not None]
        return all(any(condition(row) for row in known) for condition in wanted)
    return holds


def ended(rows: list[Row]) -> bool:
    """An interval, and none without an end: its width would be infinite."""
    known = [row for row in rows if row.lower is not None and row.upper is not None]
    return bool(known) and all(math.isfinite(row.lower) and math.isfinite(row.upper) for row in known)  # type: ignore[arg-type]


def varied(name: str) -> Holds:
    """At least two different values among the rows that have a label."""
    return lambda rows: len({getattr(row, name) for row in rows if row.label is not None} - {None}) > 1


BINARY: Mapping[str, Holds] = {
    "accuracy": some("label", "decision"),
    "true_positive_rate": given("label", 1, "decision"), "false_negative_rate": given("label", 1, "decision"),
    "false_positive_rate": given("label", 0, "decision"), "true_negative_rate": given("label", 0, "decision"),
    "precision": given("decision", 1, "label"),
    "selection_rate": some("decision"),
    "balanced_accuracy": both("decision"),
    "f1": lambda rows: table_of(lambda row: row.label == 1 or row.decision == 1)(rows),
    "mcc": table_of(lambda row: row.label == 1, lambda row: row.label == 0, lambda row: row.decision == 1,
                    lambda row: row.decision == 0),
    "generalized_entropy": table_of(lambda row: row.label == 0 or row.decision == 1),
    "roc_auc": both("score"), "pr_auc": both("score"),
    "brier": some("label", "score"), "log_loss": some("label", "score"), "calibration_error": some("label", "score"),
    "maximum_calibration_error": some("label", "score"),
    "calibration_slope": both("score"), "calibration_intercept": both("score"),
    "quantile": some("latency"), "mean": some("latency"), "share": some("compared"), "missing_rate": bool, "rows": bool,
    "selective_coverage": some("abstained"), "label_rate": bool,
    "importance": lambda rows: len({row.score for row in rows} - {None}) > 1,
    "selective_risk": given("abstained", 0, "label", "decision"),
}
REGRESSOR: Mapping[str, Holds] = {
    **{name: BINARY[name] for name in ("quantile", "mean", "share", "missing_rate", "rows", "selective_coverage",
                                       "label_rate")},
    "mean_absolute_error": some("label", "score"), "root_mean_squared_error": some("label", "score"),
    "quantile_loss": some("label", "score"),
    "r_squared": lambda rows: len({row.label for row in rows if row.score is not None} - {None}) > 1,
    "coverage": some("label", "lower", "upper"), "interval_width": ended,
}


def of_class(holds: Holds) -> Holds:
    """Of every class against the others."""
    def all_hold(rows: list[Row]) -> bool:
        return all(holds([row._replace(
            label=None if row.label is None else int(row.label == name),
            decision=None if row.decision is None else int(row.decision == name),
            score=row.scores[place]) for row in rows]) for place, name in enumerate(CLASSES))
    return all_hold


def ranked(rows: list[Row]) -> bool:
    """A row with a label of the subject and all scores."""
    return any(row.label in CLASSES and None not in row.scores for row in rows)


MULTICLASS: Mapping[str, Holds] = {
    **{name: of_class(holds) for name, holds in BINARY.items()},
    **{name: BINARY[name] for name in ("quantile", "mean", "share", "missing_rate", "rows", "selective_coverage",
                                       "label_rate", "accuracy", "selective_risk")},
    "top_k_accuracy": ranked,
    "multiclass_log_loss": lambda rows: any(
        row.label in CLASSES and row.scores[CLASSES.index(row.label)] is not None for row in rows),
    "top_label_calibration_error": lambda rows: any(
        row.label is not None and row.decision is not None and None not in row.scores for row in rows),
}
SUPPORTS: Mapping[str, Mapping[str, Holds]] = {"binary": BINARY, "regressor": REGRESSOR, "multiclass": MULTICLASS}


def read(kind: str, frame: Any, positive: str = "1") -> list[Row]:
    """The rows of a frame as a person reads them."""
    ones = {positive, "1", "1.0", "True"}
    table = frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame) if isinstance(
        frame, pd.DataFrame) else frame.to_arrow()
    number = _inside if kind != "regressor" else _finite

    def label(row: dict[str, Any]) -> Any:
        if kind == "multiclass":
            return None if _absent(row["label"]) else str(row["label"])
        if kind == "regressor":
            return _finite(row["label"])
        return _whole(row["label"], ones if positive == "1" else {positive, positive.title()})

    def decision(row: dict[str, Any]) -> Any:
        value = row.get("decision")
        return (None if _absent(value) else str(value)) if kind == "multiclass" else _whole(value, ones)

    return [Row(label(row), decision(row), number(row.get("score")), _finite(row["latency"]),
                "(missing)" if _absent(row["sex"]) else str(row["sex"]), _number(row.get("lower")),
                _number(row.get("upper")), _whole(row["abstained"], {"1", "1.0", "True"}),
                tuple(_inside(row.get(f"score_{name}")) for name in CLASSES), row.get("weight", 1.0),
                _number_or_text(row["latency"]))
            for row in table.to_pylist()]


def _absent(value: object) -> bool:
    return value is None or value != value


def _whole(value: Any, ones: set[str]) -> int | None:
    return None if _absent(value) else int(str(value) in ones)


def _number(value: Any) -> float | None:
    return None if _absent(value) else float(value)


def _number_or_text(value: Any) -> float | None:
    return None if _absent(value) or isinstance(value, str) else float(value)


def _finite(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _inside(value: Any) -> float | None:
    return value if _finite(value) is not None and 0 <= value <= 1 else None


def evident(kind: str, measure: str, groups: bool, aggregate: str, rows: list[Row]) -> bool:
    """Whether every group that a line is about has something to stand on, and a comparison has two groups."""
    supports = SUPPORTS[kind][measure]
    census = registry.card(measure).census

    def holds(some_rows: list[Row]) -> bool:
        return supports(some_rows if census else [row for row in some_rows if row.weight])

    if not groups:
        return holds(rows)
    by_group: dict[str, list[Row]] = {}
    for row in rows:
        by_group.setdefault(row.group, []).append(row)
    enough = 1 if aggregate == "each" else 2
    return len(by_group) >= enough and all(holds(group) for group in by_group.values())
