from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import OrdinalEncoder

from shall.graph.kinds import MISSING, Fault, Kind
from shall.graph.ops import codes
from tests.graph.ops.agreeing import agree, odd, texts

TWO: dict[str, Any] = {"categories": (("a", "b", "c"), ("x", "a")), "codes": (np.arange(3.0), np.array([5.0, -1.5])),
                       "unknown": np.array([-1.0]), "missing": np.array([np.nan, 7.0])}
NUMBERS = (np.array([1.0, 0.5, -0.0]), np.array([np.inf, 2.5, np.nan]))


@pytest.mark.parametrize("change", [
    {}, {"missing": np.array([-1.0])}, {"categories": (("a", "b", MISSING), ("x", "a"))},
    {"unknown": np.array([np.nan, -2.0])}])
def test_texts_of_several_columns(change: dict[str, Any]) -> None:
    agree("codes", TWO | change, texts(["a", "b", "c", "x"], 2))


@pytest.mark.parametrize("categories", [("a", "b", "c"), ("a", MISSING)])
def test_texts_of_one_column(categories: tuple[str, ...]) -> None:
    agree("codes", {"categories": (categories,), "codes": (np.arange(len(categories)) * 2.5,),
                    "unknown": np.array([-1.0]), "missing": np.array([np.nan])}, texts(["a", "b", "c", "x"]))


@pytest.mark.parametrize("columns", [slice(0, 1), slice(1, 2), slice(0, 2)])
def test_numbers(columns: slice) -> None:
    own = NUMBERS[columns]
    agree("codes", {"categories": own, "codes": tuple(np.arange(3.0) for _ in own), "unknown": np.array([-1.0]),
                    "missing": np.array([-2.0])}, odd(len(own)))


def test_it_is_scikit_learns() -> None:
    given = texts(["a", "b", "c"], 2)
    encoder = OrdinalEncoder(categories=[["b", "a", "c"], ["c", "a"]], handle_unknown="use_encoded_value",
                             unknown_value=-1).fit([["b", "c"]])
    said = agree("codes", {"categories": (("b", "a", "c"), ("c", "a")), "codes": (np.arange(3.0), np.arange(2.0)),
                           "unknown": np.array([-1.0]), "missing": np.array([-1.0])}, given)
    assert (said == encoder.transform(given)).all()


@pytest.mark.parametrize("change", [
    {"categories": (("a", "b", "c"),)}, {"categories": (("a", "a", "c"), ("x", "a"))},
    {"categories": ((1.0, 2.0, 3.0), ("x", "a"))}, {"categories": ((), ("x", "a"))}, {"codes": (np.arange(3.0),)}])
def test_what_does_not_fit_is_a_fault(change: dict[str, Any]) -> None:
    with pytest.raises(Fault):
        codes.kind((Kind("text", 2),), TWO | change)


def test_numbers_are_edges_and_texts_are_none() -> None:
    assert codes.jumps({"categories": (NUMBERS[1], ("a",))}, 2) == {0: [np.inf, 2.5]}
