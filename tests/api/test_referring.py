"""What a model answered on other data is found under any name that it may have there."""

from __future__ import annotations

import pyarrow as pa
import pytest

from shall import spec
from shall.adapters.frames import TableLog
from shall.api.referring import alike
from shall.core.log import Binding, Column

BINARY = Binding((("score", Column("score")), ("decision", Column("decision"))))
CHECKED = Binding((("score", Column("shall_score")), ("decision", Column("shall_decision"))))
CLASSES = Binding((("decision", Column("shall_decision")),), scores=(("a", "shall_score_a"), ("b", "shall_score_b")))


@pytest.mark.parametrize(("binding", "there", "added"), [
    (BINARY, ["score", "decision"], []),
    (BINARY, ["shall_score", "shall_decision"], ["score", "decision"]),
    (BINARY, ["decision_score", "shall_decision", "age"], ["score", "decision"]),
    (CHECKED, ["score", "decision"], ["shall_score", "shall_decision"]),
    (CHECKED, ["score", "decision", "shall_score"], ["shall_decision"]),
    (CHECKED, ["chance", "said"], ["shall_score", "shall_decision"]),
    (CHECKED, ["prediction"], ["shall_score"]),         # of a regressor in service
    (CHECKED, ["age"], []),
    (CLASSES, ["score_a", "decision_score_b"], ["shall_score_a", "shall_score_b"]),
])
def test_other_data_are_read_by_the_columns_of_the_log(binding: Binding, there: list[str], added: list[str]) -> None:
    file = spec.loads('shall = 1\n[subject]\ntarget = "y"\n[columns]\nscore = "chance"\ndecision = "said"\n'
                      '[requirements]\na = "rows >= 1"\n', "shall.toml")
    log = TableLog(pa.table({name: [0.5] for name in there}), "tested")
    assert alike(log, file, binding).schema.names == [*there, *added]
