"""A scorer gives the same bits for a row, a list and a table, however they are cut, and loads next to nothing."""

from __future__ import annotations

import ast
import pickle
import subprocess
import sys
import textwrap

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from shall import bundle, load_bundle
from shall.core.errors import DataError, InputError
from shall.runtimes.score import CHUNK, Scorer
from tests.runtimes import made


@pytest.fixture(scope="module")
def loans():
    return made.scorer(made.loans())


def same(one, two):
    assert {*one} == {*two}
    for name, values in one.items():
        if values.dtype.kind == "f":
            assert values.tobytes() == two[name].tobytes(), name
        else:
            assert values.tolist() == two[name].tolist(), name


def test_the_same_bits_by_row_list_and_every_frame(loans):
    table = made.rows(300)
    whole = loans(table)
    assert {name: value.dtype.kind for name, value in whole.items()} == {"score": "f", "decision": "O", "capped": "b"}
    assert whole["score"].shape == (300,)
    listed = table.to_pylist()
    same(whole, loans(listed))
    one = [loans(row) for row in listed]
    same(whole, {name: np.concatenate([found[name] for found in one]) for name in whole})
    same(whole, loans(pl.DataFrame(table)))
    same(whole, loans(table.to_pandas()))
    same(whole, loans(table.to_pandas(types_mapper=pd.ArrowDtype)))
    same(whole, loans(table.to_batches()[0]))


@pytest.mark.parametrize("size", [1, 7, 1000, CHUNK, 20_000])
def test_the_same_bits_for_any_batches(loans, size):
    table = made.rows(20_000)
    found = pa.Table.from_batches(loans.arrow(table.to_batches(max_chunksize=size)[:200], ("id",)))
    whole = loans(table.slice(0, len(found)))
    assert found.schema.names == ["id", "score", "decision", "capped"]
    assert found["score"].to_numpy().tobytes() == whole["score"].tobytes()
    assert found["decision"].to_pylist() == whole["decision"].tolist()
    assert found["capped"].to_pylist() == whole["capped"].tolist()
    assert found["id"].to_pylist() == list(range(len(found)))


@pytest.mark.parametrize("threads", [2, 5])
def test_the_same_bits_for_any_number_of_threads(loans, threads):
    table = made.rows(100_000)
    one, several = (pa.Table.from_batches(loans.arrow(table.to_batches(), ("id",), threads=number))
                    for number in (1, threads))
    assert several["score"].to_numpy().tobytes() == one["score"].to_numpy().tobytes()
    assert several.drop(["score"]).equals(one.drop(["score"]))


def test_an_error_in_a_thread_is_raised(loans):
    rows = made.rows(30_000).to_batches()[0]
    broken = rows.set_column(3, "city", pa.array([b"\xff"] * 30_000).view(pa.string()))
    with pytest.raises(DataError, match="cannot be read"):
        next(loans.arrow([broken], threads=2))


def test_it_says_what_the_compiled_graph_says(loans):
    table = made.rows(500)
    compiled = made.loans()(table)
    assert loans(table)["score"].tobytes() == compiled["score"].tobytes()


def test_what_is_missing_stays_missing(loans):
    found = loans({"age": None, "pay": 1, "city": None, "day": None})
    assert np.isnan(found["score"]).all() and found["decision"].tolist() == [None]
    arrow = next(loans.arrow(pa.table({"age": [None], "pay": [1], "city": ["x"], "day": ["2026-01-01"]}).to_batches()))
    assert arrow["decision"].to_pylist() == [None]


def test_no_rows(loans):
    table = made.rows(10).slice(0, 0)
    assert loans(table)["score"].shape == loans([])["score"].shape == (0,)
    assert [*loans.arrow([])] == []
    empty = next(loans.arrow([made.rows(10).to_batches()[0].slice(0, 0)], ("id",)))
    assert empty.num_rows == 0 and empty.schema.names == ["id", "score", "decision", "capped"]


def test_a_classifier_by_its_decision(loans):
    table = made.rows(200)
    assert loans.predict(table).tolist() == loans(table)["decision"].tolist()
    both = loans.predict_proba(table)
    assert both.shape == (200, 2)
    np.testing.assert_array_equal(both[:, 1], loans(table)["score"])


