"""Reasons of real bundles against brute force on the model itself, their axioms, their words, and what they refuse."""

from __future__ import annotations

import itertools
import json
import math
import pickle
import subprocess
import sys
import textwrap

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from shall import graph as g
from shall.core.errors import DataError, Faults, InputError, Recalled, Unknown
from shall.graph import Compiled
from shall.graph.value import Value
from shall.methods.compiled import compiled
from shall.methods.learn import lightgbm
from shall.methods.model import Model
from shall.methods.prepare import encode
from shall.registry import find
from shall.runtimes.fleet import Fleet
from shall.runtimes.reasons import Explainer
from shall.runtimes.score import Scorer
from shall.runtimes.service import Service
from shall.runtimes.version import Lane, Version, columns_of
from tests.runtimes import made
from tests.runtimes.kept import Memory

TYPICAL = {"age": 40, "pay": 0, "city": "Ulm", "day": "2023-12-01T00:00:00+00:00"}


def baseline(typical, **more):
    told = {"typical": typical, "rows": 100, "of": "train", "digests": {}, "shall_baseline": 1}
    return json.dumps({**told, **more}).encode()


def explained(graph: Compiled, typical, **about) -> Scorer:
    told = json.loads(graph.json)
    return Scorer(graph.onnx, json.dumps({**told, "about": about}).encode(), "digest", baseline=baseline(typical))


@pytest.fixture(scope="module")
def loans():
    return explained(made.loans(), TYPICAL, **made.ABOUT)


def by_brute_force(score, row, typical):
    """Every coalition, one row at a time, with the weights of the definition; ``score`` of a mapping."""
    names = list(row)
    worth = {some: score({**typical, **{name: row[name] for name in some}})
             for size in range(len(names) + 1) for some in itertools.combinations(names, size)}
    found = {}
    for name in names:
        others = [one for one in names if one != name]
        found[name] = math.fsum(
            (worth[tuple(one for one in names if one in {*some, name})] - worth[some])
            / (len(names) * math.comb(len(others), size))
            for size in range(len(names)) for some in itertools.combinations(others, size))
    return found


def test_each_contribution_is_that_of_brute_force(loans):
    for row in made.rows(40, seed=3).drop_columns("id").to_pylist():
        (found,) = loans.reasons(row, 9)
        if found.score is None:
            assert found.why and not found.reasons
            continue
        truth = by_brute_force(lambda one: float(loans(one)["score"][0]), row, TYPICAL)
        if not found.reasons and found.typical_score is None:
            assert not all(map(math.isfinite, truth.values()))
            continue
        told = {one.field: one.contribution for one in found.reasons}
        for name, value in truth.items():
            assert told.get(name, 0.0) == pytest.approx(value, abs=1e-9)
        assert math.fsum([*told.values(), found.others, found.typical_score]) == pytest.approx(found.score, abs=1e-15)
        assert found.exact and all(one.standard_error == 0 for one in found.reasons)


def boosted() -> tuple[pa.Table, Model]:
    """A model of LightGBM with nine inputs, of which two are categories."""
    chance = np.random.default_rng(0)
    columns = {f"x{place}": chance.normal(size=2000) for place in range(7)}
    table = pa.table({**columns, "job": chance.choice(["nurse", "driver", "cook"], 2000),
                      "city": chance.choice(["Bonn", "Ulm"], 2000)})
    cooks = table["job"].to_numpy() == "cook"
    raw = columns["x0"] * columns["x1"] + np.sin(3 * columns["x2"]) + cooks * columns["x3"]
    label = (raw + chance.normal(size=2000) > 0).astype(np.int64)
    encoding = encode.fit(table, tuple(table.column_names))
    learned = lightgbm.fit(encoding(table), label, encoding.sizes, settings={"rounds": 60})
    return table, Model("lightgbm", encoding, learned)


