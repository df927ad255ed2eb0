"""The rows of one batch as codes: which group, label, decision, cell. Each is made once a batch, for all cubes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.core.log import MISSING, Binding, GroupDef
from shall.tally import grid
from shall.tally.expressions import evaluate, limbs, quantities

if TYPE_CHECKING:
    from shall.tally.plan import Plan

Codes = NDArray[np.integer]
_BUCKETS: Final = 200
_MIX: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class Rows:
    """A record batch, read by a plan; nothing is made before it is asked for."""

    def __init__(self, plan: Plan, batch: pa.RecordBatch) -> None:
        self.batch = batch
        self._binding: Binding = plan.binding
        self._plan = plan
        self._axes: dict[str, Codes] = {}
        self._keys: dict[str, tuple[Codes, list[str]]] = {}
        self._limbs: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}

    def key(self, name: str) -> tuple[Codes, list[str]]:
        """The code of each row in a group (or category), and what the codes stand for."""
        if name not in self._keys:
            category = name.startswith("category:")
            group = GroupDef(name, name.removeprefix("category:")) if category else self._plan.group(name)
            self._keys[name] = _group(self._column(group.column), group)
        return self._keys[name]

    def axis(self, name: str) -> Codes:
        """The code of each row on an axis of fixed size."""
        if name not in self._axes:
            self._axes[name] = self._axis(name)
        return self._axes[name]

    def sum_limbs(self, text: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Both halves of an expression in each row."""
        if text not in self._limbs:
            self._limbs[text] = limbs(evaluate(text, {name: self._quantity(name) for name in quantities(text)}))
        return self._limbs[text]

    def _axis(self, name: str) -> Codes:
        if name == "label":
            return _equals(self._role("label"), self._binding.positive)
        if name == "decision":
            return self._decision()
        if name == "score":
            return grid.cell_of(_floats(self._role("score")))
        if name == "bucket":
            return bucket_of(self._role("unit"))
        return grid.code_of(_floats(self._column(name.removeprefix("value:")))) + 1

    def _decision(self) -> Codes:
        if self._binding.column("decision") is not None:
            return _equals(self._role("decision"), self._binding.decided or self._binding.positive)
        score = _floats(self._role("score"))
        assert self._binding.threshold is not None
        return np.where(np.isnan(score), np.int8(2), (score >= self._binding.threshold).astype(np.int8))

    def _quantity(self, name: str) -> NDArray[np.float64]:
        if name == "score":
            score = _floats(self._role("score"))
            return np.where((score >= 0) & (score <= 1), score, np.nan)
        codes = self.axis(name)
        return np.where(codes == 2, np.nan, codes.astype(np.float64))

    def _role(self, role: str) -> pa.Array:
        column = self._binding.column(role)
        if column is None:
            raise DataError(f"the log has no {role} column")
        return self._column(column)

    def _column(self, name: str) -> pa.Array:
        return self.batch.column(name)


def _group(column: pa.Array, group: GroupDef) -> tuple[Codes, list[str]]:
    if group.cut:
        values = _floats(column)
        bands = np.searchsorted(np.asarray(group.cut), values, side="right")
        return np.where(np.isnan(values), len(group.cut) + 1, bands), [*band_names(group.cut), MISSING]
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    labels = [MISSING if value is None else _name(value) for value in encoded.dictionary.to_pylist()]
    indices = encoded.indices
    if indices.null_count:
        indices = pc.fill_null(indices.cast(pa.int64()), len(labels))
        labels.append(MISSING)
    return indices.to_numpy(zero_copy_only=False), labels


def _name(value: object) -> str:
    """How a value of a group column is written: 1.0 as 1, True as true."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def band_names(cut: tuple[float, ...]) -> list[str]:
    """``(25, 45)`` gives ``below 25``, ``25 to 45``, ``45 and over``; a band includes its lower edge."""
    edges = [f"{edge:g}" for edge in cut]
    inner = [f"{low} to {high}" for low, high in zip(edges, edges[1:], strict=False)]
    return [f"below {edges[0]}", *inner, f"{edges[-1]} and over"]


def _equals(column: pa.Array, positive: str) -> Codes:
    """int8[rows]: 1 where the value is the positive one, 0 where it is another, 2 where it is missing."""
    if pa.types.is_dictionary(column.type):
        of_entry = np.append(_equals(column.dictionary, positive), np.int8(2))
        indices = pc.fill_null(column.indices.cast(pa.int64()), len(of_entry) - 1)
        return of_entry[indices.to_numpy(zero_copy_only=False)]
    if pa.types.is_floating(column.type):
        values = column.to_numpy(zero_copy_only=False)
        return np.where(np.isnan(values), np.int8(2), (values == float(positive)).astype(np.int8))
    if pa.types.is_integer(column.type) and not column.null_count:
        return (column.to_numpy(zero_copy_only=False) == float(positive)).view(np.int8)
    wanted = pa.scalar(positive if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
                       else positive.lower() in ("true", "1", "yes") if pa.types.is_boolean(column.type)
                       else float(positive))
    codes = pc.fill_null(pc.cast(pc.equal(column, wanted), pa.int8()), 2)
    return np.asarray(codes.to_numpy(zero_copy_only=False))


def _floats(column: pa.Array) -> NDArray[np.floating]:
    """float[rows], nan where missing; DataError for text."""
    if pa.types.is_duration(column.type):
        column = pc.divide(pc.cast(pc.cast(column, pa.duration("ns")), pa.int64()).cast(pa.float64()), 1e9)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_decimal(column.type)
            or pa.types.is_boolean(column.type) or pa.types.is_null(column.type)):
        raise DataError(f"a column of {column.type} is not made of numbers")
    if pa.types.is_floating(column.type) and not column.null_count:
        values: NDArray[np.floating] = column.to_numpy(zero_copy_only=False)
        return values
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def bucket_of(units: pa.Array) -> Codes:
    """int64[rows] in 0…199: SHA-256 of the text of each distinct unit; a missing one is a unit of its own."""
    encoded = units if pa.types.is_dictionary(units.type) else units.dictionary_encode()
    if pa.types.is_integer(encoded.dictionary.type) and not encoded.dictionary.null_count:
        of_entry = _mixed(encoded.dictionary.to_numpy(zero_copy_only=False).astype(np.int64).view(np.uint64))
    else:
        names = encoded.dictionary.to_pylist()
        digests = (hashlib.sha256(_name(name).encode()).digest()[:8] for name in names)
        of_entry = np.array([int.from_bytes(digest, "big") % _BUCKETS for digest in digests], dtype=np.int64)
    of_entry = np.append(of_entry, 0)
    indices = pc.fill_null(encoded.indices.cast(pa.int64()), len(of_entry) - 1)
    return np.asarray(of_entry[indices.to_numpy(zero_copy_only=False)])


def _mixed(key: NDArray[np.uint64]) -> NDArray[np.int64]:
    """splitmix64 (Steele, Lea and Flood 2014, figure 15), modulo the buckets."""
    with np.errstate(over="ignore"):
        key = key + _MIX[0]
        key = (key ^ (key >> np.uint64(30))) * _MIX[1]
        key = (key ^ (key >> np.uint64(27))) * _MIX[2]
    return ((key ^ (key >> np.uint64(31))) % np.uint64(_BUCKETS)).astype(np.int64)
