"""A guard lets an answer go or tells why not: each reason by hand, plain data, damage, and what it loads."""

from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import DataError, InputError
from shall.runtimes.guard import CODES, Guard
from shall.stats import novelty

CHANCE = np.random.default_rng(0)
TRAINING = {"age": CHANCE.integers(18, 65, 2000).astype(float),
            "job": np.where(CHANCE.random(2000) < 0.3, "nurse", "driver").astype(object)}


def plain(**more: Any) -> dict[str, Any]:
    known = novelty.fit(TRAINING).calibrated({name: values[:1000] for name, values in TRAINING.items()}, 0.05)
    return {"classes": ["no", "yes"], "novelty": known.described(), "sets": {"coverage": 0.9, "limit": 0.65},
            "control": {"line": 0.8, "risk": 0.05, "confidence": 0.95}, **more}


ROW = {"age": 40, "job": "nurse"}
TOLD = [
    (ROW, 0.9, "yes", "answered", ""),
    (ROW, 0.1, "no", "answered", ""),
    ({"age": 99, "job": "nurse"}, 0.9, None, "unseen",
     "unlike training: age = 99 (training saw 18 to 64) was never seen in training"),
    ({"age": 40, "job": "pilot"}, 0.9, None, "unseen", "unlike training: job = pilot was never seen in training"),
    ({"job": "nurse"}, 0.9, None, "unseen", "unlike training: age is missing was never seen in training"),
    (ROW, 0.5, None, "several_classes", "the set that holds the true class of 90% of rows has 2 classes: no, yes"),
    (ROW, 0.7, None, "unsure", "a probability of 0.700 is below 0.800, from where on at most 0.05 wrong at 95% "
                               "confidence is promised"),
    (ROW, float("nan"), None, "no_probability", "the model gives no probability"),
]


@pytest.mark.parametrize(("row", "chance", "decision", "code", "why"), TOLD)
def test_each_reason_by_hand(row: dict[str, Any], chance: float, decision: Any, code: str, why: str) -> None:
    (found,) = Guard(plain())(row, {"score": np.array([chance])})
    assert (found.decision, found.code, found.why) == (decision, code, why)
    assert found.code in CODES and found.answered == (code == "answered")


@pytest.mark.parametrize(("value", "code"), [("2003", "answered"), (2003, "answered"), (2003.0, "answered"),
                                             (True, "answered"), (2999, "unseen"), (2003.5, "unseen"), ("9", "unseen")])
def test_a_number_for_a_text_is_the_text_that_the_graph_takes_it_for(value: Any, code: str) -> None:
    years = np.array([str(2000 + place % 7) if place % 8 else "true" for place in range(2000)], dtype=object)
    known = novelty.fit({"year": years, "age": TRAINING["age"]})
    known = known.calibrated({"year": years[:1000], "age": TRAINING["age"][:1000]}, 0.05)
    guard = Guard({"classes": ["no", "yes"], "novelty": known.described()})
    rows = [{"year": value, "age": 40}] * 2
    said = {"score": np.array([0.9, 0.9])}
    assert [guard(rows[0], {"score": np.array([0.9])})[0].code, *(one.code for one in guard(rows, said))] == [code] * 3


def test_one_row_several_rows_and_a_table_are_ruled_alike() -> None:
    guard, rows = Guard(plain()), [row for row, *_ in TOLD]
    said = {"score": np.array([chance for _, chance, *_ in TOLD])}
    table = pa.table({name: [row.get(name) for row in rows] for name in ("age", "job")})
    alone = [guard(row, {"score": np.array([chance])})[0] for row, chance, *_ in TOLD]
    both = np.stack([1 - said["score"], said["score"]], axis=1)
    assert guard(rows, said) == alone == guard(table, said) == guard(rows, both)
    assert guard([], {"score": np.zeros(0)}) == []


def test_what_the_model_says_of_itself_counts() -> None:
    guard = Guard(plain(sets=None))
    assert guard(ROW, {"score": [0.9], "abstained": [True]})[0].code == "abstained"
    assert guard(ROW, {"score": [0.9], "decision": [0.0]})[0].decision == "no"
    assert guard(ROW, {"score": [0.9], "decision": ["yes"]})[0].decision == "yes"
    assert guard(ROW, {"score": [0.9], "set": [[False, False]]})[0].code == "no_class"


