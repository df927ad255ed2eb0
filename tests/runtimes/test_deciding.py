"""What leaves for a row is what `predict` says, or that nothing can be decided and why."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall import graph as g
from shall.graph.value import Value
from shall.runtimes.columns import Columns
from shall.runtimes.deciding import Deciding, Said
from shall.runtimes.guard import Guard
from shall.runtimes.labelling import text_of
from shall.runtimes.score import Scorer
from tests.runtimes import made


def deciding(scorer: Scorer, **columns: Any) -> Deciding:
    return Deciding(scorer, Columns(**columns))


def said(scorer: Scorer, rows: Any, **columns: Any) -> list[Said]:
    return deciding(scorer, **columns)(rows, scorer(rows))


def two(**outputs: Any) -> g.Compiled:
    """Outputs over one number, which is the probability."""
    x = g.inputs({"p": "number"})
    return g.compile(x, **{name: make(x["p"]) for name, make in outputs.items()})


def wide(p: Value) -> Value:
    return g.stack(1.0 - p, p)


def test_it_decides_as_predict_does() -> None:
    scorer, rows = made.scorer(made.loans(), **made.ABOUT), made.rows(300).to_pylist()
    found = said(scorer, rows)
    predicted, scores = scorer.predict(rows).tolist(), scorer(rows)["score"].tolist()
    assert len({one.decision for one in found}) == 3
    for one, class_, score in zip(found, predicted, scores, strict=True):
        if np.isnan(score):
            assert one == Said(None, "no_probability", "the model gives no probability", None)
        else:
            assert one == Said(class_, "answered", "", score)


def test_several_classes_each_with_a_score() -> None:
    scorer = made.scorer(made.three(), classes=["a", "b", "c"])
    rows = [{"a": 1.0, "b": 2.0}, {"a": -1.0, "b": 0.5}, {"a": None, "b": 1.0}]
    check = deciding(scorer, kind="multiclass", scores={"b": "score of b"})
    found = check(rows, scorer(rows))
    assert [one.decision for one in found] == ["b", "b", None] and found[2].code == "no_probability"
    assert scorer.predict(rows[:2]).tolist() == ["b", "b"]
    assert sum(found[0].scores) == pytest.approx(1) and found[0].score == max(found[0].scores)
    assert [one.name for one in check.fields] == ["score_a", "score of b", "score_c", "decision", "abstained", "code",
                                                  "why"]
    assert check.logged(found[0]) == [*found[0].scores, "b", False, "answered", None]
    assert check.logged(found[2]) == [None, None, None, None, True, "no_probability", "the model gives no probability"]


def test_a_regressor_gives_a_number() -> None:
    x = g.inputs({"a": "number"})
    scorer = made.scorer(g.compile(x, score=x["a"] * 2.0, lower=x["a"], upper=x["a"] * 3.0))
    check = deciding(scorer, kind="regressor")
    found = check([{"a": 2.0}, {"a": None}], scorer([{"a": 2.0}, {"a": None}]))
    assert found == [Said(4.0, "answered", "", 4.0, (), (2.0, 6.0)),
                     Said(None, "no_number", "the model gives no number", None, (), (None, None))]
    assert [(one.name, one.what) for one in check.fields] == [
        ("prediction", "number"), ("abstained", "truth"), ("code", "text"), ("why", "text"), ("lower", "number"),
        ("upper", "number")]
    assert check.logged(found[0]) == [4.0, False, "answered", None, 2.0, 6.0]
    assert check.logged(found[1]) == [None, True, "no_number", "the model gives no number", None, None]


def test_the_graph_abstains_by_itself() -> None:
    made_ = two(score=lambda p: p, abstained=lambda p: (p > 0.4) & (p < 0.6), decision=lambda p: p >= 0.5)
    found = said(made.scorer(made_, classes=["no", "yes"]), [{"p": 0.3}, {"p": 0.5}, {"p": 0.8}])
    assert [one.decision for one in found] == ["no", None, "yes"]
    assert found[1] == Said(None, "abstained", "the model abstains by its own rule", 0.5)


def test_nothing_is_decided_on_no_probability_even_where_the_graph_does() -> None:
    made_ = two(score=lambda p: p, decision=lambda p: p >= 0.5)
    assert said(made.scorer(made_), [{"p": None}])[0].code == "no_probability"


@pytest.mark.parametrize(("classes", "decided"), [
    (["no", "yes"], ["no", "yes"]), ([0, 1], [0, 1]), ([False, True], [False, True]), ([], [False, True])])
def test_a_truth_is_the_last_of_two_classes(classes: list[Any], decided: list[Any]) -> None:
    made_ = two(score=lambda p: p, decision=lambda p: p >= 0.5)
    about = {"classes": classes} if classes else {}
    assert [one.decision for one in said(made.scorer(made_, **about), [{"p": 0.1}, {"p": 0.9}])] == decided


def test_a_place_that_is_no_class() -> None:
    made_ = two(score=lambda p: p, decision=lambda p: p * 10.0)
    found = said(made.scorer(made_, classes=["no", "yes"]), [{"p": 0.0}, {"p": 0.1}, {"p": 0.5}])
    assert [(one.decision, one.code) for one in found] == [("no", "answered"), ("yes", "answered"),
                                                           (None, "no_decision")]


@pytest.mark.parametrize(("about", "columns", "limit"), [
    ({"classes": ["no", "yes"]}, {}, 0.5), ({"classes": ["no", "yes"], "threshold": 0.7}, {}, 0.7),
    ({"classes": ["no", "yes"], "threshold": 0.7}, {"threshold": 0.2}, 0.2)])
@pytest.mark.parametrize("form", [wide, lambda p: p])
def test_probabilities_alone_are_decided_by_a_threshold(form: Any, about: dict[str, Any], columns: dict[str, Any],
                                                        limit: float) -> None:
    scorer = made.scorer(two(probabilities=form), **about)
    rows = [{"p": limit + by} for by in (-0.01, 0.01)]
    found = said(scorer, rows, **columns)
    assert [one.decision for one in found] == ["no", "yes"]
    assert [one.score for one in found] == pytest.approx([limit - 0.01, limit + 0.01])
    if not columns:
        assert scorer.predict(rows).tolist() == ["no", "yes"]


def test_the_score_is_of_the_positive_class_of_the_file() -> None:
    scorer = made.scorer(two(probabilities=wide), classes=["good", "bad"])
    assert said(scorer, [{"p": 0.9}])[0].score == 0.9
    found = said(scorer, [{"p": 0.9}], positive="good")[0]
    assert found.score == pytest.approx(0.1) and found.decision == "bad"
    by_file = said(scorer, [{"p": 0.9}, {"p": 0.3}], positive="good", threshold=0.6)
    assert [one.decision for one in by_file] == ["bad", "good"]


def test_without_classes_it_is_0_or_1() -> None:
    assert [one.decision for one in said(made.scorer(two(score=lambda p: p)), [{"p": 0.2}, {"p": 0.9}])] == [0, 1]


def test_a_graph_that_decides_nothing() -> None:
    check = deciding(made.scorer(two(other=lambda p: p)))
    found = check([{"p": 1.0}], made.scorer(two(other=lambda p: p))([{"p": 1.0}]))
    assert found == [Said(None, "no_decision", "the model gives no decision", None)]
    assert check.logged(found[0]) == [None, True, "no_decision", "the model gives no decision"]


def test_a_guard_says_why_nothing_leaves() -> None:
    guard = Guard({"classes": ["no", "yes"], "threshold": 0.5,
                   "control": {"line": 0.2, "risk": 0.1, "confidence": 0.95}})
    made_ = two(score=lambda p: p)
    scorer = Scorer(made_.onnx, made_.json, "digest", guard=guard.json)
    rows = [{"p": 0.55}, {"p": 0.95}, {"p": None}]
    found = said(scorer, rows)
    assert [(one.decision, one.code) for one in found] == [(None, "unsure"), ("yes", "answered"),
                                                           (None, "no_probability")]
    assert "at most 0.1 wrong" in found[0].why
    assert [one.decision for one in found] == [one.decision for one in scorer.rulings(rows)]
    assert [one.score for one in found] == [0.55, 0.95, None]


def test_columns_are_called_as_the_file_says_and_never_as_an_input() -> None:
    x = g.inputs({"score": "number", "code": "number"})
    scorer = made.scorer(g.compile(x, probability=x["score"] * x["code"]))
    assert [one.name for one in deciding(scorer).fields] == ["decision_score", "decision", "abstained",
                                                             "decision_code", "why"]
    named = deciding(scorer, names={"score": "p", "decision": "said"})
    assert [one.name for one in named.fields][:2] == ["p", "said"]


@pytest.mark.parametrize("columns", [{}, {"kind": "multiclass"}, {"kind": "regressor"}])
def test_what_was_logged_is_the_answer_again(columns: dict[str, Any]) -> None:
    several = columns.get("kind") == "multiclass"
    scorer = made.scorer(made.three(), classes=["a", "b", "c"]) if several else made.scorer(
        two(score=lambda p: p), classes=[0, 1])
    rows: list[dict[str, Any]] = [{"a": 1.0, "b": 2.0, "p": 0.8}, {"a": None, "b": 1.0, "p": None}]
    check = deciding(scorer, **columns)
    for one in check(rows, scorer(rows)):
        logged = dict(zip((field.name for field in check.fields), check.logged(one), strict=True))
        decision, score, abstained, code, why, scores = check.answer(logged)
        assert (decision, score, code, why) == (one.decision, one.score, one.code, one.why)
        assert type(decision) is type(one.decision) and abstained == (one.code != "answered")
        assert scores == (dict(zip("abc", one.scores, strict=True)) if one.scores else None)


@pytest.mark.parametrize(("value", "text"), [(None, None), ("a", "a"), (True, "true"), (1, "1"), (2.0, "2"),
                                             (0.5, "0.5")])
def test_a_class_as_text(value: Any, text: str | None) -> None:
    assert text_of(value) == text
