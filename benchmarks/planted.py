"""Faults planted into real data: labels that are wrong, features that leak, rows twice; with a fixed seed.

Adult (the 32,561 rows of the training file), COMPAS (7,214) and MNIST (5,000 digits as 7 x 7 mean pixels, ten classes).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from examples.fetch import fetch

LABEL: Final = "label"
SETS: Final = ("adult", "compas", "mnist")
ALIKE: Final = {4: 9, 3: 5, 7: 1, 8: 3, 6: 0}
PROTECTED: Final = {"adult": ("sex", "race"), "compas": ("sex", "race"), "mnist": ()}


@dataclass(frozen=True)
class Planted:
    """A table with a label column, and what was planted into it."""

    table: pa.Table
    wrong: Any                              # bool[rows]: labels that were changed
    leaks: tuple[str, ...]                  # features that were made of the label
    copies: Any                             # bool[rows]: rows that were put in twice
    proxies: tuple[str, ...] = ()           # features that were made of the sex


def real(name: str) -> pa.Table:
    """A real set with its label as 0, 1, … in the column `label`."""
    if name == "mnist":
        return _digits()
    if name == "adult":
        table = pq.read_table(fetch("adult") / "train.parquet")
        label = np.array([value.startswith(">") for value in table["income"].to_pylist()]).astype(np.int64)
        return table.drop_columns(["income"]).append_column(LABEL, pa.array(label))
    table = pq.read_table(fetch("compas") / "compas.parquet")
    label = table["two_year_recid"].to_numpy().astype(np.int64)
    return table.drop_columns(["two_year_recid", "id", "flagged", "score_text", "age_cat"]).append_column(
        LABEL, pa.array(label))


def _digits() -> pa.Table:
    table = pq.read_table(fetch("mnist") / "digits.parquet")
    grey = np.stack([table[name].to_numpy() for name in table.column_names if name.startswith("p")], axis=1)
    pixels = grey.astype(np.float64).reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49)
    kept = pixels.std(axis=0) > 1
    return pa.table({**{f"p{place}": pixels[:, place] for place in np.flatnonzero(kept)}, LABEL: table[LABEL]})


def wrong_labels(name: str, share: float, seed: int) -> Planted:
    """A share of the labels is another class, by chance."""
    table, chance = real(name), np.random.default_rng(seed)
    label = table[LABEL].to_numpy()
    classes = int(label.max()) + 1
    wrong = chance.random(len(label)) < share
    other = (label + chance.integers(1, classes, len(label))) % classes
    table = table.set_column(table.column_names.index(LABEL), LABEL, pa.array(np.where(wrong, other, label)))
    return Planted(table, wrong, (), np.zeros(len(label), dtype=bool))


def mixed_up(name: str, share: float, seed: int) -> Planted:
    """Labels of some digits are another one that looks like it: a share of all, all of five pairs."""
    assert name == "mnist", "pairs are of digits"
    table, chance = real(name), np.random.default_rng(seed)
    label = table[LABEL].to_numpy()
    theirs = np.isin(label, list(ALIKE))
    wrong = theirs & (chance.random(len(label)) < share / theirs.mean())
    other = np.array([ALIKE.get(value, value) for value in label.tolist()])
    table = table.set_column(table.column_names.index(LABEL), LABEL, pa.array(np.where(wrong, other, label)))
    return Planted(table, wrong, (), np.zeros(len(label), dtype=bool))


def leaking(name: str, seed: int) -> Planted:
    """Five features that were written after the label, of different kinds."""
    table, chance = real(name), np.random.default_rng(seed)
    label = table[LABEL].to_numpy()
    rows, flag = len(label), (label == label.max()).astype(int) if name == "mnist" else label
    code = label if name == "mnist" else flag
    names = np.array([f"k{value}" for value in range(int(code.max()) + 1)])
    off = chance.random(rows) < 0.05
    made: dict[str, Any] = {
        "leak_code": names[code],                                               # the label by another name
        "leak_mostly": np.where(off, chance.permutation(code), code),           # with 5 % errors
        "leak_amount": code * 3.0 + chance.normal(0, 0.5, rows),                # a number, noisy
        "leak_date": pa.array([18_000 + int(value) for value in code * 400 + chance.integers(0, 380, rows)],
                              pa.int32()).cast(pa.date32()),                    # after the decision
    }
    if name != "mnist":
        made["leak_case"] = [f"c{place}" if one else None for place, one in enumerate(code)]    # filled in then only
    for column, values in made.items():
        table = table.append_column(column, values if isinstance(values, pa.Array) else pa.array(values))
    return Planted(table, np.zeros(rows, dtype=bool), tuple(made), np.zeros(rows, dtype=bool))


def telling_sex(name: str, seed: int) -> Planted:
    """Three features made of the protected attribute, from nearly all of it to some."""
    table, chance = real(name), np.random.default_rng(seed)
    sex = (np.array(table["sex"].to_pylist()) == "Female").astype(int)
    rows = len(sex)
    made = {
        "title": np.where(chance.random(rows) < 0.03, "Dr", np.where(sex == 1, "Ms", "Mr")),
        "height": sex * -13.0 + 176 + chance.normal(0, 6, rows),
        "club": np.where(chance.random(rows) < 0.2, "c", np.where(sex == 1, "a", "b")),
    }
    for column, values in made.items():
        table = table.append_column(column, pa.array(values))
    return Planted(table, np.zeros(rows, dtype=bool), (), np.zeros(rows, dtype=bool), tuple(made))


def twice(name: str, seed: int, share: float = 0.02) -> Planted:
    """A share of the rows once more, at the end."""
    table, chance = real(name), np.random.default_rng(seed)
    again = np.sort(chance.choice(len(table), int(share * len(table)), replace=False))
    copies = np.r_[np.zeros(len(table), dtype=bool), np.ones(len(again), dtype=bool)]
    whole = pa.concat_tables([table, table.take(pa.array(again))])
    return Planted(whole, np.zeros(len(whole), dtype=bool), (), copies)


FAULTS: Final[dict[str, Callable[..., Planted]]] = {
    "wrong labels": wrong_labels, "leaks": leaking, "proxies": telling_sex, "copies": twice}


def write(planted: Planted, path: Path) -> Path:
    """As Parquet; what was planted stays here."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(planted.table, path)
    return path