def test_a_threshold_is_what_the_line_is_about() -> None:
    guard = Guard(plain(sets=None, threshold=0.3, control={"line": 0.1, "risk": 0.05, "confidence": 0.9}))
    assert [one.decision for one in guard([ROW] * 3, {"score": [0.45, 0.35, 0.15]})] == ["yes", None, "no"]
    assert "0.050 from the threshold 0.3 is too near" in guard(ROW, {"score": [0.35]})[0].why


def test_where_nothing_could_be_promised_nothing_leaves() -> None:
    guard = Guard(plain(sets=None, control={"line": None, "risk": 0.05, "confidence": 0.95}))
    assert guard(ROW, {"score": [1.0]})[0].why == ("no line was found above which at most 0.05 wrong at 95% confidence "
                                                   "could be promised")
    assert Guard(plain(sets={"coverage": 0.9, "limit": None}))(ROW, {"score": [1.0]})[0].code == "several_classes"


def test_it_ships_as_json_and_goes_to_workers() -> None:
    guard = Guard(plain())
    rows, said = [row for row, *_ in TOLD], {"score": [chance for _, chance, *_ in TOLD]}
    for again in (Guard(guard.json), pickle.loads(pickle.dumps(guard))):
        assert again.json == guard.json and again(rows, said) == guard(rows, said)


def test_what_is_no_guard_is_refused() -> None:
    for damaged in (b"{", b"[]", b'{"classes": []}', b'{"classes": ["a", "b"], "shall_guard": 9}',
                    b'{"classes": [1, 2, 3], "threshold": 0.5}',
                    b'{"classes": ["a", "b"], "sets": {"limit": "x", "coverage": 1}}'):
        with pytest.raises(DataError):
            Guard(damaged)
    with pytest.raises(DataError, match="damaged"):
        Guard({"classes": ["a", "b"], "novelty": {"names": []}})(ROW, {"score": [0.5]})
    guard = Guard(plain())
    with pytest.raises(InputError, match="what a model says"):
        guard(ROW, {"margin": [0.5]})
    with pytest.raises(DataError, match="the shape"):
        guard([ROW, ROW], {"score": [0.5]})
    with pytest.raises(DataError, match="another kind"):
        guard({"age": "forty", "job": "nurse"}, {"score": [0.5]})


def test_it_needs_numpy_and_msgspec_alone() -> None:
    code = """
        import sys
        from shall.runtimes.guard import Guard
        guard = Guard(b'{"classes": ["a", "b"], "control": {"line": 0.7, "risk": 0.1, "confidence": 0.9}}')
        print(guard({}, {"score": [0.9]})[0].decision)
        heavy = "pyarrow", "scipy", "sklearn", "onnxruntime", "lightgbm", "narwhals"
        print({one for one in heavy if one in sys.modules})
    """
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["b", "set()"]


def test_a_column_that_no_row_has_is_named_and_one_row_may_lack_a_value() -> None:
    guard, rows = Guard(plain()), pa.table({"job": ["nurse", "driver"]})
    for some in (rows, rows.to_pylist(), rows.slice(0, 1)):
        with pytest.raises(DataError, match="these rows have no column age, which training had; there are: job"):
            guard(some, {"score": np.full(len(some), 0.9)})
    assert guard({"job": "nurse"}, {"score": [0.9]})[0].code == "unseen"
    assert [one.code for one in guard([ROW, {"job": "nurse"}], {"score": [0.9, 0.9]})] == ["answered", "unseen"]


def test_a_guard_says_in_a_line_what_it_asks() -> None:
    assert repr(Guard(plain())) == "Guard(classes=['no', 'yes'], training (alpha=0.05), coverage=0.9, risk=0.05)"
    assert repr(Guard({"classes": ["no", "yes"], "threshold": 0.3})) == "Guard(classes=['no', 'yes'], threshold=0.3)"
