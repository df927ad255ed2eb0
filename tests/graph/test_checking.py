from __future__ import annotations

import pytest

from shall import graph as g
from shall.core.errors import FileError


def test_every_fault_is_told_at_once_with_its_line_and_what_to_do() -> None:
    x = g.inputs({"age": "number", "city": ["Oslo", "Rome"]})
    with pytest.raises(FileError) as raised:
        g.compile(x, a=x["agee"] * 2, b=g.log(x["city"]), c=g.where(x["city"] == "Olso", 1, 0),
                  d=g.switch((x["age"] > 1, 1.0)), e=x["age"] * [1, 2] + x["age"] * [1, 2, 3],
                  numbers=x["age"], t1=x["age"] + 1, f=g.stack(x["age"], x["city"]))
    said = str(raised.value)
    assert len(raised.value.problems) == 8 and all(one.line > 0 and one.fix for one in raised.value.problems)
    for part in ("test_checking.py", "there is no column agee", "did you mean age?", "it takes number, and gets text",
                 "one_hot(…)", "'Olso' is none", "did you mean 'Oslo'?", "no case where none of its conditions holds",
                 "2 and 3 columns wide", "the output numbers has a name that the graph needs itself", "the output t1"):
        assert part in said


def test_what_follows_from_a_fault_is_none() -> None:
    x = g.inputs({"age": "number"})
    with pytest.raises(FileError) as raised:
        g.compile(x, a=g.log(g.lookup(x["nobody"], {"a": 1})))
    assert len(raised.value.problems) == 1


def test_an_output_that_is_the_same_for_every_row_is_a_fault() -> None:
    x = g.inputs({"age": "number"})
    with pytest.raises(FileError, match="the output a is the same for every row"):
        g.compile(x, a=g.value.value_of(3.0) * 2, b=x["age"])


def test_what_nobody_uses_is_told() -> None:
    x = g.inputs({"age": "number", "pay": "number", "city": "text"})
    ratio = x["pay"] / 2
    made = g.compile(x, a=x["age"] + 1)
    assert "note: no output needs the inputs pay, city" in str(made)
    assert "note: no output needs the arithmetic of " in str(made) and "test_checking.py:" in str(made)
    assert "note" not in str(g.compile(x, a=x["age"] + ratio, b=x["city"].isna()))
