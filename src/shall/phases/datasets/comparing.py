"""What readiness looks at between files and groups: drift, proxies, groups with too few rows."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.adapters.frames import TableLog
from shall.core.errors import DataError
from shall.core.log import Binding, GroupDef
from shall.core.requirement import Grouping, Number, Requirement
from shall.phases.datasets import coded
from shall.phases.datasets.asking import Material, dense, probe
from shall.phases.datasets.looked import Looked, Part, ReadyFinding, bars, severity, some
from shall.phases.measuring import measure, prepare
from shall.phases.parts import FEATURE, Feature
from shall.tally import accumulate
from shall.tally.codes import group_codes

TOLD: Final = 4_000                         # rows that a proxy is learned from
FEWEST: Final = 10                          # rows of a value of an attribute that is learned
POWER: Final = 0.8
OF_POSITIVES: Final = ("true_positive_rate", "false_negative_rate")
OF_NEGATIVES: Final = ("false_positive_rate", "true_negative_rate")


def drift(looked: Looked) -> Part:
    """Features that are distributed otherwise in the gate than in training."""
    if looked.gate is None:
        return Part()
    table, limit = looked.material.table, looked.limit("population_stability")
    features = [feature for name in looked.material.features if name in looked.gate.column_names
                for feature in _counted(name, table)]
    if not features or not len(table) or not len(looked.gate):
        return Part()
    line = Requirement.parse(f"population_stability over feature against train <= {limit}")
    examination = prepare([line], Binding((), kind="dataset"), looked.confidence, features)
    now, then = (accumulate(examination.plan, TableLog(one).batches(examination.plan.columns))
                 for one in (looked.gate, table))
    rows = [row for row in measure(examination, now, {"train": then})[0][0].groups if row.value is not None]
    moved = {dict(row.group)[FEATURE]: float(row.value or 0) for row in rows}
    sure = {dict(row.group)[FEATURE] for row in rows if (row.low or 0) > limit}
    return Part(tuple(ReadyFinding(
        "population_stability", severity(value, 1.0 if name in sure else math.inf, 0.0),
        f"{name} is distributed otherwise in the gate (index {value:.2f})", {name: value},
        "find out what moved; train on rows of today, or reweigh", limit=limit, bars=bars(moved))
        for name, value in moved.items() if value > limit))


def _counted(name: str, table: pa.Table) -> list[Feature]:
    kind = table.schema.field(name).type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return [Feature(name, f"value:{name}")]
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_boolean(kind)
    return [Feature(name, f"category:{name}")] if text or pa.types.is_dictionary(kind) else []


def proxies(looked: Looked) -> Part:
    """Protected attributes that the features tell."""
    material, _ = some(looked.material, TOLD)
    findings = []
    for group in material.binding.groups:
        names = tuple(name for name in material.features if name != group.column)
        value, known = _values(material, group)
        if not names or known.sum() < probe("proxy").FEWEST or len(np.unique(value[known])) < 2:
            continue
        kept = Material(material.table.filter(pa.array(known)), material.binding, names)
        X, learn = kept.learned_from(names)
        whole = float(probe("proxy").answers(X, dense(value[known]), learn).mean())
        limit = looked.limit("proxy")
        if whole > limit:
            alone = {name: float(probe("leakage").answers(coded.binned(kept.table.column(name)), dense(value[known]))
                                 .mean()) for name in names}
            findings.append(_proxy(group, whole, alone, limit))
    return Part(tuple(findings))


def _proxy(group: GroupDef, whole: float, alone: dict[str, float], limit: float) -> ReadyFinding:
    first = max(alone, key=lambda name: alone[name])
    return ReadyFinding(
        "proxy", severity(whole, max(0.6, limit), limit),
        f"the features tell {whole:.0%} of {group.name}, {first} alone {alone[first]:.0%}",
        {group.name: whole, **alone}, f"know it: a model can act on {group.name} without the column; mitigate, and "
        "measure over the group", limit=limit, bars=bars(alone))


def _values(material: Material, group: GroupDef) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The value of each row, and whether it is frequent enough to be learned."""
    codes, names = group_codes(material.table.column(group.column).combine_chunks(), group)
    place = {name: number for number, name in enumerate(dict.fromkeys(names))}
    value = np.array([place[name] for name in names] or [0], dtype=np.int64)[codes]
    return value, np.bincount(value, minlength=1)[value] >= FEWEST if len(value) else np.zeros(0, dtype=bool)


