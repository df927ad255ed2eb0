"""`shall images` on real digits: an ONNX file, images in three kinds of files, a log, limits and regions."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import onnx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from onnx import helper, numpy_helper
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

import shall as library
from examples.fetch import fetch

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))
FILE = """shall = 1
[subject]
name = "digits"
target = "label"
classes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
[columns]
unit = "image"
[requirements]
upright = "accuracy >= 0.75 where rotation = 0"   # as they are
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    table = pq.read_table(fetch("mnist") / "digits.parquet")
    order = np.random.default_rng(0).permutation(len(table))
    pixels = np.stack([table.column(f"p{place:03d}").to_numpy() for place in range(784)], axis=1)[order]
    labels = table.column("label").to_numpy()[order]
    model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.2).fit(pixels[:3000] / 255, labels[:3000])
    weights = [numpy_helper.from_array(model.coef_.T.astype(np.float32), "w"),
               numpy_helper.from_array(model.intercept_.astype(np.float32), "b")]
    nodes = [helper.make_node("Gemm", ["x", "w", "b"], ["z"]), helper.make_node("Softmax", ["z"], ["p"], axis=1)]
    graph = helper.make_graph(nodes, "lda", [helper.make_tensor_value_info("x", 1, ["n", 784])],
                              [helper.make_tensor_value_info("p", 1, ["n", 10])], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "lda.onnx")
    some, of = pixels[3000:3600].reshape(-1, 28, 28).astype(np.uint8), labels[3000:3600]
    writer = np.where(np.arange(600) % 2, "left", "right")
    np.savez(folder / "digits.npz", images=some, labels=of, writer=writer)
    np.save(folder / "digits.npy", some / np.float32(255))
    np.save(folder / "labels.npy", of)
    (folder / "digits").mkdir()
    columns = {f"p{place:03d}": some.reshape(600, -1)[:, place] for place in range(784)}
    for part in (slice(0, 400), slice(400, 600)):
        rows = pa.table({"writer": writer[part], **{name: values[part] for name, values in columns.items()},
                         "digit": of[part]})
        pq.write_table(rows, folder / "digits" / f"{part.start}.parquet")
    return folder


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder)
    return folder


def test_a_log_of_changed_images_is_checked(shall, here, tmp_path):
    out = str(tmp_path / "log")
    ran = shall("images", "test", "lda.onnx", "digits.npz", "-c", "rotation=-20:20", "--steps", "2", "-k", "writer",
                "-o", out)
    assert ran.code == 0, ran.err
    assert "3,000 rows of 600 images" in ran.out and "shall check --data" in ran.out
    found = pq.read_table(out)
    assert set(found.column("rotation").to_pylist()) == {-20, -10, 0, 10, 20} and "writer" in found.column_names
    (tmp_path / "shall.toml").write_text(FILE)
    ran = shall("check", str(tmp_path / "shall.toml"), "--data", out, "--no-record")
    assert ran.code == 0, ran.out + ran.err
    again = shall("images", "test", "lda.onnx", "digits.npz", "-c", "rotation=-20:20", "--steps", "2", "-k", "writer",
                  "-o", out, "--json")
    told = json.loads(again.out)
    jsonschema.validate(told, SCHEMA)
    assert told["rows"] == 3000 and told["unchanged"] == np.mean(found.column("unchanged").to_numpy())


@pytest.mark.parametrize("images", [["digits.npz"], ["digits.npy", "--labels", "labels.npy"],
                                    ["digits", "--label", "digit"]])
def test_limits_are_those_of_the_library_for_every_kind_of_file(shall, here, tmp_path, images):
    place, *more = images
    picture = tmp_path / "limits.svg"
    ran = shall("images", "limits", "lda.onnx", place, "accuracy >= 0.70", *more, "-c", "rotation=0:40", "-c",
                "blur=1,2,4", "--steps", "8", "--json", "-o", str(picture))
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    jsonschema.validate(told, SCHEMA)
    with np.load("digits.npz") as given:
        found = library.image_limits("lda.onnx", given["images"], given["labels"], "accuracy >= 0.70", steps=8,
                                     changes={"rotation": (0, 40), "blur": [1, 2, 4]})
    reaches = {one["change"]: one for one in told["reaches"]}
    assert {one.change: one.met_up_to for one in found.reaches} == {
        name: one["met_up_to"] for name, one in reaches.items()}
    assert reaches["rotation"]["broken"].startswith("rotation >= ") and 0 < reaches["rotation"]["met_up_to"] < 40
    assert "<svg" in picture.read_text()[:100] and ran.err.endswith(f"written to {picture}\n")
    assert shall("images", "limits", "lda.onnx", place, "accuracy >= 0.70", *more, "-c", "blur=1,2").out.startswith(
        "accuracy >= 0.70, at 95% for all lines together\n  blur: met at ")


def test_regions_are_written_into_the_shall_file(shall, here, tmp_path):
    file = tmp_path / "shall.toml"
    file.write_text(FILE)
    asked = ["images", "regions", "lda.onnx", "digits.npz", "accuracy >= 0.65", "-c", "rotation=0:45", "-c", "blur=0:4",
             "--steps", "4"]
    ran = shall(*asked, "--json")
    told = json.loads(ran.out)
    jsonschema.validate(told, SCHEMA)
    assert told["met"] is not None and told["fails"] and {"as_changed", "fails_1"} <= told["lines"].keys()
    ran = shall(*asked, "--write", str(file), "--line", "as_changed")
    assert ran.code == 0, ran.err
    assert told["lines"]["as_changed"] in ran.out and told["lines"]["fails_1"] in ran.out
    lines = {line.name: str(line) for line in library.load(file).requirements}
    assert lines["as_changed"] == told["lines"]["as_changed"] and "fails_1" not in lines
    assert "# as they are" in file.read_text()
    nothing = shall(*asked[:4], "accuracy >= 0.85", "-c", "noise=0.001:0", "--steps", "1", "--write", str(file))
    assert nothing.code == 2 and "nothing was written" in nothing.err


@pytest.mark.parametrize(("arguments", "said"), [
    (["limits", "lda.onnx", "digits.npz", "accuracy >= 0.7", "-c", "turning"], "turning"),
    (["limits", "lda.onnx", "digits.npz", "accuracy >= 0.7", "-c", "blur=a"], "strengths are A,B,C"),
    (["limits", "lda.onnx", "digits.npz", "accuracy >= 0.7", "-c", "blur", "--fill", "black"], "or nearest"),
    (["limits", "lda.onnx", "digits.npz", "accuracy >= 0.7", "-c", "blur", "--shape", "28"], "28x28"),
    (["limits", "lda.onnx", "digits.npz", "accuracy >= 0.7", "-c", "blur", "--shape", "9x9"], "is not 9 x 9"),
    (["limits", "lda.onnx", "digits.npz", "accuracy >= 0.7"], "--change"),
    (["limits", "lda.onnx", "digits.npy", "accuracy >= 0.7", "-c", "blur"], "label"),
    (["limits", "lda.onnx", "nothing.npz", "accuracy >= 0.7", "-c", "blur"], "nothing.npz cannot be read"),
    (["regions", "lda.onnx", "digits.npz", "accuracy >= 0.7", "-c", "blur", "--line", "fails_1"], "--write"),
    (["test", "lda.onnx", "digits.npz", "-c", "blur"], "--output")])
def test_what_cannot_be_is_refused(shall, here, arguments, said):
    ran = shall("images", *arguments)
    assert ran.code == 2 and said in ran.err, ran.err
