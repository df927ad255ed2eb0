"""Labels become the texts of the classes, or numbers; what is none of them is a fault."""

from __future__ import annotations

from typing import Any

import pytest

from shall import graph as g
from shall.core.decisions import Label
from shall.core.errors import Faults
from shall.runtimes.columns import Columns
from shall.runtimes.labelling import MOST, labelled
from shall.runtimes.version import Version
from tests.runtimes import made


def version(classes: list[Any] | None = None, **columns: Any) -> Version:
    x = g.inputs({"p": "number"})
    about = {} if classes is None else {"classes": classes}
    return Version("m", "1", made.scorer(g.compile(x, score=x["p"]), **about), Columns(**columns))


def one(value: Any, of: Version) -> Any:
    return labelled([Label("e1", value, 5, "me")], of.taken)[0].label


@pytest.mark.parametrize(("classes", "columns", "value", "found"), [
    (["no", "yes"], {}, "yes", "yes"), ([0, 1], {}, 1, "1"), ([0, 1], {}, 1.0, "1"), ([0, 1], {}, True, "1"),
    ([False, True], {}, False, "false"), ([False, True], {}, 0, "false"), (None, {}, "whatever", "whatever"),
    (None, {"labels": ("a", "b")}, "a", "a"), ([False, True], {"positive": ">50K"}, "<=50K", "<=50K"),
    (None, {"kind": "regressor"}, 3, 3.0), (None, {"kind": "regressor"}, -0.5, -0.5)])
def test_a_label_that_is_right(classes: Any, columns: Any, value: Any, found: Any) -> None:
    told = one(value, version(classes, **columns))
    assert told == found and type(told) is type(found)


@pytest.mark.parametrize(("classes", "columns", "value", "what"), [
    (["no", "yes"], {}, "yess", "did you mean yes"), ([0, 1], {}, 2, "the classes are 0, 1"),
    (None, {"kind": "regressor"}, "3", "is no number"), (None, {"kind": "regressor"}, True, "is no number"),
    (None, {"kind": "regressor"}, float("nan"), "is no number")])
def test_a_label_that_is_wrong(classes: Any, columns: Any, value: Any, what: str) -> None:
    with pytest.raises(Faults, match=what) as caught:
        one(value, version(classes, **columns))
    assert [(fault.row, fault.field) for fault in caught.value.faults] == [(0, "label")]


def test_every_fault_at_once_and_nothing_else_changes() -> None:
    of = version(["no", "yes"])
    with pytest.raises(Faults) as caught:
        labelled([Label("", "no", 5), Label("e1", "maybe", 5), Label("e2", "no", 5)], of.taken)
    assert [(fault.row, fault.field) for fault in caught.value.faults] == [(0, "decision"), (1, "label")]
    assert labelled([Label("e1", "no", 5, "me")], of.taken) == [Label("e1", "no", 5, "me")]


def test_a_fault_says_where_its_label_stood_and_few_are_told_of_many() -> None:
    taken = version(["no", "yes"]).taken
    with pytest.raises(Faults) as caught:
        labelled([Label("e1", "no", 5), Label("e2", "maybe", 5)], taken, rows=(70, 90))
    assert [fault.row for fault in caught.value.faults] == [90]
    with pytest.raises(Faults) as caught:
        labelled([Label("e", "maybe", 5)] * 5_000, taken)
    assert len(caught.value.faults) == MOST + 1 and "may be more" in caught.value.faults[-1].what
