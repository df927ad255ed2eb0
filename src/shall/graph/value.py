"""A value in a graph that is being written: it reads like an array, and knows where it was made and what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final
from weakref import WeakValueDictionary

import numpy as np

from shall import registry
from shall.core.errors import InputError, Problem
from shall.graph.kinds import Array, Fault, Kind
from shall.graph.node import Input
from shall.graph.renamed import KNOWN, OPERATORS, refused

HERE: Final = str(Path(__file__).parent.parent)
NOTHING: Final = ("nothing equals what is missing (NaN, None), not even itself",
                  "ask x.isna() for what is missing, ~x.isna() for what is there")
_numbers: Final = count()
_alive: Final[WeakValueDictionary[int, Value]] = WeakValueDictionary()


class Value:
    """What one operation gives, ``kind.width`` columns for each row. Made by the functions of `shall.graph` only."""

    __hash__ = object.__hash__

    def __init__(self, op: str, inputs: Sequence[Value], settings: dict[str, Any], names: Sequence[str] = ()) -> None:
        self.op, self.inputs, self.settings = op, tuple(inputs), settings
        self.number = next(_numbers)
        _alive[self.number] = self
        self.kind = Kind("number")
        self.place = _place()
        self.problem: Problem | None = None
        self.input: Input | None = None     # of a column that comes from outside
        self.asked: tuple[Input, ...] = ()  # of packed inputs: their columns
        self.parts: tuple[Value, ...] = ()  # what was put beside each other
        self.broken: bool = any(one.broken for one in self.inputs)
        self.reference: tuple[str, tuple[Value, ...], Callable[..., Array]] | None = None
        try:
            self.kind = registry.find("graph", op).kind(tuple(one.kind for one in self.inputs), settings)
        except Fault as fault:
            if not self.broken:             # what follows from a fault is none
                self.fault(fault)
            self.kind = Kind("number", max((one.kind.width for one in self.inputs), default=1))
        self.names = tuple(names) if len(names) == self.kind.width else ()

    def fault(self, fault: Fault) -> None:
        """Tell what is wrong with this value, with its line."""
        file, _, line = self.place.rpartition(":")
        self.problem = Problem(file, int(line or 0), 0, f"{self.op}: {fault.message}", fault.fix)
        self.broken = True

    def named(self, *names: str) -> Value:
        """The same value; its columns have these names."""
        self.names = names
        return self

    def against(self, label: str, inputs: Sequence[Value], call: Callable[..., Array]) -> Value:
        """The same value, which is to equal ``call`` of the arrays of ``inputs``: the proof asks it."""
        self.reference = (label, tuple(inputs), call)
        return self

    def __getitem__(self, key: Any) -> Value:
        """Some of its columns: ``[:, 1]``, ``[:, 2:4]``, ``[:, [0, 3]]`` by place, ``["age"]``, ``[["age", "pay"]]`` by
        name."""
        places = self._places(key)
        names = [self.names[place] for place in places] if self.names else ()
        return Value("pick", (self,), {"columns": places}, names)

    def _places(self, key: Any) -> tuple[int, ...]:
        every = range(self.kind.width)
        if isinstance(key, tuple) and len(key) == 2 and key[0] == slice(None):
            chosen = every[key[1]] if isinstance(key[1], slice) else key[1]
            try:
                return tuple(every[int(place)] for place in np.atleast_1d(chosen))
            except IndexError as error:
                raise InputError(f"there are {len(every)} columns here, and none at {key[1]}") from error
        names = [key] if isinstance(key, str) else list(key) if isinstance(key, list) else []
        if not names or not all(name in self.names for name in names):
            raise InputError(f"{key!r} is no column here: take [:, place], or of the names "
                             f"{', '.join(self.names) or '(none)'}")
        return tuple(self.names.index(name) for name in names)

    def __iter__(self) -> Iterator[Value]:
        return (self[:, place] for place in range(self.kind.width))

    def __len__(self) -> int:
        return self.kind.width

    def __repr__(self) -> str:
        return f"<{self.op}: {self.kind}>"

    def __bool__(self) -> bool:
        raise InputError(f"{KNOWN}: use where(condition, this, that), and & | ~ instead of and, or, not")

    def __float__(self) -> float:
        raise refused("Python", "")

    def __array__(self, *_: Any, **__: Any) -> Array:
        raise refused("numpy", "")

    def __array_function__(self, function: Any, *_: Any) -> Any:
        raise refused(f"np.{function.__name__}", function.__name__)

    def __array_ufunc__(self, function: Any, method: str, *given: Any, **settings: Any) -> Any:
        if method != "__call__" or settings or len(given) != 2 or function.__name__ not in OPERATORS:
            raise refused(f"np.{function.__name__}", function.__name__)
        straight, turned = OPERATORS[function.__name__]
        return straight(*given) if isinstance(given[0], Value) else getattr(given[1], turned)(given[0])

    def __format__(self, how: str) -> str:
        if how:
            raise InputError(f"{KNOWN}, so it cannot be written as {how!r}: print the outputs of the compiled graph")
        return str(self)

    def _with(self, op: str, function: str, other: Any, turned: bool = False) -> Value:
        both = (self, value_of(other))
        names = self.names if both[1].op == "constant" or both[1].names == self.names else ()
        both = both if op == "logic" else counted(*both)
        return Value(op, both[::-1] if turned else both, {"function": function}, names)

    def __add__(self, other: Any) -> Value:
        return self._with("arithmetic", "add", other)

    def __radd__(self, other: Any) -> Value:
        return self._with("arithmetic", "add", other, turned=True)

    def __sub__(self, other: Any) -> Value:
        return self._with("arithmetic", "subtract", other)

    def __rsub__(self, other: Any) -> Value:
        return self._with("arithmetic", "subtract", other, turned=True)

    def __mul__(self, other: Any) -> Value:
        return self._with("arithmetic", "multiply", other)

    def __rmul__(self, other: Any) -> Value:
        return self._with("arithmetic", "multiply", other, turned=True)

    def __truediv__(self, other: Any) -> Value:
        return self._with("arithmetic", "divide", other)

    def __rtruediv__(self, other: Any) -> Value:
        return self._with("arithmetic", "divide", other, turned=True)

    def __pow__(self, other: Any) -> Value:
        return self._with("arithmetic", "power", other)

    def __rpow__(self, other: Any) -> Value:
        return self._with("arithmetic", "power", other, turned=True)

    def __mod__(self, other: Any) -> Value:
        raise refused("%", "%")

    def __floordiv__(self, other: Any) -> Value:
        raise refused("//", "//")

    __rmod__, __rfloordiv__ = __mod__, __floordiv__

    def __abs__(self) -> Value:
        return Value("elementwise", (self,), {"function": "absolute"}, self.names)

    def __neg__(self) -> Value:
        return Value("elementwise", (self,), {"function": "negative"}, self.names)

    def __lt__(self, other: Any) -> Value:
        return self._with("compare", "less", other)

    def __le__(self, other: Any) -> Value:
        return self._with("compare", "less_equal", other)

    def __gt__(self, other: Any) -> Value:
        return self._with("compare", "greater", other)

    def __ge__(self, other: Any) -> Value:
        return self._with("compare", "greater_equal", other)

    def __eq__(self, other: Any) -> Value:  # type: ignore[override]
        if _absent(other):
            return faulty("compare", *NOTHING, (self,))
        return self.isin([other]) if isinstance(other, str) else self._with("compare", "equal", other)

    def __ne__(self, other: Any) -> Value:  # type: ignore[override]
        if _absent(other):
            return faulty("compare", *NOTHING, (self,))
        return ~self.isin([other]) if isinstance(other, str) else self._with("compare", "not_equal", other)

    def __and__(self, other: Value) -> Value:
        return self._with("logic", "and", other)

    def __or__(self, other: Value) -> Value:
        return self._with("logic", "or", other)

    def __invert__(self) -> Value:
        return Value("logic", (self,), {"function": "not"}, self.names)

    def isin(self, values: Sequence[Any]) -> Value:
        """Whether a value is one of some."""
        return Value("is_in", (self,), {"values": tuple(values)}, self.names)

    def isna(self) -> Value:
        """Whether a value is missing."""
        return Value("is_missing", (self,), {}, self.names)


def counted(one: Value, other: Value) -> tuple[Value, Value]:
    """Both; a truth beside a number counts 1 or 0, as in numpy. Two truths stay: to numpy their sum is one, too."""
    whats = {one.kind.what, other.kind.what}
    first, second = (Value("cast", (value,), {}, value.names) if value.kind.what == "truth" else value
                     for value in (one, other)) if whats == {"truth", "number"} else (one, other)
    return first, second


def alive() -> list[Value]:
    """Every value that somebody still holds, in the order in which they were made."""
    return sorted(_alive.values(), key=lambda value: value.number)


def faulty(op: str, message: str, fix: str, inputs: Sequence[Value] = ()) -> Value:
    """A value in whose place there is only a problem, told with all others when the graph is put together."""
    value = Value("constant", (), {"value": np.zeros(1)})
    value.op, value.inputs = op, tuple(inputs)
    value.fault(Fault(message, fix))
    return value


def _absent(given: Any) -> bool:
    return given is None or (isinstance(given, float | np.floating) and bool(given != given))


def value_of(given: Any) -> Value:
    """A value as it is; numbers and truths as constants: one, or one a column."""
    if isinstance(given, Value):
        return given
    array = np.atleast_1d(np.asarray(given))
    if array.dtype.kind not in "biuf" or array.ndim > 1:
        raise InputError(f"{given!r} is neither a value of a graph nor a number")
    return Value("constant", (), {"value": array if array.dtype.kind == "b" else array.astype(np.float64)})


def _place() -> str:
    """The line outside of shall that makes this value."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(HERE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