def few_rows(looked: Looked) -> Part:
    """Groups of the gate with too few rows for a line over them."""
    material = looked.material
    table = material.table if looked.gate is None else looked.gate
    defined = {group.name: group for group in material.binding.groups if group.column in table.column_names}
    findings = []
    for requirement in looked.requirements:
        needed = rows_needed(requirement, _rate(material), looked.confidence)
        sizes = {name: rows for grouping in requirement.over if {*grouping} <= {*defined} and len(table)
                 for name, rows in _sizes(table, grouping, defined).items()}
        few = {name: rows for name, rows in sizes.items() if rows < needed}
        if few:
            findings.append(_few(requirement, few, sizes, needed))
    return Part(tuple(findings))


def _few(requirement: Requirement, few: dict[str, int], sizes: dict[str, int], needed: int) -> ReadyFinding:
    least = min(few, key=lambda name: few[name])
    return ReadyFinding(
        "rows", severity(needed / max(few[least], 1), 10.0, 1.0),
        f"{len(few)} of {len(sizes)} groups have fewer than the {needed:,} rows that certify {_named(requirement)} "
        f"half way to the perfect value; {least} has {few[least]:,}",
        {name: float(rows) for name, rows in few.items()},
        f"gather {needed - few[least]:,} more rows of {least}, pool small groups (at_least, rest), or ask for less",
        limit=float(needed), bars=bars({name: float(rows) for name, rows in sizes.items()}))


def _named(requirement: Requirement) -> str:
    return requirement.name or str(requirement)


def _rate(material: Material) -> float:
    """The share of the rarest of two labels; a half where there are none, or more."""
    try:
        counts = np.bincount(material.label[material.label >= 0])
    except DataError:
        return 0.5
    return float(counts.min() / counts.sum()) if len(counts) == 2 else 0.5


def rows_needed(requirement: Requirement, rate: float, confidence: float) -> int:
    """Rows of a group that certify a line of rates with a power of 80 %, beside a much larger group; 0 where the line
    bounds something else. A normal approximation: `shall check --plan` is exact."""
    limit = requirement.bound.low or requirement.bound.high
    stated = requirement.confidence.value if requirement.confidence else confidence
    if not isinstance(limit, Number) or requirement.aggregate == "each":
        return 0
    names = {call.name for call in requirement.measures}
    share = rate if names & {*OF_POSITIVES} else 1 - rate if names & {*OF_NEGATIVES} else 1.0
    value = rate if names == {"selection_rate"} else 0.8
    distance = (1 - limit.value) / 2 * value if requirement.aggregate == "ratio" else limit.value / 2
    if distance <= 0:
        return 0
    quantiles = NormalDist().inv_cdf(stated / 100) + NormalDist().inv_cdf(POWER)
    return math.ceil(quantiles**2 * value * (1 - value) / distance**2 / share)


def _sizes(table: pa.Table, grouping: Grouping, defined: dict[str, GroupDef]) -> dict[str, int]:
    """Rows of each group that is judged, by its name."""
    parts = []
    for name in grouping:
        codes, names = group_codes(table.column(defined[name].column).combine_chunks(), defined[name])
        parts.append(np.array([f"{name} = {one}" for one in names] or [""])[codes])
    joined, counts = np.unique([" and ".join(row) for row in zip(*parts, strict=True)], return_counts=True)
    least = max(defined[name].at_least for name in grouping)
    return {str(name): int(count) for name, count in zip(joined, counts, strict=True) if count >= least}
