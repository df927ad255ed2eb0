from __future__ import annotations

import lightgbm
import numpy as np
import onnx
import pytest

from shall import graph as g
from shall.core.errors import DataError
from shall.graph import alike, session, written
from shall.graph.edge import packed

RNG = np.random.default_rng(0)
ROWS = 20_000                               # more than two chunks
X = RNG.normal(size=(ROWS, 6))
X[RNG.random(X.shape) < 0.05] = np.nan
T = RNG.choice(["a", "b", None], ROWS)
Y = (2 * np.nan_to_num(X[:, 0]) + (T == "a") + RNG.normal(size=ROWS) > 0.5).astype(int)
NAMES = [f"x{place}" for place in range(6)]


@pytest.fixture(scope="module")
def compiled() -> g.Compiled:
    model = lightgbm.LGBMClassifier(n_estimators=200, verbose=-1, n_jobs=1).fit(X[:5000], Y[:5000])
    x = g.inputs({"t": "text", **dict.fromkeys(NAMES, "number")})
    p = g.predict_proba(model, g.Columns({name: x[name] for name in NAMES}))[:, 1]
    shown = g.where(x["t"] == "a", p, p / 2)
    return g.compile(x, p=shown, both=g.stack(p, shown), told=x["t"])


@pytest.fixture(scope="module")
def rows(compiled: g.Compiled) -> dict[str, np.ndarray]:
    return packed(compiled.graph.inputs, {"t": T, **dict(zip(NAMES, X.T, strict=True))})


def told(content: bytes) -> dict[str, str]:
    return {one.key: one.value for one in onnx.load_from_string(content).metadata_props}


def changed(content: bytes, value: str | None) -> bytes:
    model = onnx.load_from_string(content)
    onnx.helper.set_model_props(model, {"shall_graph": "1", **({} if value is None else {session.ASKED: value})})
    return model.SerializeToString()


def test_a_graph_of_many_splits_says_what_is_asked_most(compiled: g.Compiled) -> None:
    first = told(compiled.onnx)[session.ASKED].split()
    assert first[0] == "0" and sorted(first) == ["0", "1", "2", "3", "4", "5"]
    assert g.Compiled(written.read(compiled.json)).onnx == compiled.onnx


@pytest.mark.parametrize("size", [1, 1023, 1024, 1025, 8192, 8193, ROWS])
def test_the_order_of_rows_changes_no_bit(compiled: g.Compiled, rows: dict[str, np.ndarray], size: int) -> None:
    ordered, plain = session.Session(compiled.onnx), session.Session(changed(compiled.onnx, None))
    assert ordered._asked and not plain._asked
    some = {name: value[-size:] for name, value in rows.items()}
    found, wanted = ordered(some), plain._once(some)
    assert list(found) == list(wanted)
    for name, value in wanted.items():
        assert found[name].dtype == value.dtype and found[name].shape == (size, value.shape[1])
        assert found[name].tolist() == value.tolist()


def test_rows_are_in_order_when_the_graph_runs(compiled: g.Compiled, rows: dict[str, np.ndarray],
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    ordered = session.Session(compiled.onnx)
    seen: list[np.ndarray] = []
    run = ordered._run
    monkeypatch.setattr(ordered, "_run", lambda outputs, given, options: seen.append(given["numbers"]) or run(
        outputs, given, options))
    ordered(rows)
    order = alike.order(rows["numbers"], ordered._asked)
    assert [len(one) for one in seen] == [8192, 8192, ROWS - 2 * 8192]
    assert np.array_equal(np.concatenate(seen), rows["numbers"][order], equal_nan=True)


@pytest.mark.parametrize("value", ["", "99 -1 x 1.5", "7", "  "])
def test_columns_that_are_not_there_are_left_out(compiled: g.Compiled, rows: dict[str, np.ndarray],
                                                 value: str) -> None:
    other = session.Session(changed(compiled.onnx, value))
    assert other._asked == ()
    some = {name: one[:2000] for name, one in rows.items()}
    assert other(some)["p"].tolist() == session.Session(compiled.onnx)(some)["p"].tolist()


def test_what_is_no_model_cannot_be_run() -> None:
    with pytest.raises(DataError, match="the graph cannot be run"):
        session.Session(b"no model")
