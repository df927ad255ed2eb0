from __future__ import annotations

from typing import Any

import pytest

from shall import graph as g
from shall.core.errors import InputError


@pytest.mark.parametrize(("wrong", "said"), [
    (["age"], r"what each column is by its name.*\['age'\]"), ({}, "by its name"), ("age", "by its name"),
    ({3: "number"}, "the input 3 has a name that is no text"), ({"age": 3}, "the input age is 3: it is number, text"),
    ({"age": "float"}, "the input age is 'float'"), ({"city": []}, "lists no text"),
    ({"city": ["Oslo", "Paris", "Oslo"]}, "the input city lists 'Oslo' twice"),
    ({"city": ["Oslo", None]}, "the input city lists None, which is no text"),
])
def test_what_is_no_input_is_told(wrong: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        g.inputs(wrong)


def test_texts_come_from_any_sequence() -> None:
    for texts in (["Oslo", "Paris"], ("Oslo", "Paris"), {"Oslo": 1, "Paris": 2}):
        assert g.inputs({"city": texts})["city"].kind.values[:2] == ("Oslo", "Paris")
