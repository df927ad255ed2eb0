"""The inputs of a graph, from a table or said by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shall.core.errors import InputError
from shall.graph.columns import Columns
from shall.graph.node import Input
from shall.graph.value import Value


def inputs(columns: Mapping[str, str | Sequence[str]]) -> Columns:
    """The columns that a graph takes: ``"number"``, ``"date"``, ``"text"``, ``"hashed"``, or the texts that a column
    may be.

    Example: ``inputs({"age": "number", "city": ["Oslo", "Paris"]})``

    Raises InputError where there is no column, or it is none of these.
    """
    if not isinstance(columns, Mapping) or not columns:
        raise InputError(f"inputs takes what each column is by its name, and is given {columns!r:.60}: "
                         "inputs({\"age\": \"number\", \"city\": [\"Oslo\", \"Paris\"]})")
    asked = tuple(_input(name, how) for name, how in columns.items())
    return of(asked)


def of(asked: Sequence[Input]) -> Columns:
    """The values of some inputs."""
    places = {"number": 0, "text": 0}
    packed = {"number": Value("numbers", (), {"width": sum(one.what != "text" for one in asked)}),
              "text": Value("texts", (), {"width": sum(one.what == "text" for one in asked)})}
    for what, value in packed.items():
        value.asked = tuple(one for one in asked if one.kind.what == what)
    found = {}
    for one in asked:
        what = one.kind.what
        settings: dict[str, Any] = {"columns": (places[what],)}
        if one.values is not None:
            settings["values"] = one.values
        found[one.name] = Value("pick", (packed[what],), settings, (one.name,))
        found[one.name].input = one
        places[what] += 1
    return Columns(found)


def _input(name: str, how: str | Sequence[str]) -> Input:
    if not isinstance(name, str):
        raise InputError(f"the input {name!r} has a name that is no text")
    if isinstance(how, Iterable) and not isinstance(how, str):
        return Input(name, "text", _texts(name, tuple(how)))
    if how not in ("number", "text", "date", "hashed"):
        raise InputError(f"the input {name} is {how!r}: it is number, text, date, hashed, or a list of texts")
    return Input(name, how)  # type: ignore[arg-type]


def _texts(name: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    """The texts that a column may be, each of them once."""
    if strange := [text for text in texts if not isinstance(text, str)]:
        raise InputError(f"the input {name} lists {strange[0]!r:.40}, which is no text: list the texts that it may be, "
                         "or say \"number\"")
    if not texts:
        raise InputError(f"the input {name} lists no text: list those that it may be, or say \"text\" for any")
    if len({*texts}) < len(texts):
        twice = next(text for text in texts if texts.count(text) > 1)
        raise InputError(f"the input {name} lists {twice!r} twice: list each text once")
    return texts
