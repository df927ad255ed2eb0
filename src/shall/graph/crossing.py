"""Crosses of columns, made when a row comes: no column of pairs is ever stored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import product
from math import prod
from typing import Any, Final

import numpy as np

from shall.core.errors import InputError
from shall.graph import categories as single
from shall.graph.kinds import MISSING
from shall.graph.value import Value

FACTOR: Final = 1_000_003.0                 # products of it and a hash are whole numbers below 2**53
LARGEST: Final = 2.0**31 - 1
UNKNOWN: Final = -(2.0**52)                 # so far below 0 that no sum with it is a code


class Cross:
    """Several columns as one key. Made by `cross`."""

    def __init__(self, parts: Sequence[Value]) -> None:
        self.parts = tuple(parts)

    def lookup(self, table: Any, default: Any = np.nan) -> Value:
        """The row of a table whose keys are tuples, or of a data frame with an index of several levels; ``default``
        for a combination that is not there. None in a key is a missing value."""
        keys, rows, names = single._table(table)
        self._fit(keys)
        number, places = self._codes(keys)
        none = single._row(default, rows.shape[1])
        return Value("lookup", (number,), {"keys": places, "table": rows, "default": none, "missing": none}, names)

    def codes(self, pairs: Sequence[tuple[Any, ...]] | None = None, unknown: float = -1.0) -> Value:
        """The place of a combination among some, or among all of the categories that the inputs name."""
        keys = self._every() if pairs is None else list(pairs)
        self._fit(keys)
        number, places = self._codes(keys)
        codes = np.arange(len(keys), dtype=np.float64)
        return Value("codes", (number,), {"categories": (places,), "codes": (codes,), "unknown": np.array([unknown]),
                                          "missing": np.array([unknown])}, ["_".join(self._names())])

    def one_hot(self, pairs: Sequence[tuple[Any, ...]] | None = None) -> Value:
        """A column for each combination: of some, or of all categories that the inputs name."""
        keys = self._every() if pairs is None else list(pairs)
        self._fit(keys)
        number, places = self._codes(keys)
        names = ["_".join(f"{name}={single._shown(MISSING if one is None else one)}"
                          for name, one in zip(self._names(), key, strict=True)) for key in keys]
        return Value("one_hot", (number,), {"categories": (places,)}, names)

    def hashed(self, buckets: int) -> Value:
        """The bucket of a combination, from 0; its columns are inputs of the kind `hashed`. Missing where one is."""
        return _bucket(reduce(_mixed, [_remainder(one, LARGEST) for one in self.parts]), buckets)

    def _names(self) -> list[str]:
        return [one.names[0] if one.names else f"part {place}" for place, one in enumerate(self.parts)]

    def _every(self) -> list[tuple[Any, ...]]:
        return list(product(*(single.known(one)[0] for one in self.parts)))

    def _fit(self, keys: Sequence[Any]) -> None:
        if wrong := next((key for key in keys if not isinstance(key, tuple) or len(key) != len(self.parts)), None):
            raise InputError(f"a key of a cross of {' and '.join(self._names())} is a tuple of {len(self.parts)}, and "
                             f"{wrong!r} is none")

    def _codes(self, keys: Sequence[tuple[Any, ...]]) -> tuple[Value, Any]:
        """One number for each combination of the values in the keys, and those of the keys."""
        every = [single._keys(list(dict.fromkeys(_same(key[place]) for key in keys)))
                 for place in range(len(self.parts))]
        if prod(len(one) for one in every) > -UNKNOWN / 2:
            raise InputError(f"a cross of {' and '.join(self._names())} has more combinations than a number can count")
        steps = np.cumprod([1, *(len(one) for one in every[:0:-1])])[::-1].astype(np.float64)
        numbers = [_scaled(part, own, step) for part, own, step in zip(self.parts, every, steps, strict=True)]
        places = [{_same(one): step * place for place, one in enumerate(np.asarray(own).tolist())}
                  for own, step in zip(every, steps, strict=True)]
        found = [sum(place[_key(one, part)] for place, one, part in zip(places, key, self.parts, strict=True))
                 for key in keys]
        return reduce(lambda one, other: one + other, numbers), np.array(found, dtype=np.float64)


def cross(*parts: Value) -> Cross:
    """A cross of two or more columns: ``cross(x["city"], x["hour"]).lookup(rates, default=0.02)``."""
    if len(parts) < 2 or any(one.kind.width != 1 for one in parts):
        raise InputError("a cross is of two columns or more: cross(x[\"city\"], x[\"hour\"])")
    return Cross(parts)


def hashed(x: Value, buckets: int) -> Value:
    """The bucket of an input of the kind `hashed`, from 0: as scikit-learn's `FeatureHasher` chooses the column."""
    return _bucket(Value("elementwise", (x,), {"function": "absolute"}, x.names), buckets)


def _scaled(part: Value, own: Any, step: float) -> Value:
    return Value("codes", (part,), {"categories": (own,), "codes": (np.arange(len(own)) * step,),
                                    "unknown": np.array([UNKNOWN]), "missing": np.array([UNKNOWN])})


def _bucket(x: Value, buckets: int) -> Value:
    if not 1 <= buckets <= LARGEST:
        raise InputError(f"there are {buckets} buckets: give 1 or more, below 2**31")
    return _remainder(x, float(buckets))


def _mixed(one: Value, other: Value) -> Value:
    return _remainder(one * FACTOR + other, LARGEST)


def _remainder(x: Value, of: float) -> Value:
    """x modulo a whole number, exact for whole numbers below 2**53."""
    whole = Value("elementwise", (x / of,), {"function": "floor"})
    return x - whole * of


def _same(one: Any) -> Any:
    """One word for what is missing, equal to itself."""
    return None if single._absent(one) or one == MISSING else one


def _key(one: Any, part: Value) -> Any:
    one = _same(one)
    return float(one) if one is not None and not isinstance(one, str) else one


