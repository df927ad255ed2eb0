"""Two samples, or sums of one, in the same bins; groups as an axis."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import InputError
from shall.core.log import Binding, Column, GroupDef
from shall.tally import Cells, Need, accumulate, along, beside, compile_plan, in_bins
from shall.testing import cells

BINDING = Binding(roles=(("score", Column("score")),), groups=(GroupDef("sex", "s"), GroupDef("band", "age", (30.0,))))
ROWS = pa.table({"s": ["F", "M", None, "F"], "age": [20, 40, 50, None], "score": [0.5, 0.25, 1.0, None]})


def counted(need: Need, rows: pa.Table = ROWS) -> Cells:
    return accumulate(compile_plan([need], BINDING), rows.to_batches(max_chunksize=2)).cells(need)


def laid(now: Cells, then: Cells) -> Any:
    """What is along the line, of everybody."""
    ((_, sampled),) = along(now, then)
    return sampled


def test_a_group_is_an_axis_with_its_bands_and_what_is_missing() -> None:
    names, rows = counted(Need(axes=("group:sex",))).distribution("group:sex")
    assert (names.tolist(), rows.tolist()) == (["(missing)", "F", "M"], [[1, 2, 1]])
    names, rows = counted(Need(axes=("group:band",))).distribution("group:band")
    assert rows.sum() == 4 and len(names) == 3
    with pytest.raises(InputError, match="no group called rase"):
        counted(Need(axes=("group:rase",)))


def test_a_group_beside_another_group_costs_no_cube_of_its_own() -> None:
    by, shares = Need(groups=("sex",)), Need(axes=("group:sex",))
    assert len(compile_plan([by, shares], BINDING).cubes) == len(compile_plan([by], BINDING).cubes)


def test_a_group_that_only_one_sample_has_is_a_bin() -> None:
    need = Need(axes=("group:sex",))
    now, then = beside(counted(need), counted(need, ROWS.slice(0, 2)), 10)
    assert (now.tolist(), then.tolist()) == ([[1, 2, 1]], [[0, 1, 1]])


def test_bins_are_those_of_all_units_whichever_bucket_is_deleted() -> None:
    """Values that one unit alone has keep their place when it goes, and what was cut by the reference stays cut so."""
    binding = Binding(roles=(*BINDING.roles, ("unit", Column("s"))))
    need = Need(axes=("score",))
    plan = compile_plan([need], binding)
    tables = [pa.table({"s": units, "score": scores}) for units, scores in (
        (["a", "b", "b"], [0.1, 0.5, 0.9]), (["a", "b", "c"], [0.2, 0.5, 0.7]))]
    now, then = (accumulate(plan, table.to_batches()).cells(need) for table in tables)
    every = list(now.buckets(then))
    assert len(every) == 3                                  # one of them is a bucket of the reference alone
    for whole, left in ((beside(now, then, 2), [beside(one, other, 2) for one, other in every]),
                        (laid(now, then), [laid(one, other) for one, other in every])):
        for sample in (0, 1):
            gone = np.sum([whole[sample] - one[sample] for one in left], axis=0)
            assert gone.tolist() == whole[sample].tolist()


def test_sums_in_bins_of_the_rows_themselves() -> None:
    need = Need(axes=("value:age",), sums=("known(score)", "score"))
    known, score = in_bins(counted(need), need.sums, 2)
    assert known.sum() == 3 and score.sum() == 1.75
    by_hand = cells(score=np.linspace(0, 1, 100).tolist(), x=list(range(100)), axes=["value:x"], sums=["score"])
    (sums,) = in_bins(by_hand, ["score"], 4)
    quarters = np.linspace(0, 1, 100).reshape(4, 25).sum(axis=1)
    assert sums.shape == (1, 4) and sums[0] == pytest.approx(quarters, rel=0.02)


def test_labels_that_nobody_has_yet_are_not_known() -> None:
    need = Need(axes=("label", "score"))
    assert counted(need).table("label").tolist() == [[0, 0, 4]]
