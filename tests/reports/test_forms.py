"""The two forms of a picture: texts that fit their room."""

from __future__ import annotations

import pytest

from shall.reports._forms import LETTER, both, svg, within, wrapped


def test_a_text_fits_its_room_and_says_when_it_is_cut():
    assert wrapped("ratio of selection_rate over sex", 20 * LETTER) == ["ratio of", "selection_rate over", "sex"]
    assert wrapped("one two three four", 8 * LETTER, 2) == ["one two", "three …"]
    assert wrapped("", 100) == []


def test_a_long_word_is_broken_behind_an_underscore_and_else_anywhere():
    assert wrapped("estimated_true_positive_rate >= 0.92", 24 * LETTER) == ["estimated_true_positive_", "rate >= 0.92"]
    assert wrapped("a" * 25, 10 * LETTER) == ["a" * 10, "a" * 10, "a" * 5]


@pytest.mark.parametrize("text", ["漢字" * 20, "é" * 40, "\U0001f600" * 30])
def test_wide_letters_take_more_room(text):
    assert all(len(line) * LETTER * (2 if text[0] in "漢\U0001f600" else 1) <= 20 * LETTER
               for line in wrapped(text, 20 * LETTER, 9))


def test_a_middle_stays_within_its_room():
    assert within(0, "limit 0.8", 0, 300) == 9 * LETTER / 2 and within(150, "limit 0.8", 0, 300) == 150
    assert within(300, "limit 0.8", 0, 300) == 300 - 9 * LETTER / 2


def test_both_forms_have_names_of_their_own():
    drawn = both(lambda form: svg(form, ("life", "k"), ("a title", "in words"), 40, []))
    assert [one.get("class") for one in drawn] == ["life broad", "life narrow"]
    assert [one.get("viewBox") for one in drawn] == ["0 0 740 40", "0 0 308 40"]
    assert len({part.get("id") for one in drawn for part in one}) == 4
