"""The rows of a batch as codes, made once for all who ask."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from shall.core.log import Binding, Column, GroupDef
from shall.tally import Need, compile_plan
from shall.tally.rows import Rows

BINDING = Binding(roles=(("label", Column("label")), ("decision", Column("decision"))), positive="1",
                  groups=(GroupDef("sex", "sex"), GroupDef("place", "place")))
PLAN = compile_plan([Need(axes=("label", "decision"), groups=("sex", "place"))], BINDING)


def batch(rows: int, places: int, seed: int = 0) -> pa.RecordBatch:
    rng = np.random.default_rng(seed)
    return pa.record_batch({"label": pa.array(rng.integers(0, 2, rows), mask=rng.random(rows) < 0.1),
                            "decision": rng.integers(0, 2, rows), "sex": rng.choice(["f", "m"], rows),
                            "place": [f"p{one}" for one in rng.integers(0, places, rows)]})


@pytest.mark.parametrize("places", [3, 900])
def test_a_joint_code_tells_the_group_and_every_axis(places: int) -> None:
    rows = Rows(PLAN, batch(3_000, places))
    group, names = rows.crossed(("sex", "place"))
    code = rows.joint(("sex", "place"), ("label", "decision"))
    assert rows.joint(("sex", "place"), ("label", "decision")) is code
    found, label, decision = code // 9, code // 3 % 3, code % 3
    np.testing.assert_array_equal(found, group)
    np.testing.assert_array_equal(label, rows.axis("label"))
    np.testing.assert_array_equal(decision, rows.axis("decision"))
    assert 3 * (code.max() + 1) <= np.iinfo(code.dtype).max and len(names) <= 2 * places
    part = rows.part(1_000, 1_700)
    np.testing.assert_array_equal(part.joint(("sex", "place"), ("label", "decision")), code[1_000:1_700])


def test_whole_numbers_agree_as_their_texts_do() -> None:
    table = batch(500, 2)
    texts = pa.record_batch([table.column(name).cast(pa.string()) for name in table.schema.names],
                            names=table.schema.names)
    plan = compile_plan([Need(axes=("correct",))], Binding(BINDING.roles, BINDING.positive, kind="multiclass"))
    one, other = (Rows(plan, some).axis("correct") for some in (table, texts))
    np.testing.assert_array_equal(one, other)
    assert {*one.tolist()} == {0, 1, 2}