def test_boosted_trees_by_brute_force_on_the_model_in_python():
    table, model = boosted()
    graph = Compiled(compiled(model, lambda name: find("methods", name)).graph)
    typical = {name: "nurse" if name == "job" else "Ulm" if name == "city" else 0.125 for name in table.column_names}
    scorer = explained(graph, typical, classes=["0", "1"])
    for row in table.slice(0, 6).to_pylist():
        rows = [{**typical, **{name: row[name] for name in some}} for size in range(10)
                for some in itertools.combinations(row, size)]
        said = model.score(pa.Table.from_pylist(rows, table.schema))
        worth = {json.dumps(one): float(value) for one, value in zip(rows, said, strict=True)}
        truth = by_brute_force(lambda one, known=worth: known[json.dumps(one)], row, typical)
        (found,) = scorer.reasons(row, 9)
        told = {one.field: one.contribution for one in found.reasons}
        assert found.scored == 2 ** sum(row[name] != typical[name] for name in row)
        for name, value in truth.items():
            assert told.get(name, 0.0) == pytest.approx(value, abs=1e-9)


def test_an_input_like_the_typical_one_and_one_that_is_not_used_add_nothing():
    x = g.inputs({"a": "number", "b": "number", "c": "number"})
    scorer = explained(g.compile(x, score=x["a"] * x["b"]), {"a": 1, "b": 1, "c": 1})
    (found,) = scorer.reasons({"a": 3, "b": 3, "c": 99})
    assert [(one.field, one.contribution) for one in found.reasons] == [("a", 4.0), ("b", 4.0)]     # symmetry
    assert found.others == 0.0 and found.score == 9.0 and found.typical_score == 1.0
    (found,) = scorer.reasons({"a": 1, "b": 5, "c": 1})
    assert [(one.field, one.contribution) for one in found.reasons] == [("b", 4.0)] and found.scored == 2
    (found,) = scorer.reasons({"a": 1, "b": 1, "c": 1})
    assert found.why == "the row is the typical one in every input" and not found.reasons
    (found,) = scorer.reasons({"a": 1, "b": 1, "c": 2})
    assert found.why == "no input makes a difference to the typical row"


def test_many_inputs_are_drawn_and_say_how_sure_they_are():
    names = [f"x{place}" for place in range(30)]
    x = g.inputs(dict.fromkeys(names, "number"))
    raw = x[names[0]] * 2.0
    for place, name in enumerate(names[1:], 1):
        raw = raw + x[name] * (1.0 / place) * x[names[place - 1]]
    graph = g.compile(x, score=Value("elementwise", (raw,), {"function": "sigmoid"}))
    scorer = explained(graph, dict.fromkeys(names, 0.0))
    row = dict(zip(names, np.random.default_rng(2).normal(size=30).tolist(), strict=True))
    (found,), (again,) = scorer.reasons(row, 30), scorer.reasons(dict(row), 30)
    assert found == again and not found.exact and found.scored <= 4096 + 2
    assert all(abs(one.contribution) > 2 * one.standard_error > 0 for one in found.reasons)
    assert "(± " in found.reasons[0].sentence
    told = [one.contribution for one in found.reasons]
    assert math.fsum([*told, found.others, found.typical_score]) == pytest.approx(found.score, abs=1e-15)
    finer = Explainer(scorer, baseline(dict.fromkeys(names, 0.0)), most=100_000)(row, 30)[0]
    near = {one.field: one for one in finer.reasons}
    for one in found.reasons:
        if one.field in near:
            spread = math.hypot(one.standard_error, near[one.field].standard_error)
            assert abs(one.contribution - near[one.field].contribution) < 5 * spread


def test_a_row_a_list_and_a_table_have_the_same_reasons(loans):
    table = made.rows(30, seed=5)
    listed = table.to_pylist()
    assert loans.reasons(table) == loans.reasons(listed) == [loans.reasons(row)[0] for row in listed]
    assert loans.reasons([]) == []
    assert pickle.loads(pickle.dumps(loans)).reasons(listed[0]) == loans.reasons(listed[0])


