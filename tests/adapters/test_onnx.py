"""ONNX models: what they say is what the model said where it was made; nothing else is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from shall.adapters.onnx import OPERATORS, OnnxModel
from shall.core.errors import DataError

onnx = pytest.importorskip("onnx")
skl2onnx = pytest.importorskip("skl2onnx")
pytest.importorskip("onnxruntime")
linear = pytest.importorskip("sklearn.linear_model")
ensemble = pytest.importorskip("sklearn.ensemble")

CHANCE = np.random.default_rng(0)
X = pd.DataFrame({"age": CHANCE.integers(18, 90, 400).astype(np.float32),
                  "hours": CHANCE.normal(40, 5, 400).astype(np.float32)})
BINARY = np.where(X["age"] + CHANCE.normal(0, 10, 400) > 50, "yes", "no")
THREE = np.where(X["age"] > 65, "train", np.where(X["age"] > 40, "car", "bike"))
ROWS = pa.RecordBatch.from_pandas(X, preserve_index=False)


def exported(model: Any, folder: Path, **options: Any) -> Path:
    path = folder / "model.onnx"
    made = skl2onnx.to_onnx(model, X.to_numpy()[:1], **options)
    path.write_bytes(made.SerializeToString())
    return path


@pytest.mark.parametrize("zipmap", [True, False])
@pytest.mark.parametrize("y", [BINARY, (BINARY == "yes").astype(int), THREE])
def test_a_classifier_says_what_it_said(tmp_path: Path, zipmap: bool, y: np.ndarray) -> None:
    model = ensemble.RandomForestClassifier(20, max_depth=4, random_state=0).fit(X.to_numpy(), y)
    read = OnnxModel(exported(model, tmp_path, options={"zipmap": zipmap}))
    assert read.inputs(ROWS.schema) == ["age", "hours"]
    answer = read.answer(ROWS)
    assert answer.classes == tuple(map(str, model.classes_))
    assert answer.labels is not None and answer.labels.to_pylist() == model.predict(X.to_numpy()).tolist()
    assert answer.values is not None
    assert np.abs(answer.values - model.predict_proba(X.to_numpy())).max() < 1e-6


def test_a_regressor_gives_one_number(tmp_path: Path) -> None:
    model = linear.LinearRegression().fit(X.to_numpy(), X["age"] * 2.0)
    answer = OnnxModel(exported(model, tmp_path)).answer(ROWS)
    assert answer.labels is None and answer.values is not None and answer.values.shape == (400, 1)
    assert np.abs(answer.values[:, 0] - 2 * X["age"]).max() < 1e-3


def test_inputs_are_columns_by_name(tmp_path: Path) -> None:
    model = linear.LogisticRegression().fit(X, BINARY)
    kinds = [(name, skl2onnx.common.data_types.FloatTensorType([None, 1])) for name in ("hours", "age")]
    compose = pytest.importorskip("sklearn.compose")
    pipeline = pytest.importorskip("sklearn.pipeline").make_pipeline(
        compose.ColumnTransformer([("kept", "passthrough", ["age", "hours"])]), model).fit(X, BINARY)
    path = tmp_path / "named.onnx"
    path.write_bytes(skl2onnx.to_onnx(pipeline, initial_types=kinds).SerializeToString())
    read = OnnxModel(path)
    assert read.inputs(ROWS.schema) == ["hours", "age"]
    answer = read.answer(ROWS.select(["hours", "age"]))
    assert answer.labels is not None and answer.labels.to_pylist() == pipeline.predict(X).tolist()
    with pytest.raises(DataError, match="takes age, which is no column that it may have; there are hours"):
        read.inputs(pa.schema([("hours", pa.float32())]))


def test_the_metadata_may_name_the_columns_of_a_matrix(tmp_path: Path) -> None:
    model = linear.LogisticRegression().fit(X.to_numpy(), BINARY)
    path = exported(model, tmp_path)
    schema = pa.schema([("hours", pa.float32()), ("other", pa.float32()), ("age", pa.float32())])
    with pytest.raises(DataError, match="takes 2 numbers a row, and the gate has 3: hours, other, age"):
        OnnxModel(path).inputs(schema)
    proto = onnx.load(str(path))
    onnx.helper.set_model_props(proto, {"feature_names": '["age", "hours"]'})
    path.write_bytes(proto.SerializeToString())
    assert OnnxModel(path).inputs(schema) == ["age", "hours"]


def graph(*nodes: Any, tensors: tuple[Any, ...] = (), domain: str = "", version: int = 17) -> bytes:
    kinds = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [None, 2]) for name in "xy"]
    made = onnx.helper.make_graph(list(nodes), "g", kinds[:1], kinds[1:], list(tensors))
    opsets = [onnx.helper.make_opsetid(domain, 1 if domain else version)]
    return bytes(onnx.helper.make_model(made, opset_imports=opsets).SerializeToString())


def outside() -> Any:
    tensor = onnx.numpy_helper.from_array(np.zeros((2,), np.float32), "w")
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    return tensor


NODE = onnx.helper.make_node
EMPTY = onnx.helper.make_graph([], "inner", [], [])
REFUSED = {
    "operator Loop": graph(NODE("Loop", ["x"], ["y"], body=EMPTY)),
    "operator If": graph(NODE("If", ["x"], ["y"], then_branch=EMPTY, else_branch=EMPTY)),
    "operator PyOp": graph(NODE("PyOp", ["x"], ["y"])),
    "a graph of its own": graph(NODE("Identity", ["x"], ["y"], body=EMPTY)),
    "data outside": graph(NODE("Add", ["x", "w"], ["y"]), tensors=(outside(),)),
    "domain 'com.example'": graph(NODE("Add", ["x", "x"], ["y"]), domain="com.example"),
    "operator Add": graph(NODE("Add", ["x", "x"], ["y"], domain="com.example")),
    "opset 99": graph(NODE("Add", ["x", "x"], ["y"]), version=99),
    "no ONNX model, or a damaged one": b"hello",
    "no input or no output": b"",
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_is_not_known_is_not_run(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(REFUSED[fault])
    with pytest.raises(DataError, match=fault):
        OnnxModel(path)


def test_no_operator_of_the_list_may_hold_a_graph() -> None:
    assert not {"If", "Loop", "Scan", "SequenceMap"} & OPERATORS
    known = {schema.name for schema in onnx.defs.get_all_schemas()}
    assert not OPERATORS - known


def _mutant(content: bytes, chance: np.random.Generator) -> bytes:
    damaged = bytearray(content)
    for _ in range(int(chance.integers(1, 8))):
        place = int(chance.integers(len(damaged)))
        damaged[place] = int(chance.integers(256)) if chance.random() < 0.7 else damaged[place] ^ 1 << int(
            chance.integers(8))
    return bytes(damaged[:int(chance.integers(1, len(damaged)))]) if chance.random() < 0.2 else bytes(damaged)


@pytest.mark.parametrize("tries", [100, pytest.param(4000, marks=pytest.mark.slow)])
def test_damaged_models_are_errors(tmp_path: Path, tries: int) -> None:
    model = ensemble.RandomForestClassifier(3, max_depth=3, random_state=0).fit(X.to_numpy(), BINARY)
    content, chance, refused = exported(model, tmp_path).read_bytes(), np.random.default_rng(5), 0
    path = tmp_path / "mutant.onnx"
    for _ in range(tries):
        path.write_bytes(_mutant(content, chance))
        try:
            read = OnnxModel(path)
            read.inputs(ROWS.schema)
            read.answer(ROWS.slice(0, 5))
        except DataError:
            refused += 1
    assert 0 < refused < tries
