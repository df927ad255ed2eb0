"""What readiness looks at in rows and columns: each look gives findings and, where it is safe, what to leave out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.phases.datasets import coded
from shall.phases.datasets.asking import Material, Question, ask, shared
from shall.phases.datasets.looked import Looked, Part, ReadyFinding, bars, severity, some
from shall.probes import duplicates as repeated

LEARNED: Final = 50_000                     # rows that suspicious labels are looked for in
TOLD: Final = 200_000                       # rows that a leak is looked for in
STANDS_OUT: Final = 0.25                    # a leak, where the next feature tells half of it at most
SURE_LEAK: Final = 0.8
HARD: Final = 0.1                           # suspicious labels beyond which classes overlap, rather


def answer(name: str, material: Material, column: str = "") -> Any:
    """float64[rows]: what a probe says."""
    return ask(Question(name, "", name, column), material)


def missing(looked: Looked) -> Part:
    """Features with many missing values."""
    table, limit = looked.material.table, looked.limit("missing_rate")
    shares = {name: coded.missing_share(table.column(name)) for name in looked.material.features}
    many = {name: share for name, share in shares.items() if share > limit}
    if not many:
        return Part()
    worst = max(many, key=lambda name: many[name])
    return Part((ReadyFinding(
        "missing_rate", severity(many[worst], 0.5, limit),
        f"{_names(many)} {'has' if len(many) == 1 else 'have'} no value in more than {limit:.0%} of the rows, "
        f"{worst} in {many[worst]:.1%}", many, "mend what fills the column, or leave it out; learners take it as it is",
        limit=limit, bars=bars(shares)),))


def columns(looked: Looked) -> Part:
    """Columns of one value, and columns that say the same as an earlier one."""
    material = looked.material
    constant = [name for name in material.features
                if len(np.unique(coded.exactly(material.table.column(name)))) < 2] if len(material.table) else []
    repeats = dict(_weaker(material.table, name, earlier) for name, earlier in material.repeats.items()
                   if earlier and name not in constant)
    findings = []
    if constant:
        findings.append(ReadyFinding("distinct", "low", f"{_names(constant)} has one value in every row",
                                     dict.fromkeys(constant, 1.0), "leave it out", applied=True))
    for name, earlier in repeats.items():
        findings.append(ReadyFinding("duplicate_column", "low", f"{name} says the same as {earlier}", {name: 1.0},
                                     f"leave {name} out", applied=True))
    return Part(tuple(findings), without={**dict.fromkeys(constant, "one value in every row"), **{
        name: f"the same as {earlier}" for name, earlier in repeats.items()}})


def _weaker(table: pa.Table, name: str, earlier: str) -> tuple[str, str]:
    """Of two columns that say the same, the one to leave out, and the other: a number has an order, a text has none."""
    numbers = [coded.numeric(table.schema.field(column).type) for column in (name, earlier)]
    return (earlier, name) if numbers == [True, False] else (name, earlier)


def rows_twice(looked: Looked) -> Part:
    """Rows that repeat an earlier one; those that are no coincidence are left out."""
    twice = answer("duplicates", looked.material) > 0
    if not twice.any():
        return Part()
    copies = twice & rare(looked.material, looked.material.compared)
    rate = twice.mean()
    said = f"{twice.sum():,} rows ({rate:.2%}) repeat an earlier one; {copies.sum():,} of them share values too rare "\
           "to meet by chance"
    return Part((ReadyFinding(
        "duplicate_rate", severity(copies.mean(), 0.05, looked.limit("duplicate_rate")), said,
        {"rate": float(rate), "rows": float(twice.sum()), "copies": float(copies.sum())},
        "leave the copies out" if copies.any() else "none: such rows are likely to be different cases",
        applied=bool(copies.any()), limit=looked.limit("duplicate_rate")),), drop=copies)


def rare(material: Material, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """bool[rows]: rows whose values are too rare to occur twice by chance."""
    return np.asarray(repeated.by_chance([material.codes[name] for name in names]) < repeated.CHANCE)


def nearly_twice(looked: Looked) -> Part:
    """Rows that are an earlier one but for one column."""
    found = answer("near_duplicates", looked.material) > 0
    rate, limit = float(found.mean()) if len(found) else 0.0, looked.limit("near_duplicate_rate")
    if not rate:
        return Part()
    return Part((ReadyFinding(
        "near_duplicate_rate", severity(rate, 0.2, limit),
        f"{found.sum():,} rows ({rate:.2%}) are an earlier one but for one column", {"rate": rate,
                                                                                       "rows": float(found.sum())},
        "look at some: one case entered twice, or a record that was changed?", limit=limit),))


def conflicts(looked: Looked) -> Part:
    """The same row with another label."""
    found = answer("conflicts", looked.material)
    rate, limit = float(np.nanmean(found)) if np.isfinite(found).any() else 0.0, looked.limit("conflict_rate")
    if not rate:
        return Part()
    return Part((ReadyFinding(
        "conflict_rate", severity(rate, 0.2, limit),
        f"{np.nansum(found):,.0f} rows ({rate:.2%}) have a twin with another label: no model is right on both",
        {"rate": rate, "rows": float(np.nansum(found))}, "find the column that tells them apart, or who labelled them",
        limit=limit),))


def in_gate(looked: Looked) -> Part:
    """Training rows that are in the gate too."""
    if looked.gate is None:
        return Part()
    found = shared(looked.material, looked.gate) > 0
    if not found.any():
        return Part()
    names = tuple(name for name in looked.material.compared if name in looked.gate.column_names)
    copies = found & rare(looked.material, names)
    rate = float(copies.mean())
    return Part((ReadyFinding(
        "shared_rows", severity(rate, 0.01, looked.limit("shared_rows")),
        f"{found.sum():,} training rows are in the gate too; {copies.sum():,} of them share values too rare to meet "
        "by chance", {"rows": float(found.sum()), "copies": float(copies.sum()), "rate": float(found.mean())},
        "leave the copies out of training" if copies.any() else "none: they are likely to be different cases",
        applied=bool(copies.any()), limit=looked.limit("shared_rows")),), drop=copies)


def imbalance(looked: Looked) -> Part:
    """A label that nearly every row has."""
    if looked.material.binding.kind == "regressor":
        return Part()
    label = looked.material.label
    counts = np.bincount(label[label >= 0])
    if len(counts) < 2:
        raise DataError("there are labels of one class only, or none")
    share, limit, fewest = float(counts.max() / counts.sum()), looked.limit("imbalance"), int(counts.min())
    if share <= limit and fewest >= 20:
        return Part()
    return Part((ReadyFinding(
        "imbalance", severity(share, 0.99, limit) if fewest >= 50 or share <= limit else "high",
        f"{share:.1%} of the rows have the same label; the rarest has {fewest:,} rows",
        {"share": share, "rarest": float(fewest)}, "gather more of the rare label; judge by pr_auc", limit=limit),))


def leaks(looked: Looked) -> Part:
    """Features that tell the label too well on their own."""
    material, _ = some(looked.material, TOLD)
    told = {name: float(np.nanmean(answer("leakage", material, name))) for name in material.features}
    limit = looked.limit("leakage")
    found = leaking(told, limit)
    target = material.binding.column("label")
    return Part(tuple(ReadyFinding(
        "leakage", severity(told[name], SURE_LEAK, 0.0),
        f"{name} alone tells {told[name]:.0%} of what there is to know of {target}", {name: told[name]},
        f"find out when {name} is written: if after the decision, leave it out", limit=limit, bars=bars(told))
        for name in found))


def leaking(told: Mapping[str, float], limit: float) -> list[str]:
    """Features beyond the limit, and those that tell twice as much as the next one."""
    order = sorted(told, key=lambda name: -told[name])
    number = sum(value > limit for value in told.values())
    for place, name in enumerate(order):
        following = told[order[place + 1]] if place + 1 < len(order) else 0.0
        if told[name] > STANDS_OUT and told[name] > 2 * following:
            number = max(number, place + 1)
    return order[:number]


def labels(looked: Looked) -> Part:
    """Labels that are likely to be wrong."""
    material, places = some(looked.material, LEARNED)
    found = answer("label_noise", material)
    doubtful = np.zeros(len(looked.material.table), dtype=bool)
    doubtful[places[found > 0]] = True
    rate, limit = float(np.nanmean(found)), looked.limit("label_noise")
    if not rate:
        return Part()
    by_group = {f"{group.name} = {value}": share for group in material.binding.groups
                for value, share in coded.shares(material.table.column(group.column), group, found).items()}
    hard = rate > HARD
    overlap = ": so many that hard rows are among them" if hard else ""
    return Part((ReadyFinding(
        "label_noise", "medium" if hard else severity(rate, limit, limit / 5),
        f"{np.nansum(found):,.0f} labels ({rate:.2%}) are suspicious{overlap}",
        {"rate": rate, **by_group},
        "look at some, and have them labelled again (`shall suspects`); leave them out only then", limit=limit,
        bars=bars(by_group)),), suspicious=doubtful)


def _names(names: Mapping[str, float] | list[str]) -> str:
    every = list(names)
    return ", ".join(every[:3]) + (f" and {len(every) - 3} more" if len(every) > 3 else "")

