"""Sums of small expressions such as ``(score - label)**2``: printed as text, evaluated without eval, added exactly."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError

QUANTITIES: Final = ("score", "label", "decision")      # each in [0, 1]; nan where missing
_OPERATIONS: Final[dict[type[ast.operator], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Pow: operator.pow}

# A value in [-1, 1] is rounded to a multiple of 2**-52 and kept as two whole numbers, so that sums are exact in any order.
_BITS: Final = 52
_HALF: Final = 26


@cache
def tree(text: str) -> ast.expr:
    """The expression as a tree; InputError where it is not one."""
    try:
        body = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise InputError(f"{text!r} is not an expression: {error.msg}") from error
    for node in ast.walk(body):
        known = (isinstance(node, ast.BinOp | ast.operator | ast.Load)
                 or (isinstance(node, ast.Name) and node.id in QUANTITIES)
                 or (isinstance(node, ast.Constant) and isinstance(node.value, int | float)))
        if not known:
            raise InputError(f"{text!r}: a sum is made of {', '.join(QUANTITIES)}, numbers, + - * and **")
    return body


def quantities(text: str) -> tuple[str, ...]:
    """The quantities that an expression reads, sorted."""
    return tuple(sorted({node.id for node in ast.walk(tree(text)) if isinstance(node, ast.Name)}))


def evaluate(text: str, values: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """float64[rows]: the value of each row; nan where a quantity is missing."""
    return np.asarray(_evaluate(tree(text), values), dtype=np.float64)


def _evaluate(node: ast.expr, values: Mapping[str, NDArray[np.float64]]) -> Any:
    if isinstance(node, ast.BinOp):
        return _OPERATIONS[type(node.op)](_evaluate(node.left, values), _evaluate(node.right, values))
    if isinstance(node, ast.Name):
        return values[node.id]
    assert isinstance(node, ast.Constant)
    return node.value


def limbs(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The high and the low half of each value as whole numbers; missing and infinite values give 0."""
    fixed = np.rint(np.where(np.isfinite(values), values, 0.0) * 2.0**_BITS).astype(np.int64)
    high = fixed >> _HALF
    return high.astype(np.float64), (fixed - (high << _HALF)).astype(np.float64)


def joined(high: NDArray[np.int64], low: NDArray[np.int64]) -> NDArray[np.float64]:
    """float64: the sums that two halves stand for."""
    carry = low >> _HALF
    return (high + carry) * 2.0 ** (_HALF - _BITS) + (low - (carry << _HALF)) * 2.0**-_BITS
