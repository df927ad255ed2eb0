"""A plan goes to where the rows are, and its tallies come back."""

from __future__ import annotations

import json

import pytest

from shall.core.errors import DataError
from shall.core.parse import parse_filter
from shall.tally import Need, Plan, compile_plan, count, plan_from_json, plan_to_json
from tests.tally.logs import NEEDS, batch, binding


def plan() -> Plan:
    odd = Need(parse_filter("not (age >= 25 or sex in ('it''s', 'é')) and `odd name` is missing"), axes=("label",))
    return compile_plan([*NEEDS, odd], binding(unit=True))


def test_round_trip() -> None:
    again = plan_from_json(plan_to_json(plan()))
    assert again == plan()
    assert plan_to_json(again) == plan_to_json(plan())


def test_its_tallies_add() -> None:
    here = compile_plan(NEEDS, binding())
    there = plan_from_json(plan_to_json(here))
    rows = batch([(0.5, 1, 0, "F", 30.0, 1)])
    assert count(here, rows) + count(there, rows) == count(here, batch([(0.5, 1, 0, "F", 30.0, 1)] * 2))


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "[" * 100_000, '{"plan": 1, "grid": 1}'])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(DataError):
        plan_from_json(text)


def test_a_changed_plan_is_refused() -> None:
    told = json.loads(plan_to_json(plan()))
    told["binding"]["positive"] = "0"
    with pytest.raises(DataError, match="damaged"):
        plan_from_json(json.dumps(told))
    with pytest.raises(DataError, match="another version"):
        plan_from_json(json.dumps({**told, "grid": 1}))
