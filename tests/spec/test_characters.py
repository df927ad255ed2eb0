"""Characters that cannot be seen, or look like others."""

from __future__ import annotations

import pytest

from shall.core.lexer import Fault
from shall.spec.characters import foreign, meant, refuse_control, shown


@pytest.mark.parametrize(("text", "at", "said"), [
    ("a = 1\0", 5, "U+0000"), ("a\x0b", 1, "U+000B"), ("a = 1\rb = 2", 5, "carriage return"), ("\x7f", 0, "U+007F"),
])
def test_control_characters_are_refused(text: str, at: int, said: str) -> None:
    with pytest.raises(Fault, match=said.replace("+", r"\+")) as caught:
        refuse_control(text)
    assert caught.value.start == at and caught.value.fix


def test_tabs_newlines_and_letters_are_none() -> None:
    refuse_control("a\t= 'größe \u200b'\n")


def test_foreign_characters() -> None:
    assert foreign("a") == foreign(" ") == foreign("%") == ("", "")
    assert "no quote" in foreign("\u201c")[0]
    assert "CYRILLIC" in foreign("\u0430")[0] and "in quotes" in foreign("\u0430")[1]
    assert "ZERO WIDTH" in foreign("\u200b")[0]
    assert shown("\u200b") == "U+200B ZERO WIDTH SPACE" and shown("é").startswith("`é` (U+00E9")


def test_a_letter_that_only_looks_like_another_is_named() -> None:
    assert meant("sxe", "sex") == "did you mean `sex`?"
    assert "U+0435" in meant("s\u0435x", "sex")
    assert meant("gr\u00f6sse", "gr\u00f6\u00dfe") == "did you mean `größe`?"
