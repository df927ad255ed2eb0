"""A service answers through every change of what is in service, and says what is to be kept before that."""

from __future__ import annotations

import math
import threading
from collections import Counter
from typing import Any

import msgspec
import pytest

from shall import graph as g
from shall.core.decisions import Label
from shall.core.errors import DataError, Faults, NotReady, Recalled, Unknown
from shall.runtimes.fleet import Fleet
from shall.runtimes.service import Answer, Service
from shall.runtimes.version import Lane, Version, columns_of
from tests.runtimes import made
from tests.runtimes.kept import ROW, Memory, beside, fleet, service, version


def test_an_answer_and_what_is_kept_of_it() -> None:
    found = service(version())
    found.clock = lambda: 1_000
    decided = found.decide("loans", [ROW, {**ROW, "age": None}], request="r1")
    assert decided.answers == [
        Answer("e1", "loans@7", "yes", decided.answers[0].score, abstained=False),
        Answer("e2", "loans@7", None, None, True, "no_probability", "the model gives no probability")]
    ((sink, records),) = decided.kept
    assert sink is found.fleets["loans"].sink and decided.later is None and decided.mode == "live"
    assert [(one.id, one.time, one.request, one.model, one.digest, one.mode) for one in records] == [
        (f"e{place}", 1_000, "r1", "loans@7", "digest", "live") for place in (1, 2)]
    assert {*decided.outputs} == {"score", "decision", "capped"} and decided.version.version == "7"


def test_a_row_and_a_table_are_answered_alike() -> None:
    found, table = service(version()), made.rows(40).drop(["id"])
    several = found.decide("loans", table.to_batches()[0]).answers
    alone = [found.decide("loans", [row]).answers[0] for row in table.to_pylist()]
    assert [(one.decision, one.score, one.code) for one in several] == [
        (one.decision, one.score, one.code) for one in alone]


def test_nothing_to_decide() -> None:
    decided = service(version()).decide("loans", [])
    assert decided.answers == [] and decided.kept[0][1] == []


def test_what_is_not_in_service() -> None:
    found = service(version())
    for name, message in (("laons", "did you mean loans"), ("x" * 5000, "there are: loans")):
        with pytest.raises(Unknown, match=message) as caught:
            found.decide(name, [ROW])
        assert len(str(caught.value)) < 200
    with pytest.raises(Unknown, match="no version 8"):
        found.decide("loans", [ROW], version="8")
    with pytest.raises(Unknown, match="there are: none"):
        Service().model("loans")
    with pytest.raises(Faults):
        found.decide("loans", [{}])


def test_shadows_and_apprentices_are_asked_after_the_answer() -> None:
    eight, nine = version("8"), version("9")
    found = service(version("7"), beside=(beside(eight), beside(nine, "apprentice")))
    decided = found.decide("loans", [ROW], request="r")
    assert decided.later is not None
    kept = decided.later()
    assert [(records[0].model, records[0].mode, records[0].id, records[0].request, records[0].values[-1])
            for _, records in kept] == [("loans@8", "shadow", "e1", "r", "yes"),
                                        ("loans@9", "apprentice", "e1", "r", "yes")]
    assert [sink for sink, _ in kept] == [lane.sink for lane in found.fleets["loans"].beside]
    assert records_time(decided.kept) == records_time(kept[:1])


def records_time(kept: Any) -> list[int]:
    return [record.time for _, records in kept for record in records]


def test_a_row_that_a_shadow_cannot_take_is_only_counted() -> None:
    x = g.inputs({"age": "number", "rent": "number"})
    other = Version("loans", "8", made.scorer(g.compile(x, score=x["age"] * x["rent"])))
    wide = frozenset(other.checking.known)
    seven = Version("loans", "7", made.scorer(made.loans(), **made.ABOUT), None, wide)
    found = service(seven, beside=(beside(Version("loans", "8", other.scorer, None, seven.checking.known)),))
    first = found.decide("loans", [ROW])
    assert first.later is not None and first.later() == []
    assert found.alarms == {"loans@8 could not be compared": 1}
    second = found.decide("loans", [{**ROW, "rent": 5}])
    assert second.later is not None and second.later()[0][1][0].values[:2] == (30.0, 5.0)


def test_models_say_what_they_take_and_give() -> None:
    found = service(version("7"), version("8"), canary=((0.25, "8"),), beside=(beside(version("9")),),
                    recalled={"6": "wrong"}, notes=["a note"])
    (told,) = found.models()
    assert told.modes == {"7": "live", "8": "canary", "9": "shadow", "6": "recalled"} and told.shares == {"8": 0.25}
    assert told.ready and told.in_charge == told.version == "7" and told.notes == ["a note"]
    assert [(one.name, one.what, one.needed) for one in told.inputs] == [
        ("age", "number", True), ("pay", "number", True), ("city", "text", True), ("day", "date", True)]
    assert [(one.name, one.what, one.width) for one in told.outputs] == [
        ("score", "tensor(double)", 1), ("decision", "tensor(string)", 1), ("capped", "tensor(bool)", 1)]
    assert told.classes == ["no", "yes"] and found.model("loans", "8").version == "8"
    with pytest.raises(Recalled):
        found.model("loans", "6")


