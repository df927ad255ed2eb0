"""Outputs over the Open Inference Protocol where another graph answers than the one that a client has asked about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from shall import graph as g
from shall.graph.value import Value
from shall.runtimes.fleet import Fleet
from shall.runtimes.score import Scorer
from shall.runtimes.service import Service
from shall.runtimes.version import Lane, Version, columns_of
from tests.http import served
from tests.runtimes import made
from tests.runtimes.kept import Memory

JSON = (b"content-type", b"application/json")
LENGTH = b"inference-header-content-length"
OWN = ["decision", "score", "abstained", "code", "why", "evidence", "model"]


def words(age: Value, *texts: str) -> Value:
    return Value("label", (g.where(age >= 40.0, 1.0, 0.0),), {"texts": texts})


def graph(kind: str) -> Scorer:
    """Graphs by what they say beside the decision: the ``whole``, ``some`` of it alike, and what is ``other``."""
    x = g.inputs({"age": "number"})
    age, decision = x["age"], words(x["age"], "no", "yes")
    said: dict[str, dict[str, Value]] = {
        "whole": {"risk": age * 0.01, "near": age > 30.0, "wide": g.stack(age, age)},
        "some": {"risk": age * 0.02, "extra": age},
        "other": {"risk": words(age, "low", "high"), "near": age, "wide": g.stack(age, age, age)}}
    return made.scorer(g.compile(x, decision=decision, **said[kind]), **made.ABOUT)


def numbers() -> Scorer:
    """One that decides in numbers."""
    x = g.inputs({"age": "number"})
    return made.scorer(g.compile(x, decision=x["age"] >= 40.0), classes=[0, 1])


class Asked:
    """A server of the loans, and what it keeps."""

    def __init__(self, *versions: Version, canary: str = "") -> None:
        self.log = Memory(columns_of(versions))
        lanes = {one.version.partition(".")[0]: Lane(one, self.log, "live") for one in versions}
        share = ((1.0, canary),) if canary else ()
        self.client = served.Client(served.app(Service({"loans": Fleet("loans", next(iter(lanes)), lanes, share)})))

    def __call__(self, *names: str, **more: Any) -> tuple[int, dict[str, Any]]:
        """The outputs of two rows, by name: datatype, shape, values; or the fault of the first that is wrong."""
        body = {"inputs": [{"name": "age", "shape": [2], "datatype": "FP64", "data": [20.0, 50.0]}],
                "outputs": [{"name": name} for name in names], **more}
        reply = self.client("POST", "/v2/models/loans/infer", [JSON], msgspec.json.encode(body))
        head = reply.body[:int(reply.headers.get(LENGTH, len(reply.body)))]
        told = msgspec.json.decode(head)
        if reply.status != 200:
            return reply.status, told["faults"][0]
        return 200, {one["name"]: (one["datatype"], one["shape"], one.get("data")) for one in told["outputs"]}


@pytest.fixture
def ask() -> Iterator[Any]:
    made: list[Asked] = []

    def server(*versions: Version, **more: Any) -> Asked:
        made.append(Asked(*versions, **more))
        return made[-1]

    yield server
    for one in made:
        one.client.close()


def branch(kind: str) -> Version:
    return Version("loans", "7.rules", graph(kind), face=graph("whole"))


def test_what_a_branch_does_not_say_is_left_out(ask: Any) -> None:
    _, whole = ask(Version("loans", "7", graph("whole")))()
    assert [*whole] == [*OWN, "risk", "near", "wide"] and whole["wide"][:2] == ("FP64", [2, 2])
    status, some = ask(branch("some"))()
    assert (status, [*some]) == (200, [*OWN, "risk"]) and some["risk"] == ("FP64", [2], [0.4, 1.0])
    assert some["decision"] == whole["decision"] == ("BYTES", [2], ["no", "yes"])
    assert some["model"][2] == ["loans@7.rules"] * 2
    for binary in (True, False):                # under the same names it says other types and widths
        status, other = ask(branch("other"))(parameters={"binary_data_output": binary})
        assert (status, [*other]) == (200, OWN)


@pytest.mark.parametrize("kind", ["some", "other"])
def test_who_asks_for_it_by_name_hears_who_answers_before_anything_is_decided(ask: Any, kind: str) -> None:
    server = ask(branch(kind))
    for name in ("near", "wide", "extra"):
        status, fault = server("decision", name)
        assert (status, fault["field"], fault["what"]) == (422, name, "loans@7.rules has no such output")
        assert fault["fix"] == f"one of {', '.join([*OWN, *(['risk'] if kind == 'some' else [])])}"
    assert not server.log.records
    status, found = server("model", "decision")
    assert (status, [*found], len(server.log.records)) == (200, ["model", "decision"], 2)


def test_a_model_tells_its_outputs_also_while_a_branch_answers(ask: Any) -> None:
    for path in ("/v2/models/loans", "/models/loans"):
        outputs = [msgspec.json.decode(ask(one).client("GET", path).body)["outputs"]
                   for one in (Version("loans", "7", graph("whole")), branch("other"))]
        assert outputs[0] == outputs[1] and {one["name"] for one in outputs[0]} >= {"risk", "near", "wide"}


@pytest.mark.parametrize("binary", [True, False])
def test_a_canary_with_other_outputs_and_words_is_no_fault_of_ours(ask: Any, binary: bool) -> None:
    server = ask(Version("loans", "7", graph("whole")), Version("loans", "8", graph("other")), canary="8")
    status, found = server(parameters={"binary_data_output": binary})
    assert (status, [*found]) == (200, OWN)
    status, fault = server("risk", parameters={"binary_data_output": binary})
    assert (status, fault["what"]) == (422, "loans@8 has no such output")
    server = ask(Version("loans", "7", numbers()), Version("loans", "8", graph("whole")), canary="8")
    status, found = server("decision", parameters={"binary_data_output": binary})
    assert (status, found["decision"][:2]) == (200, ("BYTES", [2]))
    server = ask(Version("loans", "7", graph("whole")), Version("loans", "8", numbers()), canary="8")
    assert server("decision")[1]["decision"] == ("BYTES", [2], ["0", "1"])


def test_what_was_answered_before_has_what_was_logged(ask: Any) -> None:
    server = ask(Version("loans", "7", graph("whole")))
    assert server("risk", id="loan-17")[0] == 200
    for names in ((), ("model",), ("risk",)):
        again = ask(Version("loans", "7", graph("whole")))      # the server was started anew
        again.log.records += server.log.records
        status, found = again(*names, id="loan-17")
        if names == ("risk",):
            assert (status, found["what"].partition(",")[0]) == (422, "this request was answered before")
        else:
            assert (status, [*found]) == (200, [*(names or OWN)])


def test_a_branch_decides_in_the_words_of_its_model(ask: Any) -> None:
    """A graph that was compiled calls its classes 0 and 1, and a model that was built calls them "0" and "1"."""
    x = g.inputs({"age": "number"})
    place, text = g.where(x["age"] >= 40.0, 1.0, 0.0), words(x["age"], "0", "1")
    for decision, own, classes in ((place, [0, 1], ["0", "1"]), (text, ["0", "1"], [0, 1]), (place, [], ["0", "1"]),
                                   (x["age"] >= 40.0, [0, 1], ["0", "1"])):
        face = made.scorer(g.compile(x, decision=place + 0.0), classes=classes)
        one = Version("loans", "7.rules", made.scorer(g.compile(x, decision=decision), classes=own), face=face)
        assert [said.decision for said in one([{"age": 20.0}, {"age": 50.0}]).said] == classes
        kind = "BYTES" if isinstance(classes[0], str) else "FP64"
        assert ask(one)()[1]["decision"] == (kind, [2], classes)
