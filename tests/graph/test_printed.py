from __future__ import annotations

import numpy as np

from shall import graph as g

KNOWN = """\
3 inputs, 8 steps, 2 outputs
  age: number
  city: text (Oslo, Rome)
  pay: number
%0 2 numbers  numbers(width=2)  [age, pay]
%1 text       texts(width=1)  [city]
%2 number     pick(%0, columns=[0])  [age]
%3 number     pick(%0, columns=[1])  [pay]
%4 number     divide(%3, %2)
%5 truth      greater(%4, 2.5)
%6 2 numbers  one_hot(%1, categories=[[Oslo, Rome]])  [city_Oslo, city_Rome]
%7 2 numbers  where(%5, %6, 2.5)  [city_Oslo, city_Rome]
score = %4: number
chosen = %7: 2 numbers"""


def test_a_graph_reads_as_text() -> None:
    x = g.inputs({"age": "number", "city": ["Oslo", "Rome"], "pay": "number"})
    ratio = x["pay"] / x["age"]
    made = g.compile(x, score=ratio, chosen=g.where(ratio > 2.5, g.one_hot(x["city"]), 2.5))
    assert str(made) == KNOWN


def test_long_settings_are_cut_and_a_missing_text_is_shown() -> None:
    x = g.inputs({"city": "text", "n": "number"})
    table = {"a": np.arange(50), None: np.arange(50)}
    made = g.compile(x, a=g.lookup(x["city"], table), b=g.log(x["n"] * np.arange(9)))
    lines = str(made).splitlines()
    assert max(map(len, lines)) <= 120 and "\0" not in str(made)
    assert any("keys=[a, missing], table=float64[2, 50]" in line for line in lines)


def test_lines_that_are_too_long_leave_out_settings_and_close_their_brackets() -> None:
    x = g.inputs({f"a column with a long name {place}": "number" for place in range(40)})
    city = g.inputs({"city": [f"a town with a name that is far too long {place}" for place in range(3)]})["city"]
    every = g.stack(*(x[name] * (place + 0.5) for place, name in enumerate(x)))
    made = g.compile(g.Columns({**x, "city": city}), a=every, b=g.codes(city, unknown=-1 / 3, missing=-2 / 3))
    lines = str(made).splitlines()
    assert max(map(len, lines)) <= 120
    assert all(line.count("(") == line.count(")") and line.count("[") == line.count("]") for line in lines)
    assert any("stack(" in line and ", …)" in line for line in lines)


def test_numbers_are_rounded_and_steps_are_counted_without_gaps() -> None:
    x = g.inputs({"a": "number", "b": "number"})
    p = (x["a"] + 1.0) * 2.0 > 1 - 0.4
    lines = str(g.compile(x, score=g.where(p, 3 * 0.2, x["b"] / 3.0))).splitlines()
    steps = [line.split()[0] for line in lines if line.startswith("%")]
    assert steps == [f"%{place}" for place in range(len(steps))]
    assert "0.6000" not in "".join(lines) and any(", 0.6, " in line for line in lines)
