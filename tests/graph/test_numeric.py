from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from shall import graph as g
from shall.core.errors import FileError, InputError

A, B = np.array([1.5, -2.0, np.nan, 0.0]), np.array([2.0, 3.0, 1.0, -1.0])


def said(of: Callable[[g.Columns], g.Value]) -> Any:
    """What ONNX Runtime says of four rows."""
    x = g.inputs({"a": "number", "b": "number"})
    return g.compile(x, it=of(x))({"a": A, "b": B})["it"]


@pytest.mark.parametrize("name", ["exp", "expm1", "log", "log1p", "sqrt", "square", "absolute", "sign", "ceil", "rint",
                                  "tanh", "floor"])
def test_names_of_numpy_mean_what_numpy_does(name: str) -> None:
    with np.errstate(invalid="ignore", divide="ignore"):
        assert np.allclose(said(lambda x: getattr(g, name)(x["a"])), getattr(np, name)(A), equal_nan=True, rtol=1e-15)


@pytest.mark.parametrize(("of", "known"), [
    (lambda x: g.minimum(x["a"], x["b"]), np.minimum(A, B)), (lambda x: g.maximum(x["a"], 0), np.maximum(A, 0)),
    (lambda x: g.maximum(0, x["a"]), np.maximum(A, 0)), (lambda x: g.clip(x["a"], -1, 1), np.clip(A, -1, 1)),
    (lambda x: g.where(x["a"] > 0, x["b"], -1), np.where(A > 0, B, -1)), (lambda x: g.relu(x["b"]), np.maximum(B, 0)),
    (lambda x: g.number(x["a"] > 0) + g.number(x["b"]), (A > 0) + B), (lambda x: g.isna(x["a"]), np.isnan(A)),
    (lambda x: g.interp(x["b"], [0, 2], [1, 5]), np.interp(B, [0, 2], [1, 5])),
    (lambda x: g.searchsorted([0, 2], x["b"], side="right"), np.searchsorted([0, 2], B, side="right")),
    (lambda x: g.argmax(g.stack(x["a"], x["b"])), [1, 1, 0, 0]), (lambda x: g.total(x["a"], x["b"], 1), A + B + 1),
    (lambda x: g.total(x.numeric), A + B), (lambda x: g.largest(x["a"], x["b"], 1), np.maximum(np.maximum(A, B), 1)),
    (lambda x: g.smallest(x.numeric), np.minimum(A, B)), (lambda x: g.mean(x["a"], x["b"]), (A + B) / 2),
    (lambda x: g.mean(x.numeric), (A + B) / 2), (lambda x: g.average([x["a"], x["b"]], [1, 3]), A / 4 + B * 0.75),
    (lambda x: g.average([x.numeric, x.numeric * 2], [1, 1])[:, 0], A * 1.5),
    (lambda x: g.sigmoid(x["a"]) + g.sigmoid(-x["a"]), A * 0 + 1),
    (lambda x: g.total(g.softmax(x.numeric)), A * 0 + 1)])
def test_known_answers(of: Any, known: Any) -> None:
    assert np.allclose(said(of).astype(float), np.asarray(known, dtype=float), equal_nan=True, rtol=1e-15)


@pytest.mark.parametrize("of", [
    lambda a, b, m: (a > 0) * 1.0, lambda a, b, m: 100 - (a > 0) * 25, lambda a, b, m: (a > 0) * b,
    lambda a, b, m: b / (a < 9), lambda a, b, m: b ** (a > 0), lambda a, b, m: (a > 0) >= 0.5,
    lambda a, b, m: (a > 0) == 1, lambda a, b, m: b != (a > 0), lambda a, b, m: True * b, lambda a, b, m: b > True,
    lambda a, b, m: m.minimum(a > 0, b), lambda a, b, m: m.maximum(0.5, b > 0)])
def test_a_truth_beside_a_number_counts_1_or_0_as_in_numpy(of: Any) -> None:
    with np.errstate(divide="ignore"):
        known = np.asarray(of(A, B, np), dtype=float)
    assert np.array_equal(said(lambda x: of(x["a"], x["b"], g)).astype(float), known, equal_nan=True)


@pytest.mark.parametrize("of", [lambda x: (x["a"] > 0) + (x["b"] > 0), lambda x: -(x["a"] > 0),
                                lambda x: g.maximum(x["a"] > 0, True)])
def test_truths_alone_are_no_numbers(of: Any) -> None:
    """To numpy the sum of two truths is a truth, and a truth has no negative."""
    with pytest.raises(FileError, match="it takes number, and gets truth") as raised:
        said(of)
    assert "truths become numbers by number(…)" in str(raised.value)


def test_texts_may_be_chosen() -> None:
    assert said(lambda x: g.where(x["a"] > 0, "up", "down")).tolist() == ["up", "down", "down", "down"]


@pytest.mark.parametrize("weights", [[1], [0, 0], [-1, 2], [np.nan, 1]])
def test_weights_that_are_none(weights: list[float]) -> None:
    with pytest.raises(InputError, match="a weight of 0 or more for each of 2"):
        said(lambda x: g.average([x["a"], x["b"]], weights))


def test_faults_are_told_with_their_line() -> None:
    with pytest.raises(FileError, match=r"test_numeric.py:\d+: linear|test_numeric.py:\d+: clip") as raised:
        said(lambda x: g.clip(x["a"], 2, 1))
    assert "turn them" in str(raised.value)
