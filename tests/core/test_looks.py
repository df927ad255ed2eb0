"""How looks spend the allowed error."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shall.core.errors import LooksSpent
from shall.core.looks import Taken, replay, take


def put(wishes: list[tuple[str, int]]) -> list[Taken]:
    """Try every wish in turn, and keep those that were granted and are no repeats."""
    taken: list[Taken] = []
    for subject, budget in wishes:
        try:
            look = take(taken, subject, budget, "2026-01-01")
        except LooksSpent:
            continue
        if not look.repeated:
            taken.append((subject, budget, "2026-01-01"))
    return taken


wishes = st.lists(st.tuples(st.sampled_from("abcdefghij"), st.integers(1, 8)), max_size=30)


@given(wishes)
def test_the_allowed_error_is_never_exceeded(some: list[tuple[str, int]]) -> None:
    levels: dict[str, Fraction] = {}
    for subject, budget, _ in put(some):
        levels[subject] = max(levels.get(subject, Fraction(0)), Fraction(1, budget))
    assert sum(levels.values()) <= 1


@given(st.integers(1, 12), st.lists(st.integers(0, 20), max_size=60))
def test_one_budget_allows_exactly_so_many_subjects(budget: int, subjects: list[int]) -> None:
    granted = {subject for subject, _, _ in put([(str(subject), budget) for subject in subjects])}
    assert len(granted) == min(budget, len(set(subjects)))


@given(wishes)
def test_left_is_the_number_of_further_subjects(some: list[tuple[str, int]]) -> None:
    taken = put(some)
    for look in replay(taken)[-1:]:
        further = put([(subject, budget) for subject, budget, _ in taken]
                      + [(f"new {number}", look.budget) for number in range(10)])
        assert len(further) - len(taken) == look.left


def test_a_repeat_under_a_smaller_budget_is_no_repeat() -> None:
    """Twenty looks at alpha / 20, then the best of them again at the whole alpha: not so."""
    taken = put([(str(number), 20) for number in range(20)])
    with pytest.raises(LooksSpent, match="under a larger `looks`"):
        take(taken, "7", 1, "2026-01-02")
    assert take(taken, "7", 40, "2026-01-02").repeated


def test_a_larger_budget_later_is_given_what_is_left() -> None:
    taken = put([(str(number), 20) for number in range(5)])
    look = take(taken, "new", 40, "2026-01-02")
    assert (look.number, look.left) == (6, 29)
    with pytest.raises(LooksSpent, match="changed in between"):
        take(taken, "new", 1, "2026-01-02")
