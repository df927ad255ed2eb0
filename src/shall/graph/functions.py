"""A function of a user inside of a graph: its Python, and its body in ONNX, tried against each other when declared.

    @function('''agraph (double[rows, 2] x) => (double[rows, 1] y) {
        axes = Constant<value_ints = [1]>()
        y = ReduceL2<keepdims = 1>(x, axes)
    }''')
    def length(x):
        return np.sqrt((x ** 2).sum(axis=1, keepdims=True))

    p = length(x[["east", "north"]])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import numpy as np

from shall.core.errors import DataError, InputError, MissingExtra
from shall.graph import foreign
from shall.graph.columns import Columns
from shall.graph.converting import Given
from shall.graph.emitter import IR, ML_OPSET, OPSET, Emitter
from shall.graph.kinds import MISSING, Array, Fault, Kind
from shall.graph.ops import function as op
from shall.graph.ops.imported import stated
from shall.graph.uniform import uniform
from shall.graph.value import Value

EDGES: Final = (0.0, -0.0, 5e-324, -1e-310, 1e-42, 1e-7, 0.1, 1 / 3, 0.5, 1.0, -1.0, 1.5, 2.5, -2.5, 16777217.0,
                2.0**53, 1e10, -1e10, 1e100, -1e300, float("inf"), float("-inf"), float("nan"))
TEXTS: Final = ("", "a", "A", "ä", " ", "0", "nan", MISSING)
ROWS: Final = 256


class Writes(Protocol):
    """A body that is written: it is given the emitter and the tensors [rows, width], and gives one."""

    def __call__(self, to: Emitter, *given: str) -> str:
        """The tensor that the function gives."""
        ...


def function(body: str | Writes, *, takes: Sequence[int | Kind] = (1,), gives: int | Kind = 1,
             rows: Sequence[Array] | None = None, tolerance: float = 1e-12) -> Callable[[Callable[..., Any]], Any]:
    """Declare a function of arrays [n, width] with its ``body``: ONNX text (`agraph (…) => (…) {…}`, opset 21), or a
    function that writes it, with what it ``takes`` and ``gives``: numbers so many columns wide, or a `Kind`.

    Both are asked of edge values (missing, infinite, ±0, denormal, large) and of ``rows``, one array for each input,
    where you have some. InputError where they differ by more than ``tolerance``, relative to 1 or to what Python says.
    """
    def declared(python: Callable[..., Any]) -> Callable[..., Value]:
        name = getattr(python, "__name__", "function")
        try:
            content = _parsed(body) if isinstance(body, str) else _written(body, _kinds(takes), _kinds((gives,))[0])
            content = uniform(content)
            kinds, (what, width) = stated(foreign.parsed(content))
        except (DataError, Fault) as error:
            raise InputError(f"the body of {name} is not taken: {error}") from error
        settings = {"name": name, "model": np.frombuffer(content, dtype=np.uint8), "takes": kinds, "what": what,
                    "width": width}
        _compared(name, python, settings, rows, tolerance)
        return _called(name, python, settings)

    return declared


def _called(name: str, python: Callable[..., Any], settings: dict[str, Any]) -> Callable[..., Value]:
    def call(*x: Given) -> Value:
        values = tuple(one.numeric if isinstance(one, Columns) else one for one in x)
        return Value("function", values, settings).against(name, values, _asked(python))

    call.__name__, call.__doc__ = name, python.__doc__
    return call


def _asked(python: Callable[..., Any]) -> Callable[..., Array]:
    def ask(*arrays: Array) -> Array:
        with np.errstate(all="ignore"):
            said = np.asarray(python(*arrays))
        return said.reshape(len(said), -1) if len(said) else said

    return ask


def _parsed(text: str) -> bytes:
    try:
        from onnx import helper, parser
    except ImportError as error:
        raise MissingExtra("onnx", "onnx", "a function in a graph") from error
    try:
        graph = parser.parse_graph(text)
    except parser.ParseError as error:
        raise DataError(f"it is no ONNX text: {str(error).strip()}") from error
    learned = any(node.domain == "ai.onnx.ml" for node in graph.node)
    opsets = [helper.make_opsetid("", OPSET), *([helper.make_opsetid("ai.onnx.ml", ML_OPSET)] if learned else [])]
    return bytes(helper.make_model(graph, ir_version=IR, opset_imports=opsets).SerializeToString())


def _written(body: Writes, takes: Sequence[Kind], gives: Kind) -> bytes:
    to = Emitter()
    names = [f"x{place}" for place in range(len(takes))]
    to.name(body(to, *names), "y")
    return to.model([(name, kind.what, kind.width) for name, kind in zip(names, takes, strict=True)],
                    [("y", gives.what, gives.width)], {})


def _kinds(asked: Sequence[int | Kind]) -> tuple[Kind, ...]:
    return tuple(one if isinstance(one, Kind) else Kind("number", one) for one in asked)


def _compared(name: str, python: Callable[..., Any], settings: dict[str, Any], rows: Sequence[Array] | None,
              tolerance: float) -> None:
    """InputError where Python and the body differ."""
    sets = [tuple(_edges(what, width, place) for place, (what, width) in enumerate(settings["takes"]))]
    if rows is not None:
        sets.append(tuple(np.asarray(one) for one in rows))
    for arrays in sets:
        expected, found = _asked(python)(*arrays), op.run(arrays, settings)
        if expected.shape != found.shape:
            raise InputError(f"{name} gives {expected.shape} in Python, and its body {found.shape}")
        apart = _apart(expected, found, tolerance)
        if apart.any():
            row = int(np.flatnonzero(apart.any(axis=1))[0])
            given = ", ".join(str(one[row].tolist()) for one in arrays)
            raise InputError(f"{name} and its body differ on {int(apart.any(axis=1).sum())} of {len(apart)} rows: of "
                             f"{given} Python says {expected[row].tolist()}, and the body {found[row].tolist()}")


def _apart(expected: Array, found: Array, tolerance: float) -> Array:
    if found.dtype.kind != "f":
        return np.asarray(expected.astype(found.dtype) != found)
    with np.errstate(all="ignore"):
        near = np.abs(expected - found) <= tolerance * np.maximum(1, np.abs(expected))
    return np.asarray(~(near | (expected == found) | (np.isnan(expected) & np.isnan(found))))


def _edges(what: str, width: int, seed: int) -> Array:
    """[n, width]: every edge in every column at once, then edges and plain values mixed."""
    random = np.random.default_rng(seed)
    if what == "text":
        return random.choice(np.array(TEXTS), size=(ROWS, width))
    if what == "truth":
        return random.random((ROWS, width)) < 0.5
    every = np.repeat(np.array(EDGES)[:, None], width, axis=1)
    mixed = np.where(random.random((ROWS, width)) < 0.3, random.choice(np.array(EDGES), (ROWS, width)),
                     random.normal(size=(ROWS, width)) * 10.0 ** random.integers(-3, 4, (ROWS, 1)))
    return np.vstack([every, mixed])
