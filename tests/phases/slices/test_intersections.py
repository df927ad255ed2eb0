"""Every intersection: what marginals hide, bounds for all at once, and no alarm without a reason."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest

import shall
from examples.fetch import fetch
from shall.adapters.frames import TableLog
from shall.core.errors import FileError, InputError
from shall.core.log import Binding, Column, GroupDef
from shall.phases.slices.intersections import Asked, intersections, measured_by

GROUPS, SIZES = ("a", "b", "c"), (4, 2, 3)
BINDING = Binding((("decision", Column("decision")), ("label", Column("label"))),
                  groups=tuple(GroupDef(name, name) for name in GROUPS))


def rows(chance: np.random.Generator, rate, number: int = 4000) -> pa.Table:
    """Rows of three attributes; ``rate``: how often a decision is right, of the codes of the attributes."""
    codes = [chance.integers(0, size, number) for size in SIZES]
    right = chance.random(number) < rate(*codes)
    label = chance.integers(0, 2, number)
    return pa.table({"label": label, "decision": np.where(right, label, 1 - label),
                     **{name: [f"{name}{one}" for one in code] for name, code in zip(GROUPS, codes, strict=True)}})


def audit(table: pa.Table, measure: str = "accuracy", **options):
    return intersections(TableLog(table, "rows"), BINDING, measured_by(measure), GROUPS, Asked(**options))


def gerrymandered(a, b, c):
    """Each attribute on its own says nothing: only a and b together do."""
    return np.where((a + b) % 2 == 0, 0.95, 0.65)


def test_what_each_attribute_hides_is_found_in_the_intersection() -> None:
    table = rows(np.random.default_rng(0), gerrymandered)
    found = audit(table)
    assert not [cell for cell in found.worse if len(cell.group) == 1]
    by = found.widest(2)
    assert by is not None and by.grouping == ("a", "b") and by.gap_low > 0.2
    assert {cell.group for cell in found.hidden if len(cell.group) == 2} == {
        (("a", f"a{a}"), ("b", f"b{1 - a % 2}")) for a in range(4)}


def test_every_figure_is_that_of_its_rows() -> None:
    table = rows(np.random.default_rng(1), gerrymandered)
    right = np.array(table["label"].to_pylist()) == np.array(table["decision"].to_pylist())
    found = audit(table)
    assert len(found.crossings) == 7 and found.whole.value == pytest.approx(right.mean())
    for crossing in found.crossings:
        assert sum(cell.rows for cell in crossing.cells) == len(table)
        for cell in crossing.cells:
            here = np.logical_and.reduce([np.array(table[name].to_pylist()) == value for name, value in cell.group])
            assert cell.n == here.sum() and cell.value == pytest.approx(right[here].mean())
            assert cell.low <= cell.value <= cell.high
        values = [cell.value for cell in crossing.judged]
        assert crossing.gap == pytest.approx(max(values) - min(values)) and values == sorted(values)
        assert crossing.gap_low <= crossing.gap <= crossing.gap_high


def test_a_fair_model_is_rarely_accused() -> None:
    """Of fair worlds of 1,200 rows and 59 groups at most 5 % may give any alarm, or any surely open gap."""
    chance = np.random.default_rng(2)
    found = [audit(rows(chance, lambda a, b, c: 0.8, 1200)) for _ in range(80)]
    for alarms in (sum(bool(one.worse) for one in found),
                   sum(any((crossing.gap_low or 0) > 0 for crossing in one.crossings) for one in found)):
        assert alarms <= 9                  # of 80 worlds 4 at most are expected; 9 or fewer in 99 of 100 such tests


def test_bounds_hold_for_all_groups_at_once() -> None:
    chance, missed = np.random.default_rng(3), 0
    for _ in range(40):
        for cell in audit(rows(chance, gerrymandered, 1500), order=2).cells:
            codes = {name: int(value[1:]) for name, value in cell.group}
            every = [point for point in itertools.product(*map(range, SIZES))
                     if all(point[GROUPS.index(name)] == code for name, code in codes.items())]
            true = np.mean([gerrymandered(*np.array(point)) for point in every])
            if not cell.low <= true <= cell.high:
                missed += 1
                break
    assert missed <= 9                      # two one-sided bounds: 10 % of the worlds at most, 4 of 40


def test_small_groups_are_set_aside_and_told() -> None:
    table = rows(np.random.default_rng(4), lambda a, b, c: 0.8, 500)
    found = audit(table, at_least=30)
    aside = [cell for crossing in found.crossings for cell in crossing.cells if cell.found == "set aside"]
    assert aside and all(cell.rows < 30 and cell.low is None for cell in aside)
    assert all(cell.rows >= 30 for cell in found.cells)
    assert f"{len(aside)} groups of fewer than 30 rows are set aside" in " ".join(str(found).split())


def test_lower_is_better_where_it_is() -> None:
    found = audit(rows(np.random.default_rng(5), gerrymandered), "false_positive_rate")
    assert found.better == "lower" and found.cells[0].value == max(cell.value for cell in found.cells)
    assert all(cell.value > found.whole.value for cell in found.worse)


def test_what_cannot_be_audited_says_why() -> None:
    table = rows(np.random.default_rng(6), lambda a, b, c: 0.8, 300)
    with pytest.raises(InputError, match="there is no group to look at"):
        intersections(TableLog(table, "rows"), BINDING, measured_by("accuracy"), ())
    with pytest.raises(InputError, match="cannot be measured: the log has no label column"):
        intersections(TableLog(table, "rows"), Binding(BINDING.roles[:1], groups=BINDING.groups),
                      measured_by("accuracy"), GROUPS)
    with pytest.raises(InputError, match="cannot be measured: no row is left"):
        audit(table.slice(0, 0))
    many = table.append_column("d", pa.array([str(one % 150) for one in range(300)]))
    with pytest.raises(FileError):
        shall.intersections({"requirements": {"a": "accuracy >= 0"}}, many, measure="accuracy(")
    with pytest.raises(InputError, match="no group e; the file declares: d"):
        shall.intersections({"requirements": {"a": "accuracy >= 0"}, "groups": {"d": "d"}}, many, over=["e"])
    with pytest.raises(InputError, match="neither a requirement nor a measure acuracy"):
        shall.intersections({"requirements": {"a": "accuracy >= 0"}, "groups": {"d": "d"}}, many, measure="acuracy")
    for measure, said in (("p95", "`p95` takes a column; write: p95"), ("psi", "`psi` compares with other data"),
                          ("leakage", "`leakage` takes a column"), ("accuracy(d)", "`accuracy` takes no column")):
        with pytest.raises(InputError, match=said):
            shall.intersections({"requirements": {"a": "accuracy >= 0"}, "groups": {"d": "d"}}, many, measure=measure)


def test_employment_of_women_and_men() -> None:
    """The model of 2015 misses women at work as often as men, and far oftener in some intersections of both."""
    file = {"subject": {"target": "employed", "positive": "1"},
            "columns": {"decision": "prediction", "score": "predicted_probability"},
            "groups": {"sex": "sex", "race": "race", "age": {"column": "AGEP", "cut": [25, 35, 45, 55]}},
            "requirements": {"missed": "false_negative_rate <= 10%"}}
    found = shall.intersections(file, fetch("employment") / "2015.parquet", measure="missed")
    by_sex = next(one for one in found.crossings if one.grouping == ("sex",))
    assert by_sex.gap < 0.005 and by_sex.gap_high < 0.01
    assert found.widest(3).gap_low > 0.25
    assert dict(found.cells[0].group) == {"sex": "women", "race": "asian", "age": "below 25"}


def test_a_log_that_says_nothing_is_refused() -> None:
    table = rows(np.random.default_rng(7), lambda a, b, c: 0.8, 300)
    unlabelled = table.set_column(0, "label", pa.nulls(300, pa.int64()))
    with pytest.raises(InputError, match="accuracy cannot be measured: of 300 rows it counts 0"):
        audit(unlabelled)
    with pytest.raises(InputError, match="none that accuracy can be measured of has 30 rows, the largest group has 1"):
        audit(table.slice(0, 1))
    with pytest.raises(InputError, match=r"has 5,000 rows, the largest group has 1[0-9][0-9]; ask for fewer"):
        audit(table, at_least=5000)
