"""Sums of small expressions such as ``(score - label)**2``: printed as text, evaluated without eval, added exactly."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError

QUANTITIES: Final = ("score", "label", "decision")      # each in [0, 1]; nan where missing
_OPERATIONS: Final = (ast.Add, ast.Sub, ast.Mult, ast.Pow)
_LONGEST: Final = 200
_POWER: Final = 8

# A value in [-1, 1] is rounded to a multiple of 2**-52 and kept as two whole numbers: sums are exact in any order.
_BITS: Final = 52
_HALF: Final = 26

Span = tuple[float, float]
Value = NDArray[np.float64] | float


@cache
def tree(text: str) -> ast.expr:
    """The expression as a tree; InputError where it is not one, or can leave [-1, 1]."""
    try:
        body = ast.parse(text[:_LONGEST + 1].strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{text!r} is not an expression: {error}") from error
    if len(text) > _LONGEST or not _known(body):
        raise InputError(f"{text!r}: a sum is made of {', '.join(QUANTITIES)}, numbers, + - * and ** 2 to {_POWER}")
    low, high = _span(body)
    if low < -1 or high > 1:
        raise InputError(f"{text!r} goes from {low:g} to {high:g}; what is summed must stay between -1 and 1")
    return body


def _known(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        power = not isinstance(node.op, ast.Pow) or (
            isinstance(node.right, ast.Constant) and type(node.right.value) is int and 1 <= node.right.value <= _POWER)
        return isinstance(node.op, _OPERATIONS) and power and _known(node.left) and _known(node.right)
    if isinstance(node, ast.Name):
        return node.id in QUANTITIES
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _span(node: ast.expr) -> Span:
    """Between which values it lies."""
    if isinstance(node, ast.Constant):
        return _number(node), _number(node)
    if not isinstance(node, ast.BinOp):
        return 0.0, 1.0
    (a, b), (c, d) = _span(node.left), _span(node.right)
    if isinstance(node.op, ast.Add):
        return a + c, b + d
    if isinstance(node.op, ast.Sub):
        return a - d, b - c
    ends = (a * c, a * d, b * c, b * d) if isinstance(node.op, ast.Mult) else (a**c, b**c)
    crosses = isinstance(node.op, ast.Pow) and c % 2 == 0 and a < 0 < b
    return (0.0 if crosses else min(ends)), max(ends)


def quantities(text: str) -> tuple[str, ...]:
    """The quantities that an expression reads, sorted."""
    return tuple(sorted({node.id for node in ast.walk(tree(text)) if isinstance(node, ast.Name)}))


def evaluate(text: str, values: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """float64[rows]: the value of each row; nan where a quantity is missing."""
    rows = next(iter(values.values())).shape if values else ()
    return np.broadcast_to(np.asarray(_evaluate(tree(text), values), dtype=np.float64), rows)


def _evaluate(node: ast.expr, values: Mapping[str, NDArray[np.float64]]) -> Value:
    if isinstance(node, ast.Name):
        return values[node.id]
    if not isinstance(node, ast.BinOp):
        return _number(node)
    left = _evaluate(node.left, values)
    if isinstance(node.op, ast.Pow):
        return _power(left, int(_number(node.right)))
    right = _evaluate(node.right, values)
    if isinstance(node.op, ast.Add):
        return left + right
    return left - right if isinstance(node.op, ast.Sub) else left * right


def _power(base: Value, exponent: int) -> Value:
    """By multiplication: the library's power differs in its last bit from one machine to the next."""
    if exponent == 1:
        return base
    half = _power(base, exponent // 2)
    return half * half * base if exponent % 2 else half * half


def _number(node: ast.expr) -> float:
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, int | float)
    return float(node.value)


def limbs(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The high and the low half of each value as whole numbers; missing values give 0."""
    scaled = values * 2.0**_BITS
    missing = np.isnan(scaled)
    if missing.any():
        scaled = np.where(missing, 0.0, scaled)
    fixed = np.rint(scaled)
    high = np.floor(fixed * 2.0**-_HALF)
    return high, fixed - high * 2.0**_HALF


def joined(high: NDArray[np.int64], low: NDArray[np.int64]) -> NDArray[np.float64]:
    """float64: the sums that two halves stand for."""
    carry = low >> _HALF
    return (high + carry) * 2.0 ** (_HALF - _BITS) + (low - (carry << _HALF)) * 2.0**-_BITS