def test_the_sentence(loans):
    found = loans.reasons({"age": 61.5, "pay": None, "city": "Köln", "day": "2023-12-01"})[0]
    assert found.why == "the model gives no score for this row" and found.score is None
    found = loans.reasons({"age": 61.5, "pay": 0, "city": "Köln", "day": "2023-12-01"})[0]
    assert [one.sentence for one in found.reasons] == [
        "age is 61.5, where 40 is typical: this raises the score for yes by 0.321",
        "city is Köln, where Ulm is typical: this raises the score for yes by 0.122"]
    assert found.of == "yes"


def test_hostile_values_stay_on_one_line(loans):
    for value in ("\x1b[2J", "a\r\nSet-Cookie: x", "\u202egnp", "x" * 10_000, "<script>"):
        name = value[:100]
        x = g.inputs({name: "text", "n": "number"})
        score = Value("where", (x[name].isin(["typical"]), x["n"], x["n"] + 0.5), {})
        scorer = explained(g.compile(x, score=score), {name: "typical", "n": 0})
        (reason,) = scorer.reasons({name: value, "n": 0})[0].reasons
        assert reason.sentence.isprintable() and len(reason.sentence) < 300
        assert reason.value == value, "the value itself is told as it is; JSON escapes it"


def test_the_class_that_has_the_most_of_several_is_explained():
    scorer = explained(made.three(), {"a": 0, "b": 0}, classes=["low", "mid", "high"])
    row = {"a": 2.0, "b": 1.0}
    (found,) = scorer.reasons(row)
    place = int(np.argmax(scorer(row)["probabilities"][0]))
    assert found.of == ["low", "mid", "high"][place]
    assert found.score == scorer(row)["probabilities"][0, place]
    truth = by_brute_force(lambda one: float(scorer(one)["probabilities"][0, place]), row, {"a": 0, "b": 0})
    assert {one.field: pytest.approx(one.contribution, abs=1e-12) for one in found.reasons} == truth


def test_what_cannot_be_explained_says_why():
    x = g.inputs({"a": "number"})
    plain = explained(g.compile(x, score=x["a"] * 2.0), {"a": 1})
    unknown = Scorer(*plain._content[:-1])
    with pytest.raises(InputError, match=r"no baseline\.json.*ship the model again"):
        unknown.reasons({"a": 2})
    decided = explained(g.compile(x, decision=x["a"] > 2.0), {"a": 1})
    with pytest.raises(InputError, match="the graph gives no score: its output decision is no number"):
        decided.reasons({"a": 2})
    placed = explained(g.compile(x, decision=x["a"] * 1.0), {"a": 1}, classes=["no", "yes"])
    with pytest.raises(InputError, match="the graph gives no score"):
        placed.reasons({"a": 2})
    with pytest.raises(DataError, match="the field a is not there"):
        plain.reasons({"b": 2})
    (found,) = explained(g.compile(x, score=x["a"] * 2.0), {"a": None}).reasons({"a": 2})
    assert found.score == 4.0 and found.why == "between this row and the typical one the model gives no score"


def test_a_service_explains_what_it_would_decide_and_keeps_nothing(loans):
    log = Memory(columns_of([(version := Version("loans", "1", loans))]))
    service = Service({"loans": Fleet("loans", "1", {"1": Lane(version, log, "live")}, recalled={"0": "wrong"})})
    row = {"age": 61.5, "pay": 0, "city": "Köln", "day": "2023-12-01"}
    assert service.explain("loans", [row, row], most=1) == ("loans@1", loans.reasons([row, row], 1))
    with pytest.raises(Faults) as raised:
        service.explain("loans", [{**row, "age": "sixty"}])
    assert [one.field for one in raised.value.faults] == ["age"]
    with pytest.raises(Recalled):
        service.explain("loans", [row], version="0")
    with pytest.raises(Unknown):
        service.explain("loan", [row])
    assert not log.records


