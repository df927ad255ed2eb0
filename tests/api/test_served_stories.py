"""Long stories of a server against a dict: register, decide, label, swap, recall, restart; then all is read back.

The default tells few short stories; `make test-all` tells 200 of 50 steps, and SHALL_STORIES=5000 as many as it says.
"""

from __future__ import annotations

import itertools
import math
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import hypothesis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import shall
from shall import adapters
from shall import graph as g
from shall.api.service.serving import Serving, serving
from shall.bundle import keys, notices
from shall.core.decisions import Label
from shall.core.errors import Faults, NotReady, Recalled, ShallError, Unknown
from shall.core.recalls import LIFTED, RECALL, body
from shall.stores import open_store
from shall.stores.decisions import DecisionLog
from shall.stores.decisions.verifying import verify

SHIFTS = {"1": 40.0, "2": 45.0, "3": 50.0}
CITIES = ["Bonn", "Ulm", None, "名前", "=1+1", "a\r\nb"]
ROWS = st.fixed_dictionaries({
    "age": st.floats(0, 120) | st.none(), "pay": st.integers(-5, 5), "city": st.sampled_from(CITIES)})
VERSIONS = st.sampled_from(sorted(SHIFTS))
REGULATOR = keys.new()                      # who alone lifts a recall


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three models that differ in one number."""
    folder = tmp_path_factory.mktemp("bundles")
    gate = pa.table({"age": range(20, 80), "pay": [1] * 60, "city": ["Ulm", "Bonn"] * 30, "label": [0] * 25 + [1] * 35})
    pq.write_table(gate, folder / "gate.parquet")
    file = {"subject": {"name": "loans", "target": "label", "positive": "1"},
            "data": {"gate": str(folder / "gate.parquet")}, "requirements": {"good": "roc_auc >= 0.6"},
            "trust": {"regulator": REGULATOR.public.id}}
    found = {}
    for version, shift in SHIFTS.items():
        x = g.inputs({"age": "number", "pay": "number", "city": "text"})
        score = g.sigmoid((x["age"] - shift) / 7 + x["pay"] * 0.25)
        place = folder / f"loans-{version}.zip"
        shall.ship(g.compile(x, score=score, decision=score >= 0.5), file, place, record=False)
        found[version] = place
    return found


def score_of(version: str, row: dict[str, Any]) -> float | None:
    """What the model says, by hand."""
    if row["age"] is None:
        return None
    return 1 / (1 + math.exp(-((row["age"] - SHIFTS[version]) / 7 + row["pay"] * 0.25)))


class Story(RuleBasedStateMachine):
    """Everything that was told, in dicts, beside the server that was told it."""

    places: dict[str, Path]

    @initialize(first=VERSIONS)
    def open(self, first: str) -> None:
        """A server with one version."""
        self.folder = Path(tempfile.mkdtemp(prefix="shall-story-"))
        self.ticks = itertools.count(1_700_000_000_000_000, 1_000_000)
        self.registered, self.charge, self.history = {first}, first, [first]
        self.recalled: set[str] = set()
        self.recalls: dict[str, int] = {}
        self.decisions: dict[str, dict[str, Any]] = {}
        self.requests: dict[str, list[str]] = {}
        self.labels: dict[str, str] = {}
        self.beside: dict[str, str] = {}
        self.compared: dict[str, dict[str, str]] = {version: {} for version in SHIFTS}
        self.write()
        self.serving = self.opened()

    def opened(self) -> Serving:
        return serving(self.folder / "serve.toml", clock=lambda: next(self.ticks))

    def write(self) -> None:
        """The serve file as the dicts have it."""
        listed = ", ".join(f'{version} = "{self.places[version]}"' for version in sorted(self.registered))
        text = (f'serve = 1\nstore = "store.db"\n[log]\nfolder = "log"\nrows = 7\n'
                f'[loans]\nbundles = {{ {listed} }}\nin_charge = "{self.charge}"\n')
        text += f'canary = {{ {self.beside["canary"]} = "50%" }}\n' if "canary" in self.beside else ""
        text += f'shadow = ["{self.beside["shadow"]}"]\n' if "shadow" in self.beside else ""
        (self.folder / "next").write_text(text)
        (self.folder / "next").replace(self.folder / "serve.toml")

    def refresh(self) -> None:
        self.serving.refresh()
        assert self.serving.problem == ""
        if (now := self.now) is not None and self.history[-1] != now:
            self.history.append(now)

    @property
    def now(self) -> str | None:
        """Who answers: the one of the file, or who was in charge before it."""
        if self.charge not in self.recalled:
            return self.charge
        before = (one for one in reversed(self.history) if one in self.registered and one not in self.recalled)
        return next(before, None)

    @property
    def compares(self) -> str | None:
        """Who is only compared."""
        one = self.beside.get("shadow")
        return None if one in self.recalled or one == self.now else one

    @property
    def answering(self) -> set[str]:
        """Who may answer a request that asks for no version."""
        some = {self.now, self.beside.get("canary")} - self.recalled - {None}
        return {str(one) for one in some} if self.now is not None else set()

    @rule(version=VERSIONS)
    def register(self, version: str) -> None:
        self.registered.add(version)
        self.write()
        self.refresh()

    @rule(version=VERSIONS)
    def swap(self, version: str) -> None:
        if version in self.registered:
            self.charge = version
            self.beside = {role: one for role, one in self.beside.items() if one != version}
            self.write()
            self.refresh()

    @rule(version=VERSIONS, role=st.sampled_from(["canary", "shadow"]))
    def try_one(self, version: str, role: str) -> None:
        if version in self.registered and version != self.charge:
            self.beside = {other: one for other, one in self.beside.items() if one != version} | {role: version}
            self.write()
            self.refresh()

    @rule(role=st.sampled_from(["canary", "shadow"]))
    def try_none(self, role: str) -> None:
        self.beside.pop(role, None)
        self.write()
        self.refresh()

    @rule(rows=st.lists(ROWS, min_size=1, max_size=3), asked=st.none() | VERSIONS,
          request=st.just("") | st.sampled_from(["r1", "r2", "r3", "r4"]))
    def decide(self, rows: list[dict[str, Any]], asked: str | None, request: str) -> None:
        """As the routes do: a request that was answered is answered again, and nothing is decided twice."""
        service = self.serving.service
        if asked is not None and asked not in self.registered:
            with pytest.raises(Unknown):
                service.decide("loans", rows, version=asked)
            return
        if asked is not None and (asked in self.recalled or asked == self.compares):
            with pytest.raises(Recalled if asked in self.recalled else Unknown):
                service.decide("loans", rows, version=asked)
            return
        if asked is None and not self.answering:
            with pytest.raises((Recalled, NotReady)):
                service.decide("loans", rows, version=asked)
            return
        if request in self.requests:
            again = service.answered("loans", request)
            assert again is not None and [one.id for one in again] == self.requests[request]
            assert [(one.model, one.score) for one in again] == [
                (self.decisions[one.id]["model"], self.decisions[one.id]["score"]) for one in again]
            return
        assert not request or service.answered("loans", request) is None
        found = service.decide("loans", rows, version=asked, request=request)
        assert len(found.answers) == len(rows)
        for sink, records in found.kept:
            sink.write(records)
        (model,) = {answer.model for answer in found.answers}
        version = model.removeprefix("loans@")
        assert version in ({asked} if asked else self.answering)
        for row, answer in zip(rows, found.answers, strict=True):
            expected = score_of(version, row)
            assert answer.id not in self.decisions
            assert answer.score == (None if expected is None else pytest.approx(expected, abs=1e-12))
            self.decisions[answer.id] = {**row, "model": answer.model, "score": answer.score, "request": request,
                                         "abstained": answer.abstained}
        if self.compares is not None:
            assert found.later is not None
            for sink, records in found.later():
                sink.write(records)
            self.compared[self.compares] |= {
                answer.id: "" if answer.decision is None else str(answer.decision).lower() for answer in found.answers}
        else:
            assert found.later is None
        if request:
            self.requests[request] = [answer.id for answer in found.answers]

    @rule(field=st.sampled_from(["age", "pay", "city"]), wrong=st.sampled_from([[], {}, "forty"]))
    def ask_wrongly(self, field: str, wrong: Any) -> None:
        """A fault names its field, and nothing is kept of it."""
        if self.now is None or (field == "city" and wrong == "forty"):
            return
        with pytest.raises(Faults) as raised:
            self.serving.service.decide("loans", [{"age": 1, "pay": 1, "city": "Ulm", field: wrong}])
        assert {one.field for one in raised.value.faults} == {field}

    @precondition(lambda self: self.decisions)
    @rule(data=st.data(), value=st.sampled_from(["0", "1"]))
    def label(self, data: st.DataObject, value: str) -> None:
        """Late, out of order and corrected; by the id of the decision."""
        decision = data.draw(st.sampled_from(sorted(self.decisions)))
        sink, labels = self.serving.service.label("loans", [Label(decision, value, next(self.ticks), "story")])
        assert isinstance(sink, DecisionLog)
        sink.write_labels(labels)
        self.labels[decision] = value

    @rule(version=VERSIONS)
    def recall(self, version: str) -> None:
        assert self.serving.store is not None
        if version not in self.recalled:
            record = self.serving.store.append(RECALL, f"loans@{version}", body("it is wrong", "ana"))
            self.recalls[version] = record.sequence
            self.recalled.add(version)
            self.refresh()

    @rule(version=VERSIONS)
    def lift(self, version: str) -> None:
        assert self.serving.store is not None
        if version in self.recalled:
            told = {**body("it was right", "ana"), "of": self.recalls[version]}
            self.serving.store.append(LIFTED, f"loans@{version}", notices.signed(
                LIFTED, f"loans@{version}", told, REGULATOR))
            self.recalled.discard(version)
            self.refresh()

    @rule(text=st.sampled_from(["", "serve = 2", "[loans", "serve = 1\n[loans]\nbundles = { 1 = 'gone.zip' }"]))
    def break_the_file(self, text: str) -> None:
        """What does not verify is not taken."""
        before = self.serving.service.fleets
        (self.folder / "serve.toml").write_text(text)
        assert not self.serving.refresh() and self.serving.problem
        assert self.serving.service.fleets is before
        self.write()
        self.serving.refresh()
        assert self.serving.problem == ""

    @rule()
    def restart(self) -> None:
        self.serving.close()
        self.serving = self.opened()

    @invariant()
    def tells_who_is_in_charge(self) -> None:
        if not hasattr(self, "serving"):
            return
        (told,) = self.serving.service.models()
        recalled = {version for version, mode in told.modes.items() if mode == "recalled"}
        assert recalled >= self.recalled & self.registered
        assert told.ready == (self.now is not None)
        if self.now is not None:
            assert told.in_charge == self.now

    def teardown(self) -> None:
        """Everything is read back from the disk."""
        if not hasattr(self, "serving"):
            return
        self.serving.close()
        try:
            self.read_back()
        finally:
            shutil.rmtree(self.folder)

    def read_back(self) -> None:
        place = self.folder / "log" / "decisions" / "loans"
        if self.decisions:
            rows = sorted(read(place), key=lambda row: row["time"])     # writers stand one after the other
            assert [row["id"] for row in rows] == [*self.decisions], "each once, in the order of the answers"
            for row in rows:
                told = self.decisions[row["id"]]
                for name in ("age", "pay", "city", "model", "abstained"):
                    assert row[name] == told[name], name
                assert row["score"] == told["score"] and (row["request"] or "") == told["request"]
            assert verify(place).rows == len(self.decisions)
            assert {row["id"]: row["label"] for row in (read(place / "labels") if self.labels else [])} == self.labels
        for version, told in self.compared.items():
            if told:
                found = read(self.folder / "log" / "compared" / f"loans@{version}")
                assert {row["id"]: row["decision_in_charge"] or "" for row in found} == told
                assert {row["mode"] for row in found} == {"shadow"}
        with open_store(self.folder / "store.db") as store:
            store.verify()
            kinds = [record.kind for record in store.records("in charge")]
            assert len(kinds) == len(self.history)


def read(place: Path) -> list[dict[str, Any]]:
    log = adapters.open_log(str(place))
    return [row for batch in log.batches(log.schema.names) for row in batch.to_pylist()]


def tell(bundles: dict[str, Path], stories: int, steps: int) -> None:
    told = type("Told", (Story,), {"places": bundles})
    run_state_machine_as_test(told, settings=settings(
        max_examples=stories, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.reuse, hypothesis.Phase.generate],
        print_blob=True))


def test_a_few_stories(bundles: dict[str, Path]) -> None:
    tell(bundles, 12, 25)


@pytest.mark.slow
def test_many_stories(bundles: dict[str, Path]) -> None:
    """P: 200 stories of 50 steps."""
    tell(bundles, int(os.environ.get("SHALL_STORIES", "200")), 50)


def test_what_is_not_there_is_said(bundles: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(ShallError):
        serving(tmp_path / "serve.toml")
