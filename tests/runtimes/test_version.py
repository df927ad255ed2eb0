"""A version answers and writes the columns of its log, in whatever order the log has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from shall import graph as g
from shall.core.decisions import Field
from shall.core.errors import Faults
from shall.runtimes.columns import Columns
from shall.runtimes.fleet import Fleet
from shall.runtimes.service import again, answers_of
from shall.runtimes.version import Lane, Version, clashes, columns_of
from tests.runtimes import made
from tests.runtimes.kept import ROW, Memory, version

CONTEXT = Columns(context=(Field("sex", "text"),), filled={"ref": "id", "when": "time", "latency": "latency"},
                  tick=1e-3)


def lane(one: Version, fields: tuple[Field, ...] | None = None) -> Lane:
    return Lane(one, Memory(fields or columns_of([one])), "live")


def test_it_writes_inputs_context_and_what_was_decided() -> None:
    one = version(columns=CONTEXT)
    assert [(field.name, field.what) for field in one.fields] == [
        ("age", "number"), ("pay", "number"), ("day", "date"), ("city", "text"), ("sex", "text"), ("ref", "text"),
        ("when", "date"), ("latency", "number"), ("score", "number"), ("decision", "text"), ("abstained", "truth"),
        ("code", "text"), ("why", "text")]
    found = one([{**ROW, "sex": "f"}, {**ROW, "ref": "mine", "when": "2026-01-01", "latency": 3}])
    first, second = lane(one).records(found, ["e1", "e2"], 1_000, "r")
    assert first[:6] == ("e1", 1_000, "r", "loans@7", "digest", "live") and first.weight == 1.0
    assert first.values[:7] == (30.0, 2.0, 1767225600000000, "Bonn", "f", "e1", 1_000)
    assert 0 < first.values[7] < 1_000 and first.values[9:] == ("yes", False, "answered", None)
    assert second.values[4:8] == (None, "mine", 1767225600000000, 3.0)


def test_a_log_of_more_columns_has_the_others_missing() -> None:
    one = version()
    more = (Field("rent", "number"), *one.fields[::-1], Field("end", "text"))
    found = one([ROW])
    values = lane(one, more).records(found, ["e1"], 0, "")[0].values
    plain = lane(one).records(one([ROW]), ["e1"], 0, "")[0].values
    assert values == (None, *plain[::-1], None)


def test_a_comparison_says_what_left_instead() -> None:
    one = version()
    fields = columns_of([one], beside=True)
    assert fields[-1] == Field("decision_in_charge", "text")
    records = lane(one, fields).records(one([ROW, ROW]), ["e1", "e2"], 0, "", [True, None])
    assert [record.values[-1] for record in records] == ["true", None]


def test_columns_of_several_versions() -> None:
    x = g.inputs({"age": "number", "rent": "number", "city": "number"})
    other = Version("loans", "8", made.scorer(g.compile(x, score=x["age"] * x["rent"] + x["city"])))
    assert [field.name for field in columns_of([version(), other])] == [
        "age", "pay", "day", "city", "score", "decision", "abstained", "code", "why", "rent"]
    assert clashes([version(), other]) == ["city"] and clashes([version(), version("8")]) == []


def test_warming_answers_a_row_without_values() -> None:
    version().warm()
    for names in ({"a": "number"}, {"t": "text"}):
        x = g.inputs(names)
        Version("m", "1", made.scorer(g.compile(x, **{"out": next(iter(x.values()))}))).warm()


def test_what_it_says_is_what_the_scorer_says() -> None:
    one, table = version(), made.rows(200).drop(["id"])
    found = one(table)
    assert found.outputs["score"].tobytes() == one.scorer(table)["score"].tobytes()
    alone = [one([row]) for row in table.to_pylist()]
    assert np.concatenate([each.outputs["score"] for each in alone]).tobytes() == found.outputs["score"].tobytes()
    assert [each.said[0][:3] for each in alone] == [each[:3] for each in found.said]


@pytest.mark.parametrize("row", [{}, {**ROW, "aeg": 1}])
def test_faults(row: Any) -> None:
    with pytest.raises(Faults):
        version()([row])


def cities(**about: Any) -> Version:
    x = g.inputs({"pay": "number", "city": ["Bonn", "Ulm"], "word": "text", "sort": ["a", "b"]})
    score = g.sigmoid(x["pay"] - 0.5)
    told = {"abstained": x["pay"] > 5.0} if about.get("abstains") else {}
    found = g.compile(x, score=score, decision=score >= 0.5, **told)
    return Version("m", "1", made.scorer(found, classes=["no", "yes"]))


SEEN = {"pay": 1.0, "city": "Bonn", "word": "anything", "sort": "a"}
STRANGE = {"pay": 1.0, "city": "Köln", "word": "x", "sort": "c" * 100}
SAID = f"training never saw city 'Köln' and sort '{'c' * 59}"


@pytest.mark.parametrize("rows", [[SEEN], [STRANGE], [SEEN, STRANGE, SEEN], [{**SEEN, "city": None}],
                                  [{**STRANGE, "sort": None}, SEEN]])
def test_a_category_that_training_never_saw_is_answered_and_told(rows: list[dict[str, Any]]) -> None:
    told = {("Köln", "c" * 100): SAID, ("Köln", None): "training never saw city 'Köln'"}
    for given in (rows, pa.Table.from_pylist(rows)):
        found = cities()(given)
        assert [one.why for one in found.said] == [told.get((row["city"], row["sort"]), "") for row in rows]
        assert {(one.code, one.decision) for one in found.said} == {("answered", "yes")}


def test_where_one_column_has_known_values_or_none_has() -> None:
    for inputs, why in (({"a": ["x"], "b": "text"}, "training never saw a 'y'"), ({"a": "text", "b": "text"}, "")):
        x = g.inputs({"pay": "number", **inputs})
        version = Version("m", "1", made.scorer(g.compile(x, score=g.sigmoid(x["pay"])), classes=["no", "yes"]))
        assert [one.why for one in version([{"pay": 1, "a": "y", "b": "z"}]).said] == [why]
        assert [one.why for one in version([{"pay": 1, "a": "x", "b": "z"}] * 2).said] == ["", ""]


def test_what_abstained_says_why_it_did() -> None:
    found = cities(abstains=True)([{**STRANGE, "pay": 9.0}, STRANGE])
    assert [(one.code, one.why) for one in found.said] == [
        ("abstained", "the model abstains by its own rule"), ("answered", SAID)]


def test_who_asks_again_is_told_again() -> None:
    one = cities()
    log = lane(one)
    found = one([STRANGE, SEEN])
    records = log.records(found, ["e1", "e2"], 1_000, "r")
    fleet = Fleet("m", "1", {"1": log})
    assert [again(fleet, record) for record in records] == answers_of(one, found, ["e1", "e2"])