def test_a_branch_that_answers_explains_its_own_score(loans):
    x = g.inputs({"age": "number"})
    scored = explained(g.compile(x, score=x["age"] * 0.01), {"age": 40.0}, **made.ABOUT)
    silent = explained(made.older(), {"age": 40.0}, **made.ABOUT)
    by_age, plain = (Version("loans", f"7.{name}", one, face=loans) for name, one in (("a", scored), ("b", silent)))
    row, service = {"age": 61.5, "pay": 0, "city": "Köln", "day": "2023-12-01"}, Service()
    service.swap({"loans": Fleet("loans", "7", {"7": Lane(by_age, Memory(by_age.fields), "live")})})
    assert service.explain("loans", [row]) == ("loans@7.a", scored.reasons([row]))
    service.swap({"loans": Fleet("loans", "7", {"7": Lane(plain, Memory(plain.fields), "live")})})
    with pytest.raises(InputError, match=r"loans@7\.b answers, and the graph gives no score"):
        service.explain("loans", [row])


def test_a_predicted_number_has_reasons_beside_other_outputs():
    x = g.inputs({"a": "number", "b": "number"})
    said = x["a"] * 2.0 + x["b"]
    scorer = explained(g.compile(x, prediction=said, lower=said - 1.0, upper=said + 1.0), {"a": 1, "b": 1})
    (found,) = scorer.reasons({"a": 4, "b": 0})
    assert {one.field: one.contribution for one in found.reasons} == {"a": 6.0, "b": -1.0}
    assert found.of is None and "this raises the score by 6" in found.reasons[0].sentence


def test_more_inputs_than_anybody_reads_are_refused():
    names = [f"x{place}" for place in range(1001)]
    x = g.inputs(dict.fromkeys(names, "number"))
    scorer = explained(g.compile(x, score=x["x0"] * 1.0), dict.fromkeys(names, 0))
    with pytest.raises(InputError, match="1,001 inputs differ from the typical row"):
        scorer.reasons(dict.fromkeys(names, 1))
    (found,) = scorer.reasons({**dict.fromkeys(names, 0), **dict.fromkeys(names[:900], 1)})
    assert [one.field for one in found.reasons] == ["x0"] and found.reasons[0].contribution == 1.0


@pytest.mark.parametrize(("content", "message"), [
    (b"{", "damaged"), (b"[]", "damaged"), (baseline({"a": [1]}), "damaged"),
    (baseline({"a": 1}, shall_baseline=2), "version 2"), (baseline({"a": 1}, more=1), "damaged"),
    (baseline({"b": 1}), "same inputs: a is in one"), (baseline({"a": "one"}), "does not fit"),
])
def test_what_is_no_baseline_is_refused(content, message):
    x = g.inputs({"a": "number"})
    graph = g.compile(x, score=x["a"] * 2.0)
    with pytest.raises(DataError, match=message):
        Scorer(graph.onnx, graph.json, baseline=content).reasons({"a": 1})


def test_they_go_out_as_json(loans):
    (found,) = loans.reasons({"age": 61.5, "pay": np.float64(3), "city": "x", "day": np.datetime64("2024-01-01")})
    told = json.loads(msgspec.json.encode(found))
    assert {one["field"]: one["value"] for one in told["reasons"]}["pay"] == 3.0
    assert {"score", "typical_score", "of", "reasons", "others", "exact", "scored", "why"} == {*told}


def test_they_need_numpy_and_msgspec_alone(tmp_path, loans):
    (tmp_path / "files").write_bytes(pickle.dumps(loans))
    code = f"""
        import pickle, sys
        with open({str(tmp_path / 'files')!r}, "rb") as file:
            scorer = pickle.load(file)
        print("shall.runtimes.reasons" in sys.modules)
        print(len(scorer.reasons({{"age": 60, "pay": 1, "city": "Bonn", "day": "2024-01-01"}})[0].reasons) > 2)
        print([one for one in ("pyarrow", "scipy", "sklearn", "narwhals", "pandas") if one in sys.modules])
    """
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[:3] == ["False", "True", "[]"]
