"""Two samples, or sums of one, in the same bins; groups as an axis."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import InputError
from shall.core.log import Binding, Column, GroupDef
from shall.tally import Cells, Need, accumulate, beside, compile_plan, in_bins
from shall.testing import cells

BINDING = Binding(roles=(("score", Column("score")),), groups=(GroupDef("sex", "s"), GroupDef("band", "age", (30.0,))))
ROWS = pa.table({"s": ["F", "M", None, "F"], "age": [20, 40, 50, None], "score": [0.5, 0.25, 1.0, None]})


def counted(need: Need, rows: pa.Table = ROWS) -> Cells:
    return accumulate(compile_plan([need], BINDING), rows.to_batches(max_chunksize=2)).cells(need)


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
