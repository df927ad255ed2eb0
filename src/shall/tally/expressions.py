"""Sums of small expressions such as ``(score - label)**2``: printed as text, evaluated without eval, added exactly.

Between 0 and 1 lie ``score``, ``label``, ``decision``, and of several classes ``own`` (the score of the row's own
class) and ``top`` (the highest). Any number is ``prediction`` and ``target`` (score and label of a regressor),
``weight``, ``lower``, ``upper``, ``set`` (how many classes it has) and ``column['NAME']``. ``label['cat']`` is 1 where
the class is cat. ``known(x)`` is 1 where x is a number that can be added, ``finite(x)`` where it is any finite number;
else missing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError

BY_CLASS: Final = ("score", "label", "decision")        # also of one class against all others
SHARES: Final = (*BY_CLASS, "own", "top")               # each in [0, 1]; nan where missing
NUMBERS: Final = ("prediction", "target", "weight", "lower", "upper", "set")
COLUMN: Final = "column"
_OPERATIONS: Final = (ast.Add, ast.Sub, ast.Mult, ast.Pow)
_CALLS: Final = {"abs": 1, "finite": 1, "known": 1, "max": 2, "min": 2}
_LONGEST: Final = 400
_POWER: Final = 8
MOST: Final = 2.0**223                                  # what is larger is no number of a sum

Span = tuple[float, float]
Value = NDArray[np.float64] | float


class Quantity(NamedTuple):
    """What an expression reads: ``score``, ``column['latency']``, ``label['cat']``."""

    name: str
    of: str = ""


@cache
def tree(text: str) -> ast.expr:
    """The expression as a tree; InputError where it is not one."""
    try:
        body = ast.parse(text[:_LONGEST + 1].strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise InputError(f"{text!r} is not an expression: {error}") from error
    if len(text) > _LONGEST or not _known(body):
        names = ", ".join((*SHARES, *NUMBERS, f"{COLUMN}['NAME']"))
        raise InputError(f"{text!r}: a sum is made of {names}, numbers, + - * and ** 2 to {_POWER}, "
                         f"{', '.join(sorted(_CALLS))}")
    return body


def _known(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        power = not isinstance(node.op, ast.Pow) or (
            isinstance(node.right, ast.Constant) and type(node.right.value) is int and 1 <= node.right.value <= _POWER)
        return isinstance(node.op, _OPERATIONS) and power and _known(node.left) and _known(node.right)
    if isinstance(node, ast.Call):
        named = isinstance(node.func, ast.Name) and _CALLS.get(node.func.id) == len(node.args)
        return named and not node.keywords and all(map(_known, node.args))
    if isinstance(node, ast.Constant):
        return type(node.value) in (int, float)
    return _quantity(node) is not None


def _quantity(node: ast.AST) -> Quantity | None:
    if isinstance(node, ast.Name) and node.id in (*SHARES, *NUMBERS):
        return Quantity(node.id)
    if (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str) and node.value.id in (*BY_CLASS, COLUMN)):
        return Quantity(node.value.id, node.slice.value)
    return None


def quantities(text: str) -> tuple[Quantity, ...]:
    """What an expression reads, sorted."""
    return tuple(sorted(set(_read(tree(text)))))


def _read(node: ast.AST) -> Iterator[Quantity]:
    quantity = _quantity(node)
    if quantity is not None:
        yield quantity
    else:
        for child in ast.iter_child_nodes(node):
            yield from _read(child)


def of_class(text: str, name: str) -> str:
    """The expression of one class against all others: ``score`` becomes ``score['cat']``."""
    return ast.unparse(_OfClass(name).visit(ast.parse(text, mode="eval")))


class _OfClass(ast.NodeTransformer):
    def __init__(self, name: str) -> None:
        self._name = name

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in BY_CLASS:
            return node
        return ast.Subscript(node, ast.Constant(self._name), ast.Load())


@cache
def bounded(text: str) -> bool:
    """Whether the expression stays between -1 and 1."""
    low, high = _span(tree(text))
    return low >= -1 and high <= 1


def _span(node: ast.expr) -> Span:
    """Between which values it lies."""
    if isinstance(node, ast.Constant):
        return _number(node), _number(node)
    if isinstance(node, ast.Call):
        return _span_of_call(node)
    if not isinstance(node, ast.BinOp):
        quantity = _quantity(node)
        assert quantity is not None
        return (0.0, 1.0) if quantity.name in SHARES else (-np.inf, np.inf)
    (a, b), (c, d) = _span(node.left), _span(node.right)
    if isinstance(node.op, ast.Add):
        return a + c, b + d
    if isinstance(node.op, ast.Sub):
        return a - d, b - c
    if isinstance(node.op, ast.Mult):
        ends = tuple(0.0 if 0 in (x, y) else x * y for x in (a, b) for y in (c, d))     # 0 times inf is 0 here
        return min(ends), max(ends)
    even = c % 2 == 0
    ends = (a**c, b**c)
    return (0.0 if even and a < 0 < b else min(ends)), max(ends)


def _span_of_call(node: ast.Call) -> Span:
    assert isinstance(node.func, ast.Name)
    if node.func.id in ("known", "finite"):
        return 1.0, 1.0
    spans = [_span(argument) for argument in node.args]
    if node.func.id == "abs":
        low, high = spans[0]
        return (0.0 if low < 0 < high else min(abs(low), abs(high))), max(abs(low), abs(high))
    pick = max if node.func.id == "max" else min
    return pick(spans[0][0], spans[1][0]), pick(spans[0][1], spans[1][1])


def evaluate(text: str, values: Mapping[Quantity, NDArray[np.float64]]) -> NDArray[np.float64]:
    """float64[rows]: the value of each row; nan where a quantity is missing."""
    rows = next(iter(values.values())).shape if values else ()
    with np.errstate(over="ignore", invalid="ignore"):
        return np.broadcast_to(np.asarray(_evaluate(tree(text), values), dtype=np.float64), rows)


def _evaluate(node: ast.expr, values: Mapping[Quantity, NDArray[np.float64]]) -> Value:
    quantity = _quantity(node)
    if quantity is not None:
        return values[quantity]
    if isinstance(node, ast.Call):
        return _called(node, [_evaluate(argument, values) for argument in node.args])
    if not isinstance(node, ast.BinOp):
        return _number(node)
    left = _evaluate(node.left, values)
    if isinstance(node.op, ast.Pow):
        return _power(left, int(_number(node.right)))
    right = _evaluate(node.right, values)
    if isinstance(node.op, ast.Add):
        return left + right
    return left - right if isinstance(node.op, ast.Sub) else left * right


def _called(node: ast.Call, arguments: Sequence[Value]) -> Value:
    assert isinstance(node.func, ast.Name)
    if node.func.id == "abs":
        return np.abs(arguments[0])
    if node.func.id == "finite":
        return np.where(np.isfinite(arguments[0]), 1.0, np.nan)
    if node.func.id == "known":
        return np.where(np.abs(arguments[0]) < MOST, 1.0, np.nan)
    one, other = arguments
    return np.maximum(one, other) if node.func.id == "max" else np.minimum(one, other)


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
