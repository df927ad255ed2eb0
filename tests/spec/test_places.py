"""Places of keys and values agree with what the standard parser reads."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from shall.core.lexer import Fault
from shall.spec.places import Places, find_places
from shall.spec.strings import characters, quotes_at

GOOD = Path(__file__).parent / "good.toml"


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value of a document that is neither a table nor a list, with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def agree(text: str) -> None:
    places = find_places(text)
    for path, value in leaves(tomllib.loads(text)):
        start = places.values[path]
        if isinstance(value, str):
            assert "".join(character for character, _ in characters(text, start)) == value
        else:
            assert not quotes_at(text, start)
            assert text[start] not in " \t\n,=[]{}"


def test_the_good_file() -> None:
    text = GOOD.read_text()
    agree(text)
    places = find_places(text)
    assert places.position(places.key(("groups", "race", "at_least"))) == (25, 28)
    assert places.position(places.value(("requirements", "fair"))) == (30, 14)
    assert places.position(places.inside(("requirements", "fair"), 0)) == (30, 15)
    assert places.position(places.key(("requirements", "robust"))) == (38, 2)
    assert places.position(places.value(("requirements", "robust", "waive", "until"))) == (44, 23)


@pytest.mark.parametrize("text", [
    'a = "x"\n', "a = 'x'\n",
    'a.b."c d".\'e\' = 1\n',
    '"a b" = { c = 1, d = [1, 2, "x"], e.f = true }\n',
    'a = """\n  x\n  "quoted" \\\n   on\n"""\nb = 2\n',
    "a = '''x'y'''\nb = ''''two' quotes'''''\n",
    '[a.b]\nc = 1\n[a]\nd = 2\n',
    'a = [\n  1, # one\n  [2, 3],\n  { b = "}" },\n]\nb = 2\n',
    '[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3\n',
    'a = 2027-01-31 # x\nb = 1\n',
    'a = "\\u00e9 \\U0001F600 \\t \\" \\\\"\n', "[ a . b ] # x\n c = 1\n",
    'a = ""\nb = \'\'\nc = """"""\n', "a = []\nb = {}\nc = 1\n",
    "a = [1,2,]\n", 'a = "#"\nb = ["#", \']\']\nc = 1\n',
])
def test_forms_of_toml(text: str) -> None:
    agree(text)


keys = st.one_of(st.sampled_from(["a", "b", "a-b", "1", "é", "a b", 'q"q', "."]), st.text(min_size=1, max_size=5))
scalars = st.one_of(st.booleans(), st.integers(-10**9, 10**9), st.floats(allow_nan=False, allow_infinity=False),
                    st.dates(), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12))
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
                      max_leaves=8)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(keys, values, max_size=4))
def test_any_document(document: dict[str, Any]) -> None:
    try:
        text = tomlkit.dumps(document)
        tomllib.loads(text)
    except Exception:                               # the writer makes no TOML of some odd keys
        return
    agree(text)


def test_what_stands_twice() -> None:
    places = find_places('[a]\nb = 1\nb = 2\n[a]\n')
    assert places.again == [(("a", "b"), 10), (("a",), 17)]


@pytest.mark.parametrize("text", [
    "a = " + "[" * 500, "a = " + "{a=" * 500, "a" + ".a" * 100 + " = 1", "[" + "a." * 50 + "a]",
])
def test_caps(text: str) -> None:
    with pytest.raises(Fault):
        find_places(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab=.,[]{}\"'\\\n #1ué", max_size=40))
def test_nothing_but_a_fault_comes_of_any_text(text: str) -> None:
    try:
        places = find_places(text)
    except Fault:
        return
    for path in [*places.keys, *places.values, ("missing",), ()]:
        assert 0 <= places.key(path) <= len(text)
        assert 0 <= places.inside(path, 3) <= len(text) + 1


def test_a_place_that_is_unknown_is_that_of_the_table_around_it() -> None:
    places = find_places("[a]\nb = 1\n[c.d]\ne = 2\n")
    assert places.key(("a", "x", "y")) == 1
    assert places.key(("c",)) == 11
    assert Places("").key(("a",)) == 0
