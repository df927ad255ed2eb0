"""ONNX that others wrote: read only if every part of it is known, and put into a graph under names of its own.

What is put in is uniform: opset 21 and ml 5, one output, `rows` as the first size. No graphs inside, no functions, no
domain but ONNX's own, nothing outside of the file, and no operator whose answer is not the same each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from shall.core.errors import DataError, MissingExtra
from shall.graph.emitter import ML_OPSET, OPSET, Emitter
from shall.graph.kinds import DTYPES, Array, What

LARGEST: Final = 2**28                      # bytes
NODES: Final = 20_000
WIDEST: Final = 2**20                       # numbers of a row
DEEPEST: Final = 8                          # sizes of a tensor
OPSETS: Final = range(7, 27)
DOMAINS: Final = ("", "ai.onnx", "ai.onnx.ml")
LISTED: Final = """
    Abs Add And ArgMax ArgMin ArrayFeatureExtractor AveragePool BatchNormalization Binarizer Cast Ceil Celu Clip Concat
    Constant ConstantOfShape Conv ConvTranspose Cos CumSum DepthToSpace DequantizeLinear Div Dropout Elu Equal Erf Exp
    Expand Flatten Floor Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalMaxPool Greater
    GreaterOrEqual GroupNormalization HardSigmoid HardSwish Identity Imputer InstanceNormalization IsInf IsNaN
    LabelEncoder LayerNormalization LeakyRelu Less LessOrEqual LinearClassifier LinearRegressor Log LogSoftmax
    LpNormalization MatMul MatMulInteger Max MaxPool Mean Min Mish Mod Mul Neg Normalizer Not OneHot OneHotEncoder Or
    PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum
    ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Round SVMClassifier
    SVMRegressor Scaler Selu Shape Sigmoid Sign Sin Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze
    Sub Sum Tan Tanh ThresholdedRelu Tile TopK Transpose TreeEnsemble Trilu Unsqueeze Where Xor
