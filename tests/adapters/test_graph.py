from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from shall import adapters
from shall.adapters.frames import TableLog
from shall.adapters.graph import GraphModel, is_graph
from shall.adapters.timed import LATENCY, timed
from shall.core.errors import DataError
from shall.core.log import Binding, Column
from shall.graph import Compiled, compile, decide, inputs, number, stack, where
from shall.graph.assembled import assembled

ROWS = pa.table({"age": [20.0, 40.0, None, 90.0], "sex": ["a", "b", "a", None], "label": [0, 1, 1, 0]})
BATCH = ROWS.to_batches()[0]


def model(**outputs: str) -> GraphModel:
    x = inputs({"age": "number", "sex": "text"})
    score = where(x["age"].isna(), 0.5, x["age"] / 100.0)
    made = {"score": score, "decision": score >= 0.45, "abstained": x["sex"].isna(), "place": number(score >= 0.45)}
    return GraphModel(compile(x, **{name: made[what] for name, what in outputs.items()}), "graph")


def test_score_decision_and_abstention() -> None:
    answer = model(score="score", decision="decision", abstained="abstained").answer(BATCH)
    assert answer.positive is not None and answer.positive.tolist() == [False, False, True, True]
    assert answer.values is not None and answer.values[:, 0].tolist() == [0.2, 0.4, 0.5, 0.9]
    assert answer.abstained is not None and answer.abstained.tolist() == [False, False, False, True]


def test_a_decision_may_be_a_place() -> None:
    answer = model(decision="place").answer(BATCH)
    assert answer.values is None and answer.positive is not None
    assert answer.positive.tolist() == [False, False, True, True]


def test_a_score_alone_is_decided_by_the_threshold() -> None:
    gate, binding = TableLog(ROWS, "gate"), Binding((("label", Column("label")),))
    log, read = adapters.decided(gate, model(score="score"), binding, ["age", "sex"], 0.3)
    (batch,) = log.batches(["shall_decision"])
    assert batch.column(0).to_pylist() == [0, 1, 1, 1] and read.decided == "1"


def test_the_decision_of_the_graph_counts_and_no_threshold() -> None:
    gate, binding = TableLog(ROWS, "gate"), Binding((("label", Column("label")),))
    asked = model(score="score", decision="decision", abstained="abstained")
    log, read = adapters.decided(gate, asked, binding, ["age", "sex"], 0.3)
    (batch,) = log.batches(["shall_decision", "shall_abstained"])
    assert batch.column(0).to_pylist() == [0, 0, 1, 1] and batch.column(1).to_pylist() == [False, False, False, True]
    assert read.column("abstained") == "shall_abstained"


def test_classes_by_their_place_or_by_their_text() -> None:
    x = inputs({"age": "number"})
    wide = x["age"] / 100.0
    outputs = {"decision": number(wide >= 0.3) + number(wide >= 0.6)}
    graph = assembled([one.input for one in x.values() if one.input], outputs, {"classes": ["low", "middle", "high"]})
    answer = GraphModel(Compiled(graph), "graph").answer(BATCH)
    assert answer.labels is not None and answer.labels.to_pylist() == ["low", "middle", "low", "high"]


def test_it_is_found_in_a_folder(tmp_path: Path) -> None:
    made = model(score="score", decision="decision")
    made.compiled.save(tmp_path / "graph")
    assert is_graph(tmp_path / "graph") and not is_graph(tmp_path)
    found = adapters.model_at(str(tmp_path / "graph"))
    assert isinstance(found, GraphModel) and found.digest == made.digest and found.name == "graph"


def test_a_column_that_is_not_there_or_not_allowed_is_told() -> None:
    with pytest.raises(DataError, match="graph takes sex, which is no column that it may have"):
        model(score="score").inputs(pa.schema([("age", pa.float64())]))


def test_a_graph_that_says_neither_is_refused() -> None:
    with pytest.raises(DataError, match="the outputs other: a model has"):
        model(other="score")


def test_each_row_is_timed_by_itself_in_the_unit_of_the_file() -> None:
    gate = TableLog(ROWS, "gate")
    for unit, of_a_second in (("", 1.0), ("ms", 1e3), ("us", 1e6)):
        log = timed(gate, model(score="score"), unit, most=3)
        assert log.schema.names == ["age", "sex", "label", LATENCY] and log.name == "gate"
        (batch,) = log.batches([LATENCY, "label"])
        taken = batch.column(0).to_numpy(zero_copy_only=False)
        assert np.isnan(taken[3]) and batch.column(0).null_count == 1
        assert ((taken[:3] > 1e-6 * of_a_second) & (taken[:3] < 1.0 * of_a_second)).all()


def test_sets_become_lists_where_their_classes_are_called_as_the_labels() -> None:
    x = inputs({"age": "number"})
    p = stack(1.0 - x["age"] / 100.0, x["age"] / 100.0)
    gate = TableLog(pa.table({"age": [20.0, 50.0, 90.0], "label": ["no", "yes", "yes"], "set": [["no"]] * 3}), "gate")
    roles = (("label", Column("label")), ("set", Column("set")))
    for labels, wanted in ((["no", "yes"], [["no"], ["no", "yes"], ["yes"]]), (["0", "1"], None)):
        made = compile(x, score=p[:, 1], **decide(p[:, 1], labels=labels), set=p >= 0.3)
        log, read = adapters.decided(gate, GraphModel(made, "graph"), Binding(roles, positive="yes"), ["age"], None)
        assert read.column("set") == (None if wanted is None else "shall_set")      # never that of another model
        if wanted is not None:
            (batch,) = log.batches(["shall_set"])
            assert batch.column(0).to_pylist() == wanted


def test_intervals_are_lower_and_upper() -> None:
    x = inputs({"age": "number"})
    made = compile(x, score=x["age"] * 1.0, lower=x["age"] - 5.0, upper=x["age"] + 5.0)
    gate, binding = TableLog(ROWS.slice(0, 2), "gate"), Binding((("label", Column("label")),), kind="regressor")
    log, read = adapters.decided(gate, GraphModel(made, "graph"), binding, ["age"], None)
    (batch,) = log.batches(["shall_lower", "shall_upper"])
    assert [column.to_pylist() for column in batch.columns] == [[15.0, 35.0], [25.0, 45.0]]
    assert (read.column("lower"), read.column("upper")) == ("shall_lower", "shall_upper")
