"""A version abstains from the rows that a filter means, as Arrow would select them, and from no others."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from shall.core.decisions import Field
from shall.core.filters import Comparison
from shall.core.parse import parse_filter
from shall.runtimes.columns import Columns
from shall.runtimes.silenced import Silenced, meant
from shall.runtimes.version import Version
from shall.tally.filters import selected
from tests.runtimes import made
from tests.runtimes.kept import ROW

FIELDS = (Field("age", "number"), Field("sex", "text"), Field("paid", "truth"), Field("day", "date"))
VALUES = [[None, -1.0, 0.0, 25.0, 25.5, 45.0], [None, "F", "M", "", "it's"], [None, True, False], [None, 5]]
WHERE = ["age >= 25", "age < 25", "age = 25", "age != 25", "age in (25, 45)", "not age in (25, 45)", "sex = 'F'",
         "sex != 'F'", "sex in ('F', 'M')", "sex is missing", "sex is not missing", "paid = true", "paid != true",
         "age >= 25 and sex = 'F'", "age >= 25 or sex = 'F'", "not (age >= 25 or sex = 'F')",
         "(age is missing or age < 45) and not sex = 'M'", "sex > 'F'", str(Comparison("sex", "=", "it's")),
         "age > 25.25 and age <= 45",
         "not (sex = 'F' and paid = true)"]


@pytest.mark.parametrize("where", WHERE)
def test_rows_are_those_that_arrow_selects(where: str) -> None:
    rows = [*itertools.product(*VALUES)]
    batch = pa.RecordBatch.from_pydict({field.name: [row[place] for row in rows] for place, field in enumerate(FIELDS)})
    test = meant(parse_filter(where), FIELDS)
    assert [bool(test(row)) for row in rows] == selected(parse_filter(where), batch).tolist()


def test_a_value_is_named_as_groups_are() -> None:
    """A group of a column of numbers is called 2, whatever the column holds."""
    numbers = meant(parse_filter("age = '25'"), FIELDS)
    truths = meant(parse_filter("paid = 'true'"), FIELDS)
    assert [numbers((value, "", None, None)) for value in (25.0, 25.5, None)] == [True, False, False]
    assert [bool(truths((0.0, "", value, None))) for value in (True, False, None)] == [True, False, False]


@pytest.mark.parametrize(("where", "wide"), [
    ("sex = 'F' and label = 'yes'", "sex = 'F'"), ("label = 'yes'", ""), ("day >= '2026-01-01' and age > 3", "age > 3"),
    ("sex = 'F' or label = 'yes'", ""), ("not label = 'yes' and sex = 'F'", "sex = 'F'")])
def test_what_no_request_holds_makes_it_wider(where: str, wide: str) -> None:
    rows = [*itertools.product(*VALUES)]
    told, wider = meant(parse_filter(where), FIELDS), meant(parse_filter(wide) if wide else None, FIELDS)
    assert [bool(told(row)) for row in rows] == [bool(wider(row)) for row in rows]


def versions(*where: str) -> tuple[Version, Version]:
    scorer = made.scorer(made.loans(), classes=["no", "yes"])
    columns = Columns(context=(Field("sex", "text"),))
    rows = [(parse_filter(one) if one else None, f"because of {one}") for one in where]
    return Version("loans", "7", scorer, columns), Silenced("loans", "7", scorer, columns, rows=rows)


@pytest.mark.parametrize("table", [False, True])
def test_only_decisions_of_the_slice_are_held_back(table: bool) -> None:
    chance = np.random.default_rng(0)
    given: list[dict[str, Any]] = [{**ROW, "age": float(age), "sex": str(sex)} for age, sex in zip(
        chance.integers(20, 80, 200), chance.choice(["F", "M"], 200), strict=True)]
    given[7]["age"] = None                  # the graph says nothing of it
    rows = pa.Table.from_pylist(given) if table else given
    plain, silenced = versions("sex = 'F' and age >= 50", "city = 'Ulm'")
    one, other = plain(rows), silenced(rows)
    for row, before, after in zip(given, one.said, other.said, strict=True):
        if row["sex"] == "F" and (row["age"] or 0) >= 50:
            assert (after.decision, after.code, after.score) == (None, "alarm", before.score)
            assert after.why == "because of sex = 'F' and age >= 50"
        else:
            assert after == before
    assert one.values == other.values and silenced.fields == plain.fields


def test_all_rows_but_those_that_abstain_already() -> None:
    plain, silenced = versions("")
    given = [{**ROW, "age": None}, ROW]
    assert plain(given).said[0] == silenced(given).said[0] and plain(given).said[0].code == "no_probability"
    assert silenced(given).said[1].code == "alarm"
