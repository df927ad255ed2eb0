"""Which column plays which role."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa
import pytest

from shall.core.errors import DataError
from shall.core.log import Binding, Column, GroupDef
from shall.subjects import Asked, notes_of
from shall.subjects.classifier import bind


def bound(data: dict[str, Any], /, **said: Any) -> Binding:
    return bind(pa.table(data), Asked(**said))


def test_roles_are_guessed_by_name_and_told() -> None:
    found = bound({"Y_True": [0, 1], "y_pred": [0, 1], "Probability": [0.1, 0.9], "sex": ["F", "M"]})
    assert {role: column.name for role, column in found.roles} == {
        "label": "Y_True", "decision": "y_pred", "score": "Probability"}
    assert found.threshold is None
    assert notes_of(found)[0] == "columns taken by their names: score = Probability, decision = y_pred, label = Y_True"


def test_what_is_said_goes_before_guesses() -> None:
    found = bound({"label": [0, 1], "outcome": [1, 0], "score": [0.5, 0.5], "risk": [0.1, 0.2]},
                  target="outcome", columns={"score": Column("risk")})
    assert (found.column("label"), found.column("score")) == ("outcome", "risk")


def test_a_threshold_makes_decisions_where_there_are_none() -> None:
    found = bound({"label": [0, 1], "score": [0.1, 0.9]})
    assert found.threshold == 0.5
    assert "a score of at least 0.5 is a positive decision" in notes_of(found)[-1]
    assert bound({"label": [0, 1], "score": [0.1, 0.9]}, threshold=0.3).threshold == 0.3


@pytest.mark.parametrize(("labels", "positive", "expected"), [
    ([0, 1], None, "1"), ([True, False], None, "true"), ([0.0, 1.0], None, "1"), ([None, 1], None, "1"),
    (["no", "yes"], "yes", "yes"), ([1, 2], "2", "2"), ([0, 1], "1.0", "1"), ([0.0, 0.0], "1", "1"),
    (["0", "1"], None, "1"), (["true", "false"], None, "true"),
])
def test_the_positive_class(labels: list[Any], positive: str | None, expected: str) -> None:
    assert bound({"label": labels}, positive=positive).positive == expected


@pytest.mark.parametrize(("columns", "said", "message"), [
    ({"label": ["no", "yes"]}, {}, r'which value of label is the positive one\? It has no, yes: .*positive = "yes"'),
    ({"label": [1, 2]}, {}, "which value of label is the positive one"),
    ({"label": [0, 1]}, {"positive": "yes"}, 'no label is "yes": column label has 0, 1'),
    ({"label": ["no", "yes"]}, {"positive": "1"}, 'no label is "1": column label has no, yes'),
    ({"label": [1, 2, 3]}, {"positive": "yes"}, 'no label is "yes"'),
    ({"label": ["no", None]}, {"positive": "yes"}, 'no label is "yes": column label has no'),
    ({"label": ["no", None], "decision": ["yes", "?"]}, {"positive": "yes"}, 'no label is "yes": column label has no'),
    ({"label": list(range(1002))}, {}, "more than 1,000 different values, too many for classes: .*regressor"),
    ({"label": ["a", "b", "c"], "risk": [0.1] * 3}, {"columns": {"score": Column("risk")}}, "does not tell several"),
    ({"label": ["a", "b", "c"], "p": [0.1] * 3}, {"scores": {"a": "p"}}, "class b has no score column, others have"),
    ({"label": ["a", "b", "c"]}, {"scores": {"a": "pa"}}, "the score column pa of class a is not in the log"),
    ({"label": [0, 1], "score": [0.5, 1.5]}, {}, "score column score has values outside of 0 to 1, such as 1.5"),
    ({"label": [0, 1], "score": [0.5, float("inf")]}, {}, "outside of 0 to 1, such as inf"),
    ({"label": [0, 1], "score": ["a", "b"]}, {}, "score column score is string"),
    ({"label": [0, 1], "score": ["0.1", "0.2"]}, {}, "score column score is string"),
    ({"label": [0, 1], "score": [True, False]}, {}, "score column score is bool"),
    ({"label": [0, 1], "score": [[1], [2]]}, {}, "score column score is list"),
    ({"label": [0, 1], "w": [1, 2]}, {"columns": {"weight": Column("weight")}}, "the weight column weight is not in"),
    ({"label": [0, 1]}, {"columns": {"score": Column("risk")}}, "column risk is not in the log; it has label"),
    ({"label": [0, 1]}, {"groups": [GroupDef("sex", "SEX")]}, "the column SEX of group sex is not in the log"),
    ({"label": ["no", "yes"], "decision": ["stop", "go"]}, {"positive": "yes"}, "none of which is the positive label"),
    ({"label": [datetime.datetime(2026, 1, 1), datetime.datetime(2026, 1, 2)]}, {}, "which value of label"),
])
def test_what_is_refused(columns: dict[str, Any], said: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        bound(columns, **said)


@pytest.mark.parametrize("scores", [[0.5, None], [0.5, float("nan")], [None, None], [0, 1]])
def test_scores_that_are_missing_or_whole_are_scores(scores: list[Any]) -> None:
    assert bound({"label": [0, 1], "score": scores}).column("score") == "score"


def test_decisions_may_be_written_unlike_the_labels() -> None:
    found = bound({"label": ["no", "yes"], "decision": [0, 1]}, positive="yes")
    assert (found.positive, found.decided) == ("yes", "1")
    assert "a decision is positive where decision = 1" in notes_of(found)[-1]


def test_more_than_two_classes_make_it_multiclass() -> None:
    found = bound({"label": [10, 9, 2], "score_2": [0.1] * 3, "score_9": [0.2] * 3, "score_10": [0.7] * 3})
    assert (found.kind, found.classes) == ("multiclass", ("2", "9", "10"))
    assert found.scores == (("2", "score_2"), ("9", "score_9"), ("10", "score_10"))
    assert notes_of(found)[-1] == "no decision column: the class with the highest score is decided"


def test_the_first_labels_of_a_log_may_be_all_of_one_class() -> None:
    """Where decisions know both; a watch would else not begin before somebody was found guilty."""
    assert bound({"label": ["no", "no"], "decision": ["yes", "no"]}, positive="yes").positive == "yes"


def test_a_positive_class_of_several_makes_it_binary() -> None:
    found = bound({"label": ["cat", "dog", "owl"]}, positive="dog")
    assert (found.kind, found.classes, found.positive) == ("binary", (), "dog")


def test_several_labels_that_count_as_no_are_told() -> None:
    found = bound({"label": [0, 1, 2, None], "decision": [0, 1, 0, 1]}, positive="1")
    assert found.negative == ("0", "2")
    assert "label is 1 or not: 0, 2 all count as no" in notes_of(found)
    assert found == bound({"label": [0, 1], "decision": [0, 1]}, positive="1")      # the same plan
    many = bound({"label": list(range(9)), "decision": [0] * 9}, positive="1")
    assert "label is 1 or not: 0, 2, 3, 4, 5 and others all count as no" in notes_of(many)
