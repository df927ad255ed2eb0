"""A model in an ONNX file: read from its bytes, only if every part of it is known, and run on the processor."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.adapters.answers import Answer
from shall.adapters.files import first_line
from shall.adapters.frames import is_text
from shall.core.errors import DataError, MissingExtra

LARGEST: Final = 2**28                      # bytes
DOMAINS: Final = ("", "ai.onnx", "ai.onnx.ml")
OPSETS: Final = range(7, 27)
NODES: Final = 100_000
# What tabular models are made of. No If, Loop or Scan: a model that may run for ever; none that reads a file.
TABULAR: Final = """
    Abs Acos Add And ArgMax ArgMin ArrayFeatureExtractor Asin Atan BatchNormalization Binarizer Cast CastLike
    CategoryMapper Ceil Celu Clip Compress Concat Constant ConstantOfShape Cos Cosh CumSum DictVectorizer Div
    Dropout Einsum Elu Equal Erf Exp Expand EyeLike FeatureVectorizer Flatten Floor Gather GatherElements
    GatherND Gelu Gemm Greater GreaterOrEqual HardSigmoid HardSwish Identity Imputer IsInf IsNaN LabelEncoder
    LayerNormalization LeakyRelu Less LessOrEqual LinearClassifier LinearRegressor Log LogSoftmax
    LpNormalization MatMul Max Mean MeanVarianceNormalization Min Mish Mod Mul Neg NonZero Normalizer Not OneHot
    OneHotEncoder Or PRelu Pad Pow Range RMSNormalization Reciprocal ReduceL1 ReduceL2 ReduceLogSum
    ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Round
    SVMClassifier SVMRegressor Scaler ScatterElements ScatterND Selu Shape Sigmoid Sign Sin Sinh Size Slice
    Softmax Softplus Softsign Split Sqrt Squeeze StringNormalizer Sub Sum Swish Tan Tanh ThresholdedRelu Tile
    TopK Transpose TreeEnsemble TreeEnsembleClassifier TreeEnsembleRegressor Trilu Unique Unsqueeze Where Xor
    ZipMap
"""
OPERATORS: Final = frozenset(TABULAR.split())
TYPES: Final[dict[str, Any]] = {
    "tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64, "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_, "tensor(string)": np.object_}


class OnnxModel:
    """A classifier or a regressor whose inputs are columns by name, or one matrix of numbers.

    A matrix takes the columns that `feature_names` in the metadata of the model names (a JSON list, or
    comma-separated); without that, as many as there are that are neither a role nor a group, in their order.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._session, self.digest, self._classes = opened(path)
        metadata = self._session.get_modelmeta().custom_metadata_map
        self._features = _listed(metadata.get("feature_names", ""))

    def inputs(self, columns: pa.Schema) -> list[str]:
        """The columns that the model takes."""
        wanted = [node.name for node in self._session.get_inputs()]
        if len(wanted) > 1 or wanted[0] in columns.names:
            return self._named(wanted, columns)
        if self._features:
            return self._named(self._features, columns)
        numbers = [field.name for field in columns if not is_text(field.type) and not pa.types.is_temporal(field.type)]
        wide = self._session.get_inputs()[0].shape[-1]
        if isinstance(wide, int) and wide != len(numbers):
            raise DataError(f"{self.name} takes {wide} numbers a row, and the gate has {len(numbers)}: "
                            f"{', '.join(numbers)}. Name those of the model in its metadata (feature_names), leave "
                            "others out of the gate, or let it have a group: [build] use_groups = […]")
        return numbers

    def answer(self, rows: pa.RecordBatch) -> Answer:
        """The outputs of the model: labels and probabilities, or numbers."""
        nodes = self._session.get_inputs()
        if len(nodes) == 1 and not (rows.num_columns == 1 and nodes[0].name == rows.schema.names[0]):
            kind = TYPES.get(nodes[0].type, np.float32)
            given = {nodes[0].name: np.column_stack([_values(column, kind) for column in rows.columns])}
        else:
            given = {node.name: _shaped(_values(rows.column(node.name), TYPES.get(node.type, np.float32)), node.shape)
                     for node in nodes}
        try:
            outputs = self._session.run(None, given)
        except Exception as error:          # the runtime has no root of its errors
            raise DataError(f"{self.name} cannot be run on these rows: {first_line(error)}") from error
        return _answer(outputs, rows.num_rows, self._classes, self.name)

    def _named(self, names: list[str], columns: pa.Schema) -> list[str]:
        if lacking := [name for name in names if name not in columns.names]:
            raise DataError(f"{self.name} takes {lacking[0]}, which is no column that it may have; there are "
                            f"{', '.join(columns.names)}. A group has to be allowed: [build] use_groups = […]")
        return names