"""
OPERATORS: Final = frozenset(LISTED.split())
OLD: Final = ("TreeEnsembleClassifier", "TreeEnsembleRegressor", "ZipMap")
NUMBERS: Final = {1: np.float32, 11: np.float64, 7: np.int64, 6: np.int32}      # as `TensorProto` numbers them
KINDS: Final[dict[int, What]] = {**dict.fromkeys(NUMBERS, "number"), 8: "text", 9: "truth"}
Parts = tuple[tuple[str, int, tuple[int, ...]], ...]    # of inputs or outputs: name, type, sizes of a row


def parsed(content: bytes) -> Any:
    """The model in some bytes. DataError where it is none, or holds what it may not."""
    onnx = _onnx()
    if len(content) > LARGEST:
        raise DataError(f"it is larger than {LARGEST // 2**20} MB")
    try:
        proto = onnx.load_model_from_string(content)
    except Exception as error:              # protobuf's errors have no root in common with onnx's
        raise DataError("it is no ONNX model, or a damaged one") from error
    if fault := next(faults(proto), ""):
        raise DataError(fault)
    return proto


def faults(proto: Any) -> Iterator[str]:
    """What a model may not have."""
    yield from _opset_faults(proto)
    graph = proto.graph
    if len(proto.functions) or len(proto.training_info):
        yield "it has functions of its own, or steps to learn"
    if len(graph.sparse_initializer):
        yield "it has sparse tensors"
    if len(graph.node) > NODES:
        yield f"it has more than {NODES:,} nodes"
    for node in graph.node:
        yield from _node_faults(node)
    tensors = [*graph.initializer, *(one.t for node in graph.node for one in node.attribute if one.HasField("t"))]
    for tensor in tensors:
        yield from _tensor_faults(tensor)
    names = [*(one.name for one in (*graph.input, *graph.output, *tensors)),
             *(name for node in graph.node for name in (*node.input, *node.output))]
    if not all(isinstance(name, str) for name in names):
        yield "it has a name that is no text"


def _opset_faults(proto: Any) -> Iterator[str]:
    for opset in proto.opset_import:
        if opset.domain not in DOMAINS:
            yield f"it uses the domain {opset.domain!r}, which is not one of ONNX"
        elif opset.domain != "ai.onnx.ml" and opset.version not in OPSETS:
            yield f"it is of opset {opset.version}, and {OPSETS[0]} to {OPSETS[-1]} are known"
        elif opset.domain == "ai.onnx.ml" and not 1 <= opset.version <= ML_OPSET:
            yield f"it is of ml opset {opset.version}, and 1 to {ML_OPSET} are known"
    if not any(opset.domain in ("", "ai.onnx") for opset in proto.opset_import):
        yield "it does not say of which opset it is"


def _node_faults(node: Any) -> Iterator[str]:
    if node.op_type in OLD:
        yield (f"it uses the operator {node.op_type}, which opset {OPSET} has no more: give the fitted object itself "
               "to shall.graph, or have it converted without a ZipMap")
    if node.domain not in DOMAINS or node.op_type not in OPERATORS:
        yield f"it uses the operator {node.op_type or '(none)'}, which is not on the list"
    for attribute in node.attribute:
        if attribute.HasField("g") or attribute.graphs or attribute.HasField("sparse_tensor") or attribute.tensors:
            yield f"its operator {node.op_type} holds a graph of its own, or tensors that are not plain"
        if attribute.ref_attr_name:
            yield f"its operator {node.op_type} refers to a function"


def _tensor_faults(tensor: Any) -> Iterator[str]:
    if tensor.external_data or tensor.data_location:
        yield "it keeps data outside of its file"
    size = 1
    for one in tensor.dims:
        size *= max(one, 0)
    if len(tensor.dims) > DEEPEST or size > LARGEST or any(one < 0 for one in tensor.dims):
        yield f"it has a tensor of the sizes {list(tensor.dims)[:DEEPEST]}"


def described(parts: Sequence[Any], initialised: Sequence[str] = ()) -> Parts:
    """Name, type and sizes of a row of each input or output. DataError where a size is not known."""
    found = []
    for one in parts:
        if one.name in initialised:
            continue
        kind = one.type.tensor_type
        if not one.type.HasField("tensor_type") or kind.elem_type not in KINDS or not kind.HasField("shape"):
            raise DataError(f"its {one.name} is no tensor of numbers, text or truths whose sizes are stated")
        sizes = [size.dim_value if size.HasField("dim_value") else -1 for size in kind.shape.dim]
        found.append((one.name, int(kind.elem_type), _row(one.name, sizes)))
    return tuple(found)


def _row(name: str, sizes: Sequence[int]) -> tuple[int, ...]:
    if not sizes or sizes[0] > 0:
        raise DataError(f"the number of rows of its {name} is fixed ({sizes[0] if sizes else 1}); a graph takes any "
                        "number: export it with a dynamic first size")
    if any(size < 1 for size in sizes[1:]) or int(np.prod(sizes[1:], dtype=object)) > WIDEST:
        raise DataError(f"the sizes of a row of its {name} are not known, or too large")
    return tuple(sizes[1:])


def inputs_of(proto: Any) -> Parts:
    """Name, type and sizes of a row of each input. DataError where it takes whole numbers: a double may be missing."""
    found = described(proto.graph.input, [one.name for one in proto.graph.initializer])
    if whole := next((name for name, kind, _ in found if kind in (6, 7)), ""):
        raise DataError(f"its input {whole} takes whole numbers, of which none can be missing")
    return found


def inlined(to: Emitter, content: bytes, given: Sequence[str]) -> str:
    """Its nodes behind some tensors [rows, width], under names of their own; the tensor [rows, width] that it gives."""
    proto = parsed(content)
    graph, parts = proto.graph, inputs_of(proto)
    prefix = f"m{len(to.nodes)}_"
    names = {"": ""}
    for tensor in graph.initializer:
        names[tensor.name] = tensor.name = prefix + tensor.name
        to.constants[("imported", tensor.name)] = (tensor.name, tensor)
    names |= {name: _entering(to, tensor, kind, row) for (name, kind, row), tensor in zip(parts, given, strict=True)}
    for node in graph.node:
        node.input[:] = [names[name] for name in node.input]
        names |= {name: prefix + name for name in node.output if name}
        node.output[:] = [names[name] for name in node.output]
        node.name = prefix + f"{node.op_type}_{len(to.nodes)}"
        node.ClearField("doc_string")
        to.nodes.append(node)
    (name, kind, row), = described(graph.output)
    tensor = names[name] if len(row) == 1 else to("Reshape", names[name], to.constant([0, wide(row)], np.int64))
    return to.cast(tensor, np.float64) if kind in NUMBERS and kind != 11 else tensor


def _entering(to: Emitter, tensor: str, kind: int, row: Sequence[int]) -> str:
    if kind in NUMBERS and kind != 11:
        tensor = to.cast(tensor, NUMBERS[kind])
    return tensor if len(row) == 1 else to("Reshape", tensor, to.constant([0, *row], np.int64))


def packed(proto: Any, values: Sequence[Array]) -> Mapping[str, Array]:
    """Arrays [n, width] as the inputs of a model."""
    with np.errstate(all="ignore"):
        return {name: np.asarray(value, dtype=NUMBERS.get(kind, object if kind == 8 else np.bool_)).reshape(
            len(value), *row) for (name, kind, row), value in zip(inputs_of(proto), values, strict=True)}


def unpacked(said: Array) -> Array:
    """What a model gives, as [n, width]."""
    flat = np.asarray(said).reshape(len(said), wide(said.shape[1:]))
    what = "number" if flat.dtype.kind in "fiu" else "text" if flat.dtype.kind in "OU" else "truth"
    return flat.astype(DTYPES[what])


def wide(row: Sequence[int]) -> int:
    """How many numbers a row has."""
    return int(np.prod(row))


def _onnx() -> Any:
    try:
        import onnx
    except ImportError as error:
        raise MissingExtra("onnx", "onnx", "an ONNX model in a graph") from error
    return onnx