def test_a_classifier_of_three_classes():
    three = made.scorer(made.three(), classes=["a", "b", "c"])
    rows = [{"a": 2.0, "b": 3.0}, {"a": 3.0, "b": 0.0}]
    assert three.predict(rows).tolist() == ["c", "a"]
    assert three.classes_.tolist() == ["a", "b", "c"] and three.n_features_in_ == 2
    assert three.feature_names_in_.tolist() == ["a", "b"]
    np.testing.assert_allclose(three.predict_proba(rows).sum(axis=1), 1)
    batch = next(three.arrow(pa.Table.from_pylist(rows).to_batches()))
    assert batch.schema.names == ["probabilities_a", "probabilities_b", "probabilities_c"]
    with pytest.raises(DataError, match="1 of 2 rows have no probability"):
        three.predict([rows[0], {"a": None, "b": 1.0}])


def test_a_threshold_of_two_classes():
    about = {"classes": [0, 1], "probabilities": "score", "decision": "capped"}
    named = made.scorer(made.loans(), **about)
    table = made.rows(50)
    assert named.predict(table).tolist() == named(table)["capped"].astype(int).tolist()
    x = made.g.inputs({"a": "number"})
    plain = made.scorer(made.g.compile(x, score=x["a"] * 1.0), classes=[0, 1], threshold=0.7)
    assert plain.predict([{"a": 0.7}, {"a": 0.69}]).tolist() == [1, 0]
    tied = made.scorer(made.g.compile(x, score=x["a"] * 1.0), classes=[0, 1])
    assert tied.predict([{"a": 0.5}]).tolist() == [0]           # the first, as numpy's and scikit-learn's argmax


def test_a_decision_that_is_the_place_of_a_class():
    x = made.g.inputs({"a": "number"})
    plain = made.scorer(made.g.compile(x, decision=x["a"] * 1.0, abstained=x["a"] > 1.5), classes=["x", "y", "z"])
    assert plain.predict([{"a": 0}, {"a": 1}]).tolist() == ["x", "y"]
    assert plain.predict([{"a": 2}, {"a": 1}, {"a": None}, {"a": 0.5}]).tolist() == [None, "y", None, None]


def test_a_table_has_the_class_and_not_its_place():
    x = made.g.inputs({"a": "number"})
    compiled = made.g.compile(x, decision=x["a"] * 1.0, abstained=x["a"] > 1.5)
    rows = pa.table({"a": [0.0, 1.0, 2.0, None]})
    plain = made.scorer(compiled, classes=["x", "y", "z"])
    found = next(plain.arrow(rows.to_batches()))
    assert found.schema == plain.schema and plain.ddl == "`decision` string, `abstained` boolean"
    assert found["decision"].to_pylist() == ["x", "y", None, None]
    bare = made.scorer(compiled)
    assert next(bare.arrow(rows.to_batches()))["decision"].to_pylist()[:3] == [0.0, 1.0, 2.0]
    truth = made.scorer(made.g.compile(x, decision=x["a"] > 0.5), classes=[0, 1])
    assert next(truth.arrow(rows.to_batches()))["decision"].to_pylist() == ["0", "1", "1", "0"]


def test_two_graphs_one_after_the_other():
    x = made.g.inputs({"a": "number"})
    full = made.g.compile(x, score=x["a"] * 2.0)
    first = made.g.compile(x, score=x["a"] * 1.0, sure=x["a"] > 0.0)
    both = Scorer(full.onnx, full.json, "", first.onnx)
    rows = [{"a": 1}, {"a": -1}]
    assert both(rows)["score"].tolist() == [1.0, -2.0]
    assert pickle.loads(pickle.dumps(both))(rows)["score"].tolist() == [1.0, -2.0]
    assert next(both.arrow(pa.Table.from_pylist(rows).to_batches()))["score"].to_pylist() == [1.0, -2.0]


def test_a_regressor_says_its_number():
    x = made.g.inputs({"a": "number"})
    plain = made.scorer(made.g.compile(x, price=x["a"] * 2.0))
    assert plain.predict({"a": 4}).tolist() == [8.0]
    with pytest.raises(AttributeError, match="no classes"):
        _ = plain.classes_
    with pytest.raises(InputError, match="no output of probabilities"):
        plain.predict_proba({"a": 4})
    two = made.scorer(made.g.compile(x, price=x["a"] * 2.0, cost=x["a"] * 1.0))
    with pytest.raises(InputError, match="several outputs"):
        two.predict({"a": 4})
    with pytest.raises(InputError, match="it has only price, cost"):
        made.scorer(made.g.compile(x, price=x["a"] * 2.0, cost=x["a"] * 1.0), decision="x").predict({"a": 4})


