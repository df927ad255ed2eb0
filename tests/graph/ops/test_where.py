from __future__ import annotations

import numpy as np
import pytest

from shall.graph.kinds import Fault, Kind
from shall.graph.ops import where
from tests.graph.ops.agreeing import agree, odd, texts


def test_numbers_texts_and_truths() -> None:
    condition = odd(1) > 0
    agree("where", {}, condition, odd(3), odd(3))
    agree("where", {}, condition, texts(["a"]), texts(["b"]))
    agree("where", {}, odd(2) > 0, odd(2) > 0, odd(2) > 1)


def test_what_is_not_chosen_does_not_matter() -> None:
    given = np.array([[np.nan], [1.0]])
    said = agree("where", {}, np.array([[False], [True]]), given, np.array([[7.0], [np.nan]]))
    assert said.tolist() == [[7.0], [1.0]]


def test_the_texts_that_it_can_be_are_known_where_both_are() -> None:
    truth, known = Kind("truth"), Kind("text", 1, ("a", "b"))
    assert where.kind((truth, known, Kind("text", 1, ("b", "c"))), {}).values == ("a", "b", "c")
    assert where.kind((truth, known, Kind("text")), {}).values is None


@pytest.mark.parametrize("kinds", [
    (Kind("number"), Kind("number"), Kind("number")), (Kind("truth"), Kind("number"), Kind("text")),
    (Kind("truth", 2), Kind("number", 3), Kind("number"))])
def test_what_does_not_fit_is_a_fault(kinds: tuple[Kind, ...]) -> None:
    with pytest.raises(Fault):
        where.kind(kinds, {})


def test_thresholds_behind_it_are_traced_to_what_it_chooses() -> None:
    assert [(given, column, back(np.array([2.0])).item()) for given, column, back in where.back({}, 3)] == [
        (1, 3, 2.0), (2, 3, 2.0)]
