"""Nodes of ONNX, named in their order, each constant once. Opset 21, ml 5, IR 10; only operators of the list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shall.core.errors import MissingExtra
from shall.graph.kinds import Array
from shall.graph.sources import Sources

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto

OPSET: Final = 21
ML_OPSET: Final = 5
IR: Final = 10
ML: Final = frozenset({"ArrayFeatureExtractor", "LabelEncoder", "TreeEnsemble"})
LISTED: Final = """
    Abs Add And ArgMax ArgMin AveragePool BatchNormalization Cast Ceil Clip Concat Conv Cos CumSum DequantizeLinear Div
    Elu Equal Erf Exp Flatten Floor Gather GatherElements Gelu Gemm GlobalAveragePool Greater GreaterOrEqual HardSigmoid
    Identity IsInf IsNaN LayerNormalization LeakyRelu Less LessOrEqual Log MatMul Max MaxPool Min Mod Mul Neg Not Or
    Pow QLinearConv QLinearMatMul QuantizeLinear Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceMax ReduceMean
    ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Round Selu Shape Sigmoid Sign Sin Slice Softmax Softplus
    Split Sqrt Squeeze Sub Sum Tanh Tile TopK Transpose Unsqueeze Where Xor
"""
PLAIN: Final = frozenset(LISTED.split())
TYPES: Final = {"number": 11, "text": 8, "truth": 9}      # TensorProto.DOUBLE, STRING, BOOL


class Emitter(Sources):
    """What is written so far. Tensors are known by their names; the same step on the same tensors is written once."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[NodeProto] = []
        self.constants: dict[tuple[Any, ...], tuple[str, TensorProto]] = {}
        self._made: dict[tuple[Any, ...], tuple[str, ...]] = {}
        self._own: set[str] = set()
        self._called: dict[str, str] = {}

    def __call__(self, op: str, *inputs: str, **attributes: Any) -> str:
        """Write one node with one output; its name."""
        return self.several(op, 1, *inputs, **attributes)[0]

    def several(self, op: str, outputs: int, *inputs: str, **attributes: Any) -> tuple[str, ...]:
        """Write one node; the names of its outputs. An attribute may be a numpy array, which becomes a tensor."""
        if op not in PLAIN and op not in ML:
            raise ValueError(f"the operator {op} is not on the list")
        written = {name: _attribute(value) for name, value in attributes.items() if value is not None}
        node = _onnx().make_node(op, inputs, [], domain="ai.onnx.ml" if op in ML else "",
                                **dict(sorted(written.items())))
        key = (node.SerializeToString(deterministic=True), outputs)
        if key not in self._made:
            self._made[key] = tuple(f"t{len(self.nodes)}" + (f"_{place}" if place else "") for place in range(outputs))
            node.output.extend(self._made[key])
            self._own.update(self._made[key])
            node.name = f"{op}_{len(self.nodes)}"
            self.nodes.append(node)
        return self._made[key]

    def constant(self, value: Any, dtype: Any = None, bare: bool = False) -> str:
        """A constant tensor; float64 where ``dtype`` says nothing and it is a Python float. Text is str or object.

        One number has an axis, too, unless it is ``bare``: a Gather with it takes an axis away.
        """
        array = np.asarray(value) if dtype is None else np.asarray(value, dtype=dtype)
        if array.dtype.kind in "UO":
            array = array.astype(object)
        array = array if bare else np.ascontiguousarray(array)
        key = (array.dtype.str, array.shape, array.tobytes() if array.dtype.kind != "O" else tuple(array.flat))
        if key not in self.constants:
            name = f"c{len(self.constants)}"
            self.constants[key] = (name, _onnx().from_array(array, name))
        return self.constants[key][0]

    def name(self, tensor: str, name: str) -> None:
        """Give a tensor the name of an output."""
        if tensor in self._own and tensor not in self._called:
            self._called[tensor] = name
        else:
            self.nodes.append(_onnx().make_node("Identity", [tensor], [name], name=f"Identity_{len(self.nodes)}"))

    def cast(self, tensor: str, to: Any) -> str:
        """As another type: a numpy one."""
        return self("Cast", tensor, to=_onnx().np_dtype_to_tensor_dtype(np.dtype(to)))

    def model(self, inputs: list[tuple[str, str, int]], outputs: list[tuple[str, str, int]],
              metadata: dict[str, str]) -> bytes:
        """The file; inputs and outputs each with name, what they are (`Kind.what`) and width."""
        given, said = [_info(*one) for one in inputs], [_info(*one) for one in outputs]
        nodes, needed = self._needed([name for name, *_ in outputs])
        constants = [tensor for name, tensor in self.constants.values() if name in needed]
        graph = _onnx().make_graph(nodes, "shall", given, said, constants)
        made: ModelProto = _onnx().make_model(
            graph, ir_version=IR, producer_name="shall",
            opset_imports=[_onnx().make_opsetid("", OPSET), _onnx().make_opsetid("ai.onnx.ml", ML_OPSET)])
        _onnx().set_model_props(made, dict(sorted(metadata.items())))
        return bytes(made.SerializeToString(deterministic=True))

    def _needed(self, outputs: Sequence[str]) -> tuple[list[NodeProto], set[str]]:
        """The nodes that some outputs need, in their order, and all tensors that these take."""
        needed, kept = set(outputs), []
        for node in self.nodes:
            for tensors in (node.input, node.output):
                tensors[:] = [self._called.get(tensor, tensor) for tensor in tensors]
        for node in reversed(self.nodes):
            if needed.intersection(node.output):
                needed.update(node.input)
                kept.append(node)
        return kept[::-1], needed


@cache
def _onnx() -> Any:
    """What of onnx makes its messages; loaded with the first of them, since a bundle is scored without it."""
    try:
        from onnx import helper, numpy_helper
    except ImportError as error:
        raise MissingExtra("onnx", "onnx", "a graph") from error
    return SimpleNamespace(**vars(helper), from_array=numpy_helper.from_array)


def _info(name: str, what: str, width: int) -> ValueInfoProto:
    made: ValueInfoProto = _onnx().make_tensor_value_info(name, TYPES[what], ["rows", width])
    return made


def _attribute(value: Any) -> Any:
    return _onnx().from_array(_tensor(value)) if isinstance(value, np.ndarray) else value


def _tensor(value: Array) -> Array:
    return np.ascontiguousarray(value.astype(object) if value.dtype.kind == "U" else value)