def test_what_cannot_be_scored(loans):
    with pytest.raises(DataError, match="age"):
        loans({"pay": 1, "city": "Ulm", "day": None})
    with pytest.raises(DataError, match="city"):
        loans(made.rows(3).drop(["city"]))
    with pytest.raises(InputError, match="score cannot be kept"):
        next(loans.arrow(made.rows(3).append_column("score", [[1, 2, 3]]).to_batches(), ("score",)))


@pytest.mark.parametrize(("onnx", "graph"), [
    (b"", None), (b"x" * 100, None), (None, b""), (None, b"{}"), (None, b"[1]"), (None, b'{"shall_graph":"1"}'),
    (None, b'{"shall_graph":9,"inputs":[],"about":{}}'), (None, b"\xff")])
def test_what_is_no_graph(onnx, graph):
    good = made.three()
    with pytest.raises(DataError):
        Scorer(good.onnx if onnx is None else onnx, good.json if graph is None else graph)


def test_it_can_be_sent_to_a_worker(loans):
    table = made.rows(100)
    same(loans(table), pickle.loads(pickle.dumps(loans))(table))


def test_polars_by_streams(loans):
    table = made.rows(5000)
    lazy = pl.DataFrame(table).lazy()
    scored = lazy.map_batches(loans.polars, schema=pl.Schema(loans.schema), streamable=True)    # as the guide has it
    high = scored.filter(pl.col("score") > 0.5).collect()
    assert high.height == sum(not score <= 0.5 for score in loans(table)["score"])    # NaN is the largest there
    found = scored.collect(engine="streaming")
    assert found["score"].to_numpy().tobytes() == loans(table)["score"].tobytes()


def test_duckdb_by_its_reader(loans):
    duckdb = pytest.importorskip("duckdb")
    table = made.rows(5000)
    connection = duckdb.connect()
    connection.register("given", table)
    reader = connection.sql("SELECT * FROM given ORDER BY id").to_arrow_reader(1000)
    schema = pa.schema([("id", pa.int64()), *loans.schema])
    scored = duckdb.connect()
    scored.register("scored", pa.RecordBatchReader.from_batches(schema, loans.arrow(reader, ("id",))))
    found = scored.sql("SELECT * FROM scored ORDER BY id").to_arrow_table()
    assert found["score"].to_numpy().tobytes() == loans(table)["score"].tobytes()


def test_a_row_loads_neither_onnx_nor_arrow(tmp_path):
    compiled = made.loans()
    place = bundle.write({"graph.onnx": compiled.onnx, "graph.json": compiled.json}, {}, tmp_path / "loans.zip")
    code = textwrap.dedent(f"""
        import importlib.abc, sys
        BARRED = ("onnx", "pyarrow", "pandas", "sklearn", "scipy", "narwhals", "cryptography", "tomlkit", "click",
                  "rich", "typing_extensions", "lightgbm", "xgboost", "torch", "polars", "google", "apsw")
        class Guard(importlib.abc.MetaPathFinder):
            def find_spec(self, name, path=None, target=None):
                if name.split(".")[0] in BARRED:
                    raise ImportError(name + " is not to be loaded")
        sys.meta_path.insert(0, Guard())
        import shall
        scorer = shall.load_bundle({str(place)!r})
        row = {{"age": 51.0, "pay": 2, "city": "Bonn", "day": None}} | {{"day": "2026-11-21"}}
        print(scorer.predict(row), scorer.predict_proba([row])[0, 1])
        ops = ["shall.graph.ops." + name for name in ("arithmetic", "elementwise", "label", "where")]
        print([name for name in ops if name in sys.modules])
        own = {{name.split(".")[0] for name in sys.modules}} - set(sys.stdlib_module_names)
        print(sorted(name for name in own if not name.startswith("_")))
    """)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    said, ops, loaded = ran.stdout.splitlines()
    row = {"age": 51.0, "pay": 2, "city": "Bonn", "day": "2026-11-21"}
    assert said == f"['yes'] {load_bundle(place)(row)['score'][0]}"
    assert ops == "[]"
    assert {*ast.literal_eval(loaded)} <= {"numpy", "onnxruntime", "msgspec", "shall", "sitecustomize"}


def test_without_msgspec_the_extra_is_named():
    code = ("import sys; sys.modules['msgspec'] = None\nfrom shall.cli import run\n"
            "sys.exit(run(['predict', 'loans.zip', 'rows.csv', '-o', 'out.csv']))")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 2 and "pip install 'shall[score]'" in ran.stderr and "fault" not in ran.stderr
