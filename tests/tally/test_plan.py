"""Plans: what serves what, the digest, the columns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shall.core.errors import InputError
from shall.core.log import GroupDef
from shall.core.requirement import Comparison
from shall.tally import REPLICATES, Need, compile_plan, noise_of, replicates_of
from tests.tally.logs import binding

OLD = Comparison("age", ">=", 25)


def test_a_larger_cube_serves_the_smaller_needs() -> None:
    needs = [Need(groups=groups, axes=("label", "decision")) for groups in ((), ("sex",), ("band",), ("sex", "band"))]
    plan = compile_plan(needs, binding())
    assert [cube.keys for cube in plan.cubes] == [("band", "sex")]
    assert compile_plan([*reversed(needs), *needs], binding()).digest == plan.digest


def test_groups_are_crossed_only_where_a_need_crosses_them() -> None:
    plan = compile_plan([Need(groups=("sex",), axes=("label",)), Need(groups=("band",), axes=("label",))], binding())
    assert [cube.keys for cube in plan.cubes] == [("band",), ("sex",)]


def test_another_filter_is_another_cube() -> None:
    plan = compile_plan([Need(axes=("label", "decision")), Need(OLD, axes=("label",))], binding())
    assert len(plan.cubes) == 2
    assert plan.columns == ("decision", "label", "age") or set(plan.columns) == {"decision", "label", "age"}


def test_units_add_buckets_to_every_cube() -> None:
    plan = compile_plan([Need(axes=("label",))], binding(unit=True))
    assert all("bucket" in cube.axes for cube in plan.cubes)
    assert "unit" in plan.columns


def test_what_is_not_counted_is_not_served() -> None:
    plan = compile_plan([Need(axes=("label",))], binding())
    for need in (Need(groups=("sex",)), Need(axes=("score",)), Need(sums=("score",)), Need(OLD)):
        with pytest.raises(InputError, match="does not count"):
            plan.cube_of(need)


def test_unknown_and_too_many_groups_are_refused() -> None:
    with pytest.raises(InputError, match="no group called race; there are: band, sex"):
        compile_plan([Need(groups=("race",))], binding())
    many = replace(binding(), groups=tuple(GroupDef(name, name) for name in "abcdef"))
    with pytest.raises(InputError, match="crosses 6 groups; the most is 5"):
        compile_plan([Need(groups=tuple("abcdef"))], many)


@pytest.mark.parametrize("change", [
    {"positive": "0"}, {"threshold": 0.4}, {"decided": "yes"},
    {"groups": (GroupDef("sex", "gender"), binding().groups[1])},
    {"groups": (binding().groups[0], GroupDef("band", "age", (25.0,)))},
])
def test_the_digest_covers_how_rows_are_read(change: dict) -> None:
    needs = [Need(groups=("sex", "band"), axes=("decision",))]
    assert compile_plan(needs, replace(binding(), **change)).digest != compile_plan(needs, binding()).digest


def test_small_groups_are_set_aside_after_counting() -> None:
    pooled = (replace(binding().groups[0], at_least=5, rest="pool"), binding().groups[1])
    needs = [Need(groups=("sex",))]
    assert compile_plan(needs, replace(binding(), groups=pooled)).digest == compile_plan(needs, binding()).digest


def test_a_learned_weight_is_counted_once_a_replicate_too() -> None:
    need = Need(axes=("label",), weight="weight on b")
    known, learned = (replace(need, weight=name).counts_for(binding()) for name in ("", need.weight))
    assert known == ("", "", "") and len(learned) == 3 + REPLICATES
    columns = compile_plan([need], binding()).columns
    assert {*replicates_of(need.weight), noise_of(need.weight), need.weight} <= {*columns}