def opened(path: Path, operators: frozenset[str] = OPERATORS) -> tuple[Any, str, tuple[str, ...]]:
    """A session of a model of known operators only, the digest of its file, and the classes that it names."""
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(f"{path} is larger than {LARGEST // 2**20} MB, more than a model may be")
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {first_line(error)}") from error
    proto = _parsed(content, path)
    if fault := next(_faults(proto, operators), ""):
        raise DataError(f"{path} is not run: {fault}")
    return _session(content, path), hashlib.sha256(content).hexdigest(), _classes(proto.graph)


def _parsed(content: bytes, path: Path) -> Any:
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError as error:
        raise MissingExtra("onnx and onnxruntime", "onnx", "an ONNX model") from error
    try:
        return onnx.load_model_from_string(content)
    except (DecodeError, ValueError, TypeError) as error:
        raise DataError(f"{path} is no ONNX model, or a damaged one: {first_line(error)}") from error


def _session(content: bytes, path: Path) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingExtra("onnxruntime", "onnx", "an ONNX model") from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1     # the same bits each time
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"], enable_fallback=0)
    except Exception as error:              # the runtime has no root of its errors
        raise DataError(f"{path} is no model that can be run: {first_line(error)}") from error


def _faults(proto: Any, operators: frozenset[str]) -> Iterator[str]:
    """What a model may not have."""
    for opset in proto.opset_import:
        if opset.domain not in DOMAINS:
            yield f"it uses the domain {opset.domain!r}, which is not one of ONNX"
        elif opset.domain != "ai.onnx.ml" and opset.version not in OPSETS:
            yield f"it is of opset {opset.version}, and {OPSETS[0]} to {OPSETS[-1]} are known"
    if not all(isinstance(one.name, str) for one in (*proto.graph.input, *proto.graph.output)):
        yield "it has a name that is no text"
    if len(proto.functions):
        yield "it has functions of its own"
    if len(proto.graph.node) > NODES:
        yield f"it has more than {NODES:,} nodes"
    if not proto.graph.input or not proto.graph.output:
        yield "it has no input or no output"
    tensors = [*proto.graph.initializer]
    for node in proto.graph.node:
        names = (node.op_type, node.domain, *node.input, *node.output, *(one.name for one in node.attribute))
        if not all(isinstance(name, str) for name in names):
            yield "it has a name that is no text"
        if node.domain not in DOMAINS or node.op_type not in operators:
            yield f"it uses the operator {node.op_type or '(none)'}, which is not allowed"
        if any(attribute.graphs or attribute.HasField("g") for attribute in node.attribute):
            yield f"its operator {node.op_type} holds a graph of its own"
        tensors += [attribute.t for attribute in node.attribute if attribute.HasField("t")]
    tensors += [part for sparse in proto.graph.sparse_initializer for part in (sparse.values, sparse.indices)]
    if any(tensor.external_data or tensor.data_location for tensor in tensors):
        yield "it keeps data outside of its file"


def _classes(graph: Any) -> tuple[str, ...]:
    """The classes that a classifier or a ZipMap in the graph names."""
    for node in reversed(graph.node):
        for attribute in node.attribute:
            if attribute.name.startswith("classlabels_"):
                found = [*attribute.ints, *(text.decode(errors="replace") for text in attribute.strings)]
                if len(found) > 1:
                    return tuple(map(str, found))
    return ()


def _listed(text: str) -> list[str]:
    if not text.strip().startswith("["):
        return [name.strip() for name in text.split(",") if name.strip()]
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [str(name) for name in found]


def _values(column: pa.Array, kind: Any) -> NDArray[Any]:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if kind is np.object_:
        return np.asarray(pc.fill_null(column.cast(pa.string()), "").to_numpy(zero_copy_only=False), dtype=object)
    if np.issubdtype(kind, np.floating):
        numbers = pc.fill_null(column.cast(pa.float64(), safe=False), float("nan"))
        return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=kind)
    if column.null_count:
        raise DataError("the model takes whole numbers, and a value is missing")
    return np.asarray(column.to_numpy(zero_copy_only=False)).astype(kind)


def _shaped(values: NDArray[Any], shape: list[Any]) -> NDArray[Any]:
    return values.reshape(-1, 1) if len(shape) == 2 else values


def _answer(outputs: list[Any], rows: int, classes: tuple[str, ...], name: str) -> Answer:
    labels: pa.Array | None = None
    values: NDArray[np.float64] | None = None
    for output in outputs:
        if isinstance(output, list):                # a ZipMap: one mapping a row
            classes = tuple(map(str, output[0])) if output else classes
            output = np.array([list(row.values()) for row in output], dtype=np.float64)
        if len(output) != rows:
            raise DataError(f"{name} answers with {len(output):,} rows to {rows:,}")
        if output.dtype.kind == "f" and values is None:
            values = output.reshape(rows, -1).astype(np.float64)
        elif output.dtype.kind in "iuOUb" and labels is None:
            labels = pa.array(output.reshape(rows))
    if labels is None and values is None:
        raise DataError(f"{name} answers neither with a class nor with a number")
    wide = 0 if values is None else values.shape[1]
    return Answer(labels, values, classes if len(classes) == wide else ())
