from __future__ import annotations

import numpy as np

from shall import graph as g

KNOWN = """\
3 inputs, 10 steps, 2 outputs
  age: number
  city: text (Oslo, Rome)
  pay: number
%0   2 numbers  numbers(width=2)
%1   text       texts(width=1)
%2   number     pick(%0, columns=[0])  [age]
%3   text       pick(%1, columns=[0], values=[Oslo, Rome])  [city]
%4   number     pick(%0, columns=[1])  [pay]
%5   number     divide(%4, %2)
%7   truth      greater(%5, 2.5)
%8   2 numbers  one_hot(%3, categories=[[Oslo, Rome]])  [city_Oslo, city_Rome]
%9   2 numbers  where(%7, %8, 2.5)  [city_Oslo, city_Rome]
score = %5: number
chosen = %9: 2 numbers"""


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
