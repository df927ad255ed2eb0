"""A model of a shall file, put to its gate: ONNX and endpoints judged as a log of their decisions is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.cli import run
from shall.core.errors import DataError, InputError

skl2onnx = pytest.importorskip("skl2onnx")
pytest.importorskip("onnxruntime")
ensemble = pytest.importorskip("sklearn.ensemble")

CHANCE = np.random.default_rng(1)
N = 4000
X = pd.DataFrame({"age": CHANCE.integers(18, 90, N), "hours": CHANCE.normal(40, 5, N).round(2)})
SEX = CHANCE.choice(["F", "M"], N)
BINARY = np.where(X["age"] + CHANCE.normal(0, 10, N) > 50, "yes", "no")
THREE = np.where(X["age"] + CHANCE.normal(0, 5, N) > 65, "train", np.where(X["age"] > 40, "car", "bike"))
WAGE = X["age"] * 10.0 + CHANCE.normal(0, 20, N)


def gate(folder: Path, y: Any) -> None:
    pq.write_table(pa.Table.from_pandas(X.assign(sex=SEX, y=y), preserve_index=False), folder / "gate.parquet")


def export(model: Any, folder: Path) -> None:
    (folder / "model.onnx").write_bytes(skl2onnx.to_onnx(
        model, X.to_numpy(np.float32)[:1], options={"zipmap": False} if hasattr(model, "classes_") else None)
        .SerializeToString())


def file(folder: Path, subject: str, *lines: str) -> Path:
    names = "\n".join(f'line{place} = "{line}"' for place, line in enumerate(lines))
    path = folder / "shall.toml"
    path.write_text(f'shall = 1\n[subject]\ntarget = "y"\n{subject}\n[data]\ngate = "gate.parquet"\nlooks = 5\n'
                    f'[groups]\nsex = "sex"\n[requirements]\n{names}\n')
    return path


def values(report: Any) -> list[float]:
    return [part.value for verdict in report.verdicts for part in verdict.evidence]


def test_two_classes_are_judged_as_their_log_is(tmp_path: Path) -> None:
    model = ensemble.RandomForestClassifier(20, max_depth=4, random_state=0).fit(X.to_numpy(np.float32), BINARY)
    gate(tmp_path, BINARY)
    export(model, tmp_path)
    lines = ("accuracy >= 0.8", "ratio of selection_rate over sex >= 0.8", "roc_auc >= 0.8")
    path = file(tmp_path, 'positive = "yes"\nmodel = "model.onnx"', *lines)
    report = shall.check(path)
    assert report.looks is not None and report.looks.budget == 5
    log = shall.log(model, X.to_numpy(np.float32), BINARY, positive="yes", sex=SEX)
    of_log = shall.check({"requirements": dict(zip("abc", lines, strict=True)), "groups": {"sex": "sex"}}, log)
    assert values(report)[:2] == values(of_log)[:2]
    assert values(report) == pytest.approx(values(of_log), abs=1e-3)
    assert shall.check(path).looks.repeated


def test_several_classes(tmp_path: Path) -> None:
    model = ensemble.RandomForestClassifier(20, max_depth=6, random_state=0).fit(X.to_numpy(np.float32), THREE)
    gate(tmp_path, THREE)
    export(model, tmp_path)
    report = shall.check(file(tmp_path, 'classes = ["bike", "car", "train"]\nmodel = "model.onnx"', "accuracy >= 0.8"))
    assert values(report) == [(model.predict(X.to_numpy(np.float32)) == THREE).mean()]


def test_a_regressor(tmp_path: Path) -> None:
    model = ensemble.RandomForestRegressor(10, max_depth=6, random_state=0).fit(X.to_numpy(np.float32), WAGE)
    gate(tmp_path, WAGE)
    export(model, tmp_path)
    report = shall.check(file(tmp_path, 'kind = "regressor"\nmodel = "model.onnx"', "mean_absolute_error <= 100"))
    wanted = np.abs(model.predict(X.to_numpy(np.float32)) - WAGE).mean()
    assert values(report) == [pytest.approx(wanted, rel=1e-4)]


def test_a_threshold_of_the_file_goes_before_the_decision_of_the_model(tmp_path: Path) -> None:
    model = ensemble.RandomForestClassifier(20, max_depth=4, random_state=0).fit(X.to_numpy(np.float32), BINARY)
    gate(tmp_path, BINARY)
    export(model, tmp_path)
    path = file(tmp_path, 'positive = "yes"\nthreshold = 0.8\nmodel = "model.onnx"', "selection_rate <= 0.9")
    score = model.predict_proba(X.to_numpy(np.float32))[:, 1]
    assert values(shall.check(path)) == [pytest.approx((score >= 0.8).mean(), abs=1e-3)]


def test_a_model_does_not_see_a_group_unless_the_file_lets_it(tmp_path: Path) -> None:
    table = pa.table({**{name: X[name] for name in X}, "sex": (SEX == "F").astype(int), "y": BINARY})
    pq.write_table(table, tmp_path / "gate.parquet")
    seen = np.column_stack([X.to_numpy(np.float32), (SEX == "F")]).astype(np.float32)
    model = ensemble.RandomForestClassifier(5, max_depth=4, random_state=0).fit(seen, BINARY)
    (tmp_path / "model.onnx").write_bytes(skl2onnx.to_onnx(model, seen[:1]).SerializeToString())
    path = file(tmp_path, 'positive = "yes"\nmodel = "model.onnx"', "accuracy >= 0.5")
    with pytest.raises(DataError, match=r"takes 3 numbers a row, and the gate has 2: age, hours.*use_groups"):
        shall.check(path)
    path.write_text(path.read_text() + '[build]\nuse_groups = ["sex"]\n')
    assert values(shall.check(path)) == [(model.predict(seen) == BINARY).mean()]


@pytest.mark.parametrize(("name", "content", "message"), [
    ("model.pkl", b"\x80\x04.", "never loaded"), ("model.joblib", b"x", "never loaded"), ("model.pt", b"x", "never"),
    ("model.onnx", b"\x80\x04\x95", "never loaded"), ("model.bin", b"PK\x03\x04", "never loaded"),
    ("model.json", b"{}", "of models in files only .onnx is read"), ("model.txt", b"tree", "only .onnx is read"),
    ("model.bin", b"hello", "a model in a file is called .onnx"), ("model.onnx", b"hello", "no ONNX model"),
    ("none.onnx", None, "there is no model"),
])
def test_what_is_no_model_is_told(tmp_path: Path, name: str, content: bytes | None, message: str,
                                  capsys: pytest.CaptureFixture[str]) -> None:
    gate(tmp_path, BINARY)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    path = file(tmp_path, f'positive = "yes"\nmodel = "{name}"', "accuracy >= 0.5")
    with pytest.raises(InputError, match=message) as raised:
        shall.check(path)
    if message == "never loaded":
        assert 'shall.log(model, X, y).write("decisions.parquet")' in str(raised.value)
    assert run(["check", str(path)]) == 2
    assert "error: " in capsys.readouterr().err


def test_a_model_needs_rows(tmp_path: Path) -> None:
    path = tmp_path / "shall.toml"
    path.write_text('shall = 1\n[subject]\ntarget = "y"\npositive = "yes"\nmodel = "model.onnx"\n'
                    '[requirements]\na = "accuracy >= 0.5"\n')
    with pytest.raises(InputError, match="names a model but no rows to put it to"):
        shall.check(path)
