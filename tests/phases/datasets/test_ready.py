"""Readiness on real rows with planted faults: each is found, has its remedy, and the remedy is right."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall.core.errors import DataError
from shall.core.log import Binding, Column, GroupDef
from shall.core.requirement import Requirement
from shall.phases.datasets.looking import leaking
from shall.phases.datasets.ready import readiness

GROUPS = (GroupDef("sex", "sex"), GroupDef("race", "race"))
BINDING = Binding((("label", Column("income")),), positive=">50K", groups=GROUPS)
LINES = [Requirement.parse("ratio of selection_rate over sex, race >= 0.50")]


def features(table):
    return tuple(name for name in table.column_names if name not in ("income", "sex", "race"))


def looked(train, gate=None, lines=(), binding=BINDING):
    return readiness(train, gate, binding, features(train), lines)


@pytest.fixture(scope="module")
def adult():
    table = pq.read_table(fetch("adult") / "train.parquet")
    return table.slice(0, 3000), table.slice(20_000, 2000)


@pytest.fixture(scope="module")
def planted(adult):
    """50 rows twice, 20 of the gate, a constant, an empty column, wrong labels; a leak from before they were wrong."""
    train, gate = adult
    train = pa.concat_tables([train, train.slice(100, 50), gate.slice(7, 20)])
    label = np.array(train["income"].to_pylist())
    wrong = np.random.default_rng(0).random(len(label)) < 0.1
    one, other = sorted(set(label))
    label = np.where(wrong, np.where(label == one, other, one), label)
    train = train.set_column(train.column_names.index("income"), "income", pa.array(label))
    hired = [datetime.date(2026 if (value == other) != mistaken else 2025, 1, 1 + place % 28)
             for place, (value, mistaken) in enumerate(zip(label, wrong, strict=True))]
    for name, column in (("country", pa.array(["US"] * len(label))), ("closed", pa.array(hired)),
                         ("fax", pa.array([None if place % 3 else "yes" for place in range(len(label))]))):
        train = train.append_column(name, column)
    return train, gate, wrong


@pytest.fixture(scope="module")
def found(planted):
    train, gate, _ = planted
    return looked(train, gate, LINES)


def test_every_fault_is_named(found):
    names = {finding.name: finding for finding in found.findings}
    assert {"missing_rate", "distinct", "duplicate_column", "leakage", "label_noise", "proxy", "rows"} <= {*names}
    assert "closed" in names["leakage"].what and names["leakage"].severity == "medium" and not names["leakage"].applied
    assert "country" in names["distinct"].what and "fax" in names["missing_rate"].what
    assert found.without.keys() == {"country", "education"} and not {*found.without} & {*found.features}
    assert [finding.severity for finding in found.findings] == sorted(
        (finding.severity for finding in found.findings), key=("high", "medium", "low").index)
    assert all(finding.remedy and finding.evidence for finding in found.findings)


def test_rows_twice_and_of_the_gate_go_and_no_others(adult):
    train, gate = adult
    whole = pa.concat_tables([train, train.slice(100, 50), gate.slice(7, 20)])
    before, after = looked(train, gate), looked(whole, gate)
    assert (~after.keep[:3000]).sum() == (~before.keep).sum() < 15
    assert not after.keep[3000:].any()
    table, names = after.remedied(whole)
    assert len(table) == after.kept and names == after.features


def test_suspicious_labels_go_where_asked_for(planted, found):
    train, _, wrong = planted
    hits = (found.suspicious & wrong).sum()
    assert hits > 0.6 * found.suspicious.sum() and hits > 0.4 * wrong.sum()
    kept, asked = found.remedied(train)[0], found.remedied(train, suspicious=True)[0]
    assert len(asked) == (found.keep & ~found.suspicious).sum() < len(kept) == found.kept
    with pytest.raises(DataError, match="look again"):
        found.remedied(train.slice(1))


def test_twice_the_same(planted, found):
    train, gate, _ = planted
    again = looked(train, gate, LINES)
    assert again.findings == found.findings and np.array_equal(again.keep, found.keep)


def test_drift_and_a_limit_of_the_file(adult):
    train, gate = adult
    older = gate.set_column(0, "age", pa.array(gate["age"].to_numpy() + 15))
    moved = [finding.evidence for finding in looked(train, older).findings if finding.name == "population_stability"]
    assert [*moved[0]] == ["age"] and len(moved) == 1
    lax = [Requirement.parse("population_stability over feature against train <= 5")]
    assert not [one for one in looked(train, older, lax).findings if one.name == "population_stability"]


def test_few_rows_of_a_group(adult):
    train, gate = adult
    few = next(finding for finding in looked(train, gate, LINES).findings if finding.name == "rows")
    assert few.evidence["race = Other"] == sum(race == "Other" for race in gate["race"].to_pylist())
    assert "sex = Male" not in few.evidence


@pytest.mark.parametrize("rows", [0, 1, 40])
def test_few_rows_are_no_error(adult, rows):
    found = looked(adult[0].slice(0, rows), adult[1].slice(0, rows), LINES)
    assert found.kept <= rows and any("suspicious labels could not be looked at" in note for note in found.notes)


@pytest.mark.parametrize("label", [pa.array([">50K"] * 300), pa.nulls(300, pa.string()),
                                   pa.array(np.arange(300.0)), pa.array([f"c{n}" for n in range(300)])])
def test_labels_of_one_class_none_numbers_and_names(adult, label):
    train = adult[0].slice(0, 300)
    train = train.set_column(train.column_names.index("income"), "income", label)
    found = looked(train, adult[1], LINES)
    assert not found.suspicious.any() and any("suspicious labels" in note for note in found.notes)


def test_a_leak_stands_out_among_others():
    assert leaking({"a": 0.9, "b": 0.2}, 0.5) == ["a"]
    assert leaking({"a": 0.4, "b": 0.35, "c": 0.1}, 0.5) == ["a", "b"]
    assert leaking({"a": 0.24, "b": 0.05}, 0.5) == leaking({}, 0.5) == []
    assert leaking({"a": 0.4, "b": 0.3, "c": 0.25}, 0.5) == []