def test_a_name_of_which_nothing_may_answer() -> None:
    found = Service({"loans": Fleet("loans", "7", {})})
    (told,) = found.models()
    assert not told.ready and told.inputs == []
    assert found.unable() == {"loans": "loans@7 is in charge and not ready"} and service(version("7")).unable() == {}
    with pytest.raises(NotReady):
        found.decide("loans", [ROW])


def test_what_was_answered_under_a_request_is_known_again() -> None:
    found = service(version("7"), version("8"), canary=((1.0, "8"),))
    decided = found.decide("loans", [ROW, {**ROW, "age": None}], request="r1")
    for sink, records in decided.kept:
        sink.write(records)
    assert found.answered("loans", "r1") == decided.answers
    kept = [record._replace(values=tuple((one + " ")[:-1] if isinstance(one, str) else one for one in record.values))
            for record in decided.kept[0][1]]           # texts as they come from a disk are other objects
    decided.kept[0][0].records[:] = kept                # type: ignore[attr-defined]
    assert msgspec.json.encode(found.answered("loans", "r1")) == msgspec.json.encode(decided.answers)
    assert found.answered("loans", "r2") is None and found.answered("loans", "") is None
    found.swap({"loans": Fleet("loans", "7", {"7": found.fleets["loans"].lanes["7"]})})
    assert found.answered("loans", "r1") == decided.answers


def test_labels_go_to_the_log_of_the_name() -> None:
    found = service(version())
    sink, labels = found.label("loans", [Label("e1", "no", 5)])
    assert sink is found.fleets["loans"].sink and labels == [Label("e1", "no", 5)]
    with pytest.raises(Faults, match="did you mean no"):
        found.label("loans", [Label("e1", "noo", 5)])


def test_a_version_that_cannot_answer_is_not_put_into_service() -> None:
    class Broken(Version):
        def warm(self) -> None:
            raise DataError("it does not run")

    found = service(version("7"))
    before = found.fleets
    with pytest.raises(DataError):
        found.swap({"loans": fleet(Broken("loans", "8", made.scorer(made.loans())))})
    assert found.fleets is before and found.decide("loans", [ROW]).answers[0].model == "loans@7"


def test_no_request_fails_while_versions_are_exchanged() -> None:
    """4 threads ask while 200 swaps pass: every request is answered by a version that was in service meanwhile, and
    its record lies in that version's log."""
    versions = [version(str(number)) for number in range(4)]
    found = service(versions[0])
    ended, seen, problems, answered = threading.Event(), threading.Condition(), [], Counter[str]()
    states: list[frozenset[str]] = [frozenset("0")]

    def ask() -> None:
        first = max(len(states) - 2, 0)     # the newest may not be in service yet
        decided = found.decide("loans", [ROW])
        for sink, records in decided.kept:
            sink.write(records)
        model = decided.answers[0].model
        if model.rpartition("@")[2] not in frozenset().union(*states[first:]):
            problems.append(f"{model} answered between {first} and {len(states)}")
        if decided.kept[0][1][0].model != model or decided.kept[0][1][0].id != decided.answers[0].id:
            problems.append("another record than answer")
        with seen:
            answered[model] += 1
            seen.notify_all()

    def run() -> None:
        while not ended.is_set():
            try:
                ask()
            except Exception as error:      # whatever it is
                problems.append(repr(error))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 201):
        some = [versions[number % 4], versions[(number + 1) % 4]]
        sink = Memory(columns_of(some))
        lanes = {one.version: Lane(one, sink, "live") for one in some}
        states.append(frozenset(lanes))     # before the exchange: from now on either state may answer
        found.swap({"loans": Fleet("loans", some[0].version, lanes, canary=((0.5, some[1].version),))})
        with seen:
            before = sum(answered.values())
            assert seen.wait_for(lambda before=before: sum(answered.values()) >= before + 2 or problems, 60)
    ended.set()
    for thread in threads:
        thread.join()
    assert not problems, problems[:5]
    assert len(answered) == 4 and sum(answered.values()) >= 400


def test_the_share_of_a_canary_in_service() -> None:
    """4,000 requests, 20%: within 5 standard deviations; the same request always gets the same version."""
    found, number = service(version("7"), version("8"), canary=((0.2, "8"),)), 4_000
    models = [found.decide("loans", [ROW], request=f"r{place}").answers[0].model for place in range(number)]
    assert abs(models.count("loans@8") - number * 0.2) < 5 * math.sqrt(number * 0.16)
    again = [found.decide("loans", [ROW], request=f"r{place}").answers[0].model for place in range(200)]
    assert again == models[:200]


def test_labels_are_kept_while_nothing_may_answer() -> None:
    one = version("7")
    lane = Lane(one, Memory(columns_of([one])), "live")
    found = Service({"loans": Fleet("loans", "7", {}, recalled={"7": "wrong"}, log=lane)})
    with pytest.raises(Recalled):
        found.decide("loans", [ROW])
    assert found.label("loans", [Label("e1", "no", 5)]) == (lane.sink, [Label("e1", "no", 5)])
