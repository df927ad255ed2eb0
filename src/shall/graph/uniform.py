"""A foreign ONNX model made uniform, and tried: its rows go in, as many come out, and none changes another's answer.

What comes in may be made to harm: `trial.py` does this in a process of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from shall.core.errors import DataError
from shall.graph.emitter import IR, ML_OPSET, OPSET
from shall.graph.foreign import described, inputs_of, packed, parsed
from shall.graph.kinds import Array
from shall.graph.session import Session

ROWS: Final = 5


def uniform(content: bytes, output: str = "") -> bytes:
    """The same model in opset 21 with one output, as `foreign.inlined` takes it; ``output``: its name, or the first of
    numbers that are no whole ones. DataError."""
    proto = parsed(content)
    _stripped(proto)
    _cut(proto, _chosen(proto, output))
    given = [_tried(kind, row, place) for place, (_, kind, row) in enumerate(inputs_of(proto))]
    if not given:
        raise DataError("it has no input")
    said = _asked(_session(proto), proto, given)
    raised = _raised(proto)
    parsed(raised.SerializeToString())
    session = _session(raised)
    again = _asked(session, raised, given)
    if not np.array_equal(said, again, equal_nan=said.dtype.kind == "f"):
        raise DataError(f"it says something else in opset {OPSET} than in its own")
    _sizes(raised, said)
    _alone(session, raised, given, said)
    return bytes(raised.SerializeToString(deterministic=True))


def _stripped(proto: Any) -> None:
    """Without anything that is not computed; what is stated of tensors inside may be wrong."""
    for name in ("doc_string", "producer_name", "producer_version", "domain", "model_version"):
        proto.ClearField(name)
    for name in ("value_info", "doc_string", "quantization_annotation", "metadata_props"):
        proto.graph.ClearField(name)
    proto.ClearField("metadata_props")


def _chosen(proto: Any, output: str) -> str:
    outputs = [one for one in proto.graph.output]
    if output:
        if output not in [one.name for one in outputs]:
            raise DataError(f"it has no output {output}; there are {', '.join(one.name for one in outputs)}")
        return output
    if not outputs:
        raise DataError("it has no output")
    return str(next((one for one in outputs if one.type.tensor_type.elem_type in (1, 11)), outputs[0]).name)


def _cut(proto: Any, output: str) -> None:
    """Only the nodes and constants that an output needs."""
    graph, needed, nodes = proto.graph, {output}, []
    for node in reversed(graph.node):
        if needed & {name for name in node.output if name}:
            needed |= set(node.input)
            nodes.append(node)
    kept, tensors = nodes[::-1], [one for one in graph.initializer if one.name in needed]
    outputs = [one for one in graph.output if one.name == output][:1]
    for name, some in (("node", kept), ("initializer", tensors), ("output", outputs)):
        copies = [type(one).FromString(one.SerializeToString()) for one in some]
        graph.ClearField(name)
        getattr(graph, name).extend(copies)


def _raised(proto: Any) -> Any:
    """The same in opset 21 and ml 5."""
    from onnx import version_converter

    own = next(one.version for one in proto.opset_import if one.domain in ("", "ai.onnx"))
    learned = [one for one in proto.opset_import if one.domain == "ai.onnx.ml"]
    if own != OPSET:
        try:
            proto = version_converter.convert_version(proto, OPSET)
        except Exception as error:          # the converter has no root of its errors
            raise DataError(f"it is of opset {own}, and cannot be brought to {OPSET}") from error
    proto.ClearField("opset_import")
    proto.opset_import.add(domain="", version=OPSET)
    if learned:
        proto.opset_import.add(domain="ai.onnx.ml", version=ML_OPSET)
    proto.ir_version = IR
    proto.graph.ClearField("value_info")
    return proto


def _tried(kind: int, row: Sequence[int], seed: int) -> Array:
    random = np.random.default_rng(seed)
    if kind == 8:
        return np.full((ROWS, int(np.prod(row))), "", dtype=object)
    if kind == 9:
        return random.random((ROWS, int(np.prod(row)))) < 0.5
    made = random.normal(size=(ROWS, int(np.prod(row))))
    made[0] = 0.0
    return made if kind in (1, 11) else np.rint(made)


def _session(proto: Any) -> Session:
    return Session(proto.SerializeToString())


def _asked(session: Session, proto: Any, given: Sequence[Array]) -> Array:
    try:
        said = session(dict(packed(proto, given)))
    except Exception as error:              # the runtime has no root of its errors
        raise DataError(f"it cannot be run: {str(error).splitlines()[0][:200]}") from error
    found = next(iter(said.values()))
    if not isinstance(found, np.ndarray) or found.ndim < 1 or len(found) != len(given[0]):
        raise DataError("it does not answer with as many rows as it gets")
    return found


def _alone(session: Session, proto: Any, given: Sequence[Array], said: Array) -> None:
    """DataError where a row's answer depends on the other rows."""
    for place in range(ROWS):
        own = _asked(session, proto, [one[place:place + 1] for one in given])[0]
        same = np.allclose(own, said[place], rtol=1e-4, atol=1e-5, equal_nan=True) if said.dtype.kind == "f" else (
            own == said[place]).all()
        if not same:
            raise DataError("what it says of a row depends on the other rows")


def _sizes(proto: Any, said: Array) -> None:
    """State the sizes of what it gives, `rows` first."""
    shape = proto.graph.output[0].type.tensor_type.shape
    shape.ClearField("dim")
    shape.dim.add(dim_param="rows")
    for size in said.shape[1:]:
        shape.dim.add(dim_value=size)
    described(proto.graph.output)
