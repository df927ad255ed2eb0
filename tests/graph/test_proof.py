from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from shall import graph as g
from shall.core.errors import InputError
from shall.graph import Compiled, onnx
from shall.graph.ops import arithmetic
from shall.graph.proof import Proof, proved, watch

RANDOM = np.random.default_rng(0)
REAL = {"numbers": RANDOM.normal(size=(300, 2))}


@pytest.fixture
def scaler() -> StandardScaler:
    return StandardScaler().fit(REAL["numbers"])


def scaled(scaler: StandardScaler) -> Compiled:
    x = g.inputs({"age": "number", "pay": "number"})
    z = g.transform(scaler, x.numeric)
    return g.compile(x, score=z[:, 0] * 2 + z[:, 1], decision=z[:, 0] > 0.25)


def prove(made: Compiled, **options: object) -> Proof:
    return proved(made.graph, made.onnx, REAL, **options)  # type: ignore[arg-type]


def test_what_is_equal_is_proved_on_ten_thousand_rows(scaler: StandardScaler) -> None:
    proof = prove(scaled(scaler))
    assert proof.holds and proof.compared >= 10_000 and proof.differs == ""
    assert {one.name for one in proof.outputs} == {"score", "decision"}
    assert all(one.largest == 0 for one in proof.outputs)
    assert [one.name.split(" ")[0] for one in proof.parts] == ["StandardScaler.transform"]
    assert set(proof.rows) == {"real", "edges", "several edges", "infinite"}


def test_rows_that_the_library_refuses_are_told_and_the_others_compared(scaler: StandardScaler) -> None:
    proof = prove(scaled(scaler))
    (part,) = proof.parts
    assert part.refused == proof.rows["infinite"] and part.rows == proof.compared - part.refused


def test_a_library_that_says_something_else_is_named_with_its_line(scaler: StandardScaler) -> None:
    made = scaled(scaler)
    scaler.mean_ = scaler.mean_ + 1e-4
    proof = prove(made)
    assert not proof.holds
    assert "the nodes for StandardScaler.transform say something else" in proof.differs
    assert "test_proof.py:" in proof.differs
    (part,) = proof.parts
    assert part.beyond and set(part.example) == {"row", "graph", "python"}
    assert set(part.example["row"]) == {"age", "pay"}


def test_an_engine_that_computes_something_else_is_named(scaler: StandardScaler, monkeypatch: pytest.MonkeyPatch
                                                         ) -> None:
    made = scaled(scaler)
    functions = {**arithmetic.FUNCTIONS, "add": (np.add, "Sub")}
    monkeypatch.setattr(arithmetic, "FUNCTIONS", functions)
    proof = prove(made)
    assert not proof.holds and "arithmetic: ONNX Runtime gives something else than numpy" in proof.differs


def test_other_bytes_than_those_of_the_graph_are_found_out(scaler: StandardScaler) -> None:
    made, other = scaled(scaler), StandardScaler().fit(REAL["numbers"] * 1.01)
    proof = proved(made.graph, scaled(other).onnx, REAL)
    assert not proof.holds and {one.name: one.beyond > 0 for one in proof.outputs}["score"]


def test_one_flipped_decision_breaks_it_however_near_the_scores(scaler: StandardScaler) -> None:
    made = scaled(scaler)
    limit = float(scaler.transform(REAL["numbers"])[0, 0])

    def above(packed: dict[str, np.ndarray]) -> np.ndarray:
        return scaler.transform(packed["numbers"])[:, 0] >= limit

    x = g.inputs({"age": "number", "pay": "number"})
    z = g.transform(scaler, x.numeric)
    made = g.compile(x, decision=z[:, 0] > limit)
    proof = prove(made, against={"decision": above})
    (decision,) = proof.outputs
    assert not proof.holds and decision.beyond >= 1 and decision.largest == 1


def test_a_whole_pipeline_is_held_against_the_output(scaler: StandardScaler) -> None:
    made = scaled(scaler)
    proof = prove(made, against={"score": lambda packed: scaler.transform(packed["numbers"]) @ [2.0, 1.0]})
    assert proof.holds and 0 <= {one.name: one.largest for one in proof.outputs}["score"] < 1e-6


def test_the_evidence_is_plain_json(scaler: StandardScaler) -> None:
    made = scaled(scaler)
    scaler.mean_ = scaler.mean_ + np.inf
    told = json.loads(json.dumps(prove(made).described(), allow_nan=False))
    assert told["holds"] is False and told["digests"]["graph.onnx"]


def test_without_rows_there_is_no_proof(scaler: StandardScaler) -> None:
    made = scaled(scaler)
    with pytest.raises(InputError, match="a proof needs rows"):
        proved(made.graph, made.onnx, {"numbers": np.zeros((0, 2))})


def test_one_decision_can_be_looked_at_node_by_node(scaler: StandardScaler) -> None:
    made = scaled(scaler)
    seen = list(watch(made.graph, {"numbers": REAL["numbers"][:1]}))
    assert [node.op for node, _ in seen] == [node.op for node in made.graph.nodes]
    assert len(onnx.emitted(made.graph)) < len(onnx.emitted(made.graph, range(len(made.graph.nodes))))


def test_rows_with_a_missing_value_may_be_refused_too() -> None:
    X = np.random.default_rng(0).normal(size=(500, 2))
    model = LogisticRegression().fit(X, X[:, 0] > 0.1)
    x = g.inputs({"a": "number", "b": "number"})
    p = g.predict_proba(model, x)[:, 1]
    made = g.compile(x, score=p, decision=p >= 0.5)
    proof = proved(made.graph, made.onnx, {"numbers": X}, least=2000)
    assert proof.holds and proof.compared >= 2000
    (score, _) = proof.outputs
    assert 0 < score.refused < proof.compared / 2 and score.rows == proof.compared - score.refused


def test_rows_that_a_library_refuses_for_its_own_reasons_are_found() -> None:
    def call(a: Any) -> Any:
        if (a == 7.0).any():
            raise ValueError("seven")
        return a * 2.0

    x = g.inputs({"a": "number"})
    made = g.compile(x, y=(x["a"] * 2.0).against("double", (x["a"],), call))
    real = np.arange(50.0)[:, None]
    proof = proved(made.graph, made.onnx, {"numbers": real}, least=100)
    assert proof.holds and proof.outputs[0].refused >= 1


def test_a_library_that_refuses_every_row_is_told() -> None:
    def call(a: Any) -> Any:
        raise ValueError("never")

    x = g.inputs({"a": "number"})
    made = g.compile(x, y=(x["a"] * 2.0).against("double", (x["a"],), call))
    with pytest.raises(InputError, match="does not take these rows: never"):
        proved(made.graph, made.onnx, {"numbers": np.ones((5, 1))})


def test_large_numbers_are_compared_by_the_part_that_differs() -> None:
    x = g.inputs({"a": "number"})
    near = (x["a"] * 3.0).against("triple", (x["a"],), lambda a: a * 3.0 * (1 + 1e-9))
    assert proved(*(lambda made: (made.graph, made.onnx))(g.compile(x, y=near)), {"numbers": np.full((5, 1), 1e12)},
                  least=100).holds
