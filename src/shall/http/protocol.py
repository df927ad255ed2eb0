"""The Open Inference Protocol V2: what is asked and answered, in JSON or with tensors behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from shall.http import tensors
from shall.http.problems import Refusal
from shall.http.reading import Body, Reader
from shall.http.replies import JSON, Reply, encode
from shall.http.tensors import Parameters, Tensor, wrong

HEADER: Final = b"inference-header-content-length"
OCTETS: Final = b"application/octet-stream"
MEDIAS: Final = frozenset((b"", JSON, OCTETS))
ALL_BINARY: Final = "binary_data_output"
BINARY: Final = "binary_data"
UNSET: Final = msgspec.UNSET
NUMBERS: Final = frozenset((float, int, bool, type(None)))
TEXTS: Final = frozenset((str, type(None)))
NOTHING: Final[frozenset[type]] = frozenset()


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """An output that is asked for."""

    name: str
    parameters: Parameters | msgspec.UnsetType = UNSET


class Inference(msgspec.Struct, forbid_unknown_fields=True):
    """What is asked: one tensor a column, or one of several columns."""

    inputs: list[Tensor]
    id: str | msgspec.UnsetType = UNSET
    parameters: Parameters | msgspec.UnsetType = UNSET
    outputs: list[Wanted] | msgspec.UnsetType = UNSET

    def keys(self) -> int:
        """How many keys it has in JSON."""
        found = 1 + (self.id is not UNSET) + sum(tensor.keys() for tensor in self.inputs)
        found += _own(self.parameters)
        if self.outputs is not UNSET:
            found += 1 + sum(1 + _own(output.parameters) for output in self.outputs)
        return found


class Inferred(msgspec.Struct, omit_defaults=True):
    """What is answered."""

    model_name: str
    model_version: str
    outputs: list[tensors.Told]
    id: str | msgspec.UnsetType = UNSET
    parameters: Parameters | msgspec.UnsetType = UNSET


def _own(parameters: Parameters | msgspec.UnsetType) -> int:
    return 0 if parameters is UNSET else 1 + len(parameters)


read: Final = Reader(Inference, Inference.keys)


def parted(body: Body, length: bytes | None) -> tuple[Inference, memoryview]:
    """What is asked, and the bytes behind the JSON. Refusal (400)."""
    if length is None:
        return read(body), memoryview(b"")
    if not length.isdigit() or len(length) > 15 or int(length) > len(body):
        raise Refusal(400, "malformed", "Inference-Header-Content-Length is not a number of bytes within the body.")
    view = memoryview(body)
    return read(bytes(view[:int(length)])), view[int(length):]


def rows(asked: Inference, behind: memoryview, inputs: Mapping[str, bool], most: int) -> list[dict[str, Any]]:
    """Rows by their fields. ``inputs``: of each name whether it is a text, in the order in which they are packed."""
    columns = None if behind else _plainly(asked.inputs, inputs, most)
    columns = _columns_of(asked, behind, inputs, most) if columns is None else columns
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plainly(given: Sequence[Tensor], inputs: Mapping[str, bool], most: int) -> dict[str, list[Any]] | None:
    """The columns where each is a tensor [n] of JSON, which is the rule; None for all else, and for what is wrong."""
    columns: dict[str, list[Any]] = {}
    shape = given[0].shape if given else []
    for one in given:
        data: Any = one.data
        allowed = NUMBERS if one.datatype in tensors.TYPES else TEXTS if one.datatype == tensors.TEXT else NOTHING
        if one.shape != shape or one.parameters is not UNSET or data is UNSET:
            return None
        if not allowed.issuperset(map(type, data)):
            return None
        columns[one.name] = data
    right = len(shape) == 1 and 1 <= shape[0] <= most and len(columns) == len(given) and len(inputs) > 1
    return columns if right and all(len(data) == shape[0] for data in columns.values()) else None


def _columns_of(asked: Inference, behind: memoryview, inputs: Mapping[str, bool], most: int) -> dict[str, list[Any]]:
    """The columns, tensor by tensor. Refusal (400, 422)."""
    columns: dict[str, list[Any]] = {}
    count: int | None = None
    for tensor, own in zip(asked.inputs, _pieces(asked.inputs, behind), strict=True):
        found = tensors.values(tensor, own)
        if count is not None and tensor.shape[0] != count:
            raise wrong(tensor.name, f"it has {tensor.shape[0]} rows, and another tensor has {count}",
                        "the same number of rows")
        count = tensor.shape[0]
        if count > most:
            raise wrong(tensor.name, f"it has {count:,} rows, and {most:,} are allowed", "fewer rows at a time")
        for name, column in _columns(tensor, found, inputs):
            if name in columns:
                raise wrong(name, "this input stands there twice", "send it once")
            columns[name] = column
    if not count:
        raise wrong("inputs", "there is no row", "send at least one")
    return columns


def _columns(tensor: Tensor, found: list[Any], inputs: Mapping[str, bool]) -> list[tuple[str, list[Any]]]:
    """The columns of one tensor: its own, or where it is packed all numbers, or all texts, of the model."""
    width = tensor.shape[1] if len(tensor.shape) == 2 else 1
    if tensor.name in inputs or (width == 1 and len(inputs) != 1):
        if width != 1:
            raise wrong(tensor.name, f"the input is one column, and the shape is {tensor.shape}", "[n] or [n, 1]")
        return [(tensor.name, found)]
    asked = [name for name, text in inputs.items() if text == (tensor.datatype == tensors.TEXT)]
    if len(asked) != width:
        kind = "texts" if tensor.datatype == tensors.TEXT else "numbers"
        raise wrong(tensor.name, f"it packs {width} columns, and the model takes {len(asked)} {kind}",
                    f"[n, {len(asked)}] in this order: {', '.join(asked[:40])}")
    return [(name, found[place::width]) for place, name in enumerate(asked)]


def _pieces(inputs: Sequence[Tensor], behind: memoryview) -> list[memoryview | None]:
    found: list[memoryview | None] = []
    place = 0
    for tensor in inputs:
        size = tensor.size
        if size is None:
            found.append(None)
            continue
        if type(size) is not int or size < 0 or place + size > len(behind) or tensor.data is not UNSET:
            raise wrong(tensor.name, "its binary_data_size does not fit what stands behind the JSON", "data, or a size")
        found.append(behind[place:place + size])
        place += size
    if place != len(behind):
        raise Refusal(400, "malformed", f"There are {len(behind) - place} bytes behind the tensors.")
    return found


def answered(found: Inferred, asked: Inference, columns: Mapping[str, tuple[str, int, Sequence[Any]]]) -> Reply:
    """The answer of ``columns``, which has all that is asked for: by name the datatype, the width and the values, flat.
    """
    every = asked.parameters is not UNSET and asked.parameters.get(ALL_BINARY) is True
    wanted = {name: every for name in columns} if asked.outputs is UNSET or not asked.outputs else {
        output.name: every if output.parameters is UNSET else output.parameters.get(BINARY, every) is True
        for output in asked.outputs}
    behind = []
    for name, binary in wanted.items():
        datatype, width, values = columns[name]
        output, packed = tensors.told(name, datatype, values, width, binary)
        found.outputs.append(output)
        behind.append(packed)
    head = encode(found)
    if not any(wanted.values()):
        return Reply(200, JSON, head)
    return Reply(200, OCTETS, b"".join((head, *behind)), ((HEADER, b"%d" % len(head)),))
