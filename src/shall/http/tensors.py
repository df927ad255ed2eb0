"""Tensors of the Open Inference Protocol: as JSON, or as bytes behind it (the binary tensor extension)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

import msgspec

from shall.core.errors import Fault
from shall.http.problems import Refusal
from shall.http.reading import Scalar

# datatype: letter of struct, bytes
TYPES: Final = {"BOOL": ("?", 1), "INT8": ("b", 1), "INT16": ("h", 2), "INT32": ("i", 4), "INT64": ("q", 8),
                "UINT8": ("B", 1), "UINT16": ("H", 2), "UINT32": ("I", 4), "UINT64": ("Q", 8),
                "FP16": ("e", 2), "FP32": ("f", 4), "FP64": ("d", 8)}
TEXT: Final = "BYTES"
SIZE: Final = "binary_data_size"
Parameters = dict[str, Scalar]


class Tensor(msgspec.Struct, forbid_unknown_fields=True):
    """An input: n values, [n] or [n, 1], or [n, k] of k columns. ``data`` flat or by rows, in JSON or behind it."""

    name: str
    shape: list[int]
    datatype: str
    data: list[Scalar | list[Scalar]] | msgspec.UnsetType = msgspec.UNSET
    parameters: Parameters | msgspec.UnsetType = msgspec.UNSET

    def keys(self) -> int:
        """How many keys it has in JSON."""
        own = 3 + (self.data is not msgspec.UNSET)
        return own if self.parameters is msgspec.UNSET else own + 1 + len(self.parameters)

    @property
    def size(self) -> Scalar:
        """Bytes behind the JSON; None where there are none."""
        return None if self.parameters is msgspec.UNSET else self.parameters.get(SIZE)


class Told(msgspec.Struct, omit_defaults=True):
    """An output."""

    name: str
    datatype: str
    shape: list[int]
    parameters: Parameters | msgspec.UnsetType = msgspec.UNSET
    data: list[Any] | msgspec.UnsetType = msgspec.UNSET


def values(tensor: Tensor, behind: memoryview | None) -> list[Any]:
    """The values in the order of the rows. Refusal (422) where shape, datatype and data do not fit together."""
    if tensor.datatype not in TYPES and tensor.datatype != TEXT:
        raise wrong(tensor.name, f"the datatype {tensor.datatype[:32]!r} is unknown",
                    f"one of {TEXT}, {', '.join(TYPES)}")
    if not 1 <= len(tensor.shape) <= 2 or min(tensor.shape) < 0:
        raise wrong(tensor.name, f"the shape {tensor.shape[:8]} is none that a table has", "[n], [n, 1] or [n, k]")
    count = tensor.shape[0] * (tensor.shape[1] if len(tensor.shape) == 2 else 1)
    if behind is not None:
        return _unpacked(tensor, behind, count)
    found: list[Any] = [] if tensor.data is msgspec.UNSET else tensor.data
    if found and isinstance(found[0], list):
        if not all(isinstance(row, list) and len(row) == tensor.shape[-1] for row in found) or len(tensor.shape) == 1:
            raise wrong(tensor.name, f"its rows are not of the shape {tensor.shape}",
                        "rows of the same length, or a flat list")
        found = list(chain.from_iterable(found))
    if len(found) != count:
        raise wrong(tensor.name, f"the shape {tensor.shape} has {count} values, and there are {len(found)}",
                    "send as many values as the shape says")
    if any(isinstance(value, list) for value in found):
        raise wrong(tensor.name, "some of its values are lists and some are not", "one or the other")
    _of_type(tensor, found)
    return found


def _of_type(tensor: Tensor, found: Sequence[Any]) -> None:
    allowed = {str, type(None)} if tensor.datatype == TEXT else {float, int, bool, type(None)}
    if not allowed.issuperset(map(type, found)):
        place = next(place for place, value in enumerate(found) if type(value) not in allowed)
        kind = "text" if isinstance(found[place], str) else "no text"
        fix = "write each value as a text, in quotes, or name another datatype: INT64, FP64, BOOL" \
            if tensor.datatype == TEXT else f"write numbers without quotes, or name the datatype {TEXT}"
        raise wrong(tensor.name, f"value {place} is {kind}, and the datatype is {tensor.datatype}", fix)


def _unpacked(tensor: Tensor, behind: memoryview, count: int) -> list[Any]:
    if tensor.datatype == TEXT:
        return _texts(tensor, behind, count)
    letter, size = TYPES[tensor.datatype]
    if len(behind) != size * count:
        raise wrong(tensor.name, f"the shape {tensor.shape} of {tensor.datatype} takes {size * count} bytes, and there "
                                 f"are {len(behind)}", f"the right {SIZE}")
    return list(struct.unpack(f"<{count}{letter}", behind))


def _texts(tensor: Tensor, behind: memoryview, count: int) -> list[Any]:
    """Each text has its length before it: four bytes, little end first."""
    found: list[Any] = []
    place = 0
    while place + 4 <= len(behind) and len(found) < count:
        end = place + 4 + int.from_bytes(behind[place:place + 4], "little")
        if end > len(behind):
            break
        try:
            found.append(str(behind[place + 4:end], "utf-8"))
        except UnicodeDecodeError:
            raise wrong(tensor.name, f"value {len(found)} is not UTF-8", "UTF-8") from None
        place = end
    if len(found) != count or place != len(behind):
        raise wrong(tensor.name, f"its bytes are not {count} texts", "four bytes of length before each text")
    return found


def told(name: str, datatype: str, found: Sequence[Any], width: int, binary: bool) -> tuple[Told, bytes]:
    """An output of ``found``, flat, and what stands behind the JSON."""
    shape = [len(found) // width if width else 0] + ([width] if width > 1 else [])
    if not binary:
        return Told(name, datatype, shape, data=list(found)), b""
    if datatype == TEXT:
        texts = [("" if value is None else str(value)).encode() for value in found]
        packed = b"".join(len(text).to_bytes(4, "little") + text for text in texts)
    else:
        letter, _ = TYPES[datatype]
        packed = struct.pack(f"<{len(found)}{letter}", *(float("nan") if value is None else value for value in found))
    return Told(name, datatype, shape, {SIZE: len(packed)}), packed


def wrong(name: str, what: str, fix: str) -> Refusal:
    """A tensor that cannot be taken."""
    return Refusal(422, "input", "A tensor is not as it must be.", faults=[Fault(None, name[:200], what, fix)])
