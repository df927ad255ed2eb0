"""The whole way over HTTP: rows that break a promise, the alarm, the response, changed answers, and its end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from shall.api.life.lifting import end
from shall.api.life.recalling import recall
from shall.api.service.serving import Serving, serving
from shall.core.alarm import Alarm
from shall.http import watching
from shall.http.events import Events
from tests.adapters.receiver import receiver
from tests.api.packed import SERVE, SPEC, logged, pack
from tests.http import audited, served
from tests.runtimes import made
from tests.runtimes.kept import ROW

LINE = "ratio of selection_rate over sex >= 0.5 where region = 'north'"
WATCHED = SPEC.replace(f'fair = "{LINE}"\n', "[requirements.fair]\n" f'that = "{LINE}"\n' "on_broken = WAYS\n"
                       '[watch]\nwindows = ["200 rows"]\nfalse_alarms = "1 per 1,000 rows"\n')
JSON = (b"content-type", b"application/json")
YOUNG, OLD = {**ROW, "age": 20, "region": "north"}, {**ROW, "age": 60, "region": "north"}


class Server:
    """Bundles in service and their app; `look` is what runs beside the answers."""

    def __init__(self, folder: Path, *ways: str, serve: str = SERVE) -> None:
        for version in "789":
            pack(folder / f"{version}.zip", version, WATCHED.replace("WAYS", json.dumps(ways)),
                 branches={"rules": made.older()})
        (folder / "serve.toml").write_text(serve)
        self.store = str(folder / "shall.db")
        self.serving: Serving = serving(folder / "serve.toml")
        self.serving.watches.monotonic = iter(range(0, 10**9, 61)).__next__
        application = served.app(self.serving.service)
        assert application.metrics is not None
        application.metrics.ask(partial(watching.responses, self.serving))
        self.client = served.Client(application)

    def decide(self, *rows: dict[str, Any], version: str = "") -> tuple[int, Any]:
        path = f"/models/loans{version and f'/versions/{version}'}/decide"
        reply = self.client("POST", path, [JSON], msgspec.json.encode({"rows": rows}))
        body = msgspec.json.decode(reply.body)
        return reply.status, [one.get("code", "answered") for one in body["answers"]] if reply.status == 200 else body

    def asked(self, age: int, version: str = "") -> Any:
        """The answer to one row."""
        path = f"/models/loans{version and f'/versions/{version}'}/decide"
        reply = self.client("POST", path, [JSON], msgspec.json.encode({"inputs": {**OLD, "age": age, "sex": "M"}}))
        assert reply.status == 200, reply.body
        return msgspec.json.decode(reply.body)

    def broken(self) -> None:
        """Women are turned down, men are not; and it is looked at."""
        rows = [{**(YOUNG, OLD)[place % 2], "sex": "FM"[place % 2], "customer": str(place)} for place in range(600)]
        assert self.decide(*rows)[0] == 200
        self.serving.watch()

    def figures(self) -> dict[Any, float]:
        page = self.client("GET", "/metrics").body.decode()
        return {(one.name, *sorted(one.labels.items())): one.value
                for family in text_string_to_metric_families(page) for one in family.samples}

    def close(self) -> None:
        self.client.close()
        self.serving.close()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Any]:
    made: list[Server] = []

    def start(*ways: str, serve: str = SERVE) -> Server:
        made.append(Server(tmp_path, *ways, serve=serve))
        return made[-1]

    yield start
    for one in made:
        one.close()


def test_the_slice_is_abstained_from_until_somebody_ends_it(started: Any, tmp_path: Path) -> None:
    with receiver() as heard:
        hooks = f'[alert]\nwebhooks = ["{heard.url}"]\nallow_private = true\n'
        server = started("alert", "abstain", serve=SERVE + hooks)
        rows = [{**OLD, "sex": "F"}, {**OLD, "sex": "M"}, {**OLD, "sex": "F", "region": "south"}]
        assert server.decide(*rows) == (200, ["answered"] * 3)
        server.broken()
        assert server.decide(*rows) == (200, ["alarm", "answered", "answered"])
        found = server.figures()
        place = [("line", "fair"), ("model", "loans"), ("response", "abstain"), ("version", "7")]
        assert found["shall_response", *place] == 1 and found["shall_alerts_waiting",] >= 1
        assert found["shall_bundle", ("mode", "live"), ("model", "loans"), ("version", "7")] == 1
        told = server.client("GET", "/models/loans").body.decode()
        assert "abstains from rows with sex = 'F' and region = 'north'" in told
        assert server.serving.enforcing.alerts is not None and server.serving.enforcing.alerts.send() >= 1
        assert json.loads(heard.came[0][2])["model"] == "loans@7"
        other = serving(tmp_path / "serve.toml", folder=tmp_path / "other")     # another server of the same store
        assert other.service.decide("loans", rows[:1]).answers[0].code == "alarm"
        events = Events(server.serving)
        end("loans@7", "fair", "the feed of ages is mended", by="ana", store=server.store)
        assert other.refresh() and other.service.decide("loans", rows[:1]).answers[0].code == "answered"
        other.close()
    assert server.serving.refresh() and server.decide(*rows) == (200, ["answered"] * 3)
    assert [one.what for one in events()] == [
        "loans@7: what was done about fair (alert, abstain) was ended by ana: the feed of ages is mended"]
    assert ("shall_response", *place) not in server.figures()


def test_stop_is_a_clear_problem(started: Any) -> None:
    server = started("stop")
    server.broken()
    status, body = server.decide(OLD)
    assert status == 503 and body["type"] == "urn:shall:stopped"
    assert body["detail"].startswith("loans@7 was stopped: fair is broken (ratio of selection_rate")
    reply = server.client("POST", "/models/loans/decide", [JSON], msgspec.json.encode({"rows": [OLD]}))
    assert b"retry-after" not in reply.headers
    assert [server.client("GET", f"/v2/health/{asked}").status for asked in ("ready", "live")] == [503, 200]
    told = msgspec.json.decode(server.client("GET", "/v2/health/ready").body)
    assert told["faults"][0]["what"] == body["detail"].removesuffix(".")
    assert server.decide(OLD, version="8") == (200, ["answered"])
    assert server.figures()["shall_bundle", ("mode", "stopped"), ("model", "loans"), ("version", "7")] == 1
    end("loans@7", "fair", "mended", store=server.store)
    assert server.serving.refresh() and server.decide(OLD) == (200, ["answered"])


def test_fall_back_over_the_protocol(started: Any) -> None:
    server = started("fall back", serve=SERVE + 'fall_back = "9"\n')
    server.broken()
    asked = msgspec.json.encode({"inputs": [
        {"name": "age", "shape": [1], "datatype": "FP64", "data": [60.0]},
        {"name": "pay", "shape": [1], "datatype": "FP64", "data": [1.0]},
        {"name": "city", "shape": [1], "datatype": "BYTES", "data": ["Ulm"]},
        {"name": "day", "shape": [1], "datatype": "BYTES", "data": ["2026-01-01"]}]})
    reply = server.client("POST", "/v2/models/loans/infer", [JSON], asked)
    assert reply.status == 200 and msgspec.json.decode(reply.body)["model_version"] == "9"
    status, body = server.decide(OLD, version="7")
    assert status == 503 and body["type"] == "urn:shall:fell-back" and "loans@7 fell back" in body["detail"]
    assert server.client("GET", "/v2/health/ready").status == 200


def test_a_branch_answers_every_row_and_is_watched_itself(started: Any, tmp_path: Path) -> None:
    """It takes the rows of the model, is named in the answers, and stands for its own promises: a life of its own."""
    server = started("alert", "fall back to rules")
    sink = server.serving.service.fleet("loans").sink
    events = Events(server.serving)
    assert [server.asked(age)["decision"] for age in (20, 27, 60)] == ["no", "no", "yes"]
    before = msgspec.json.decode(server.client("GET", "/models/loans").body)
    server.broken()
    answers = [server.asked(age) for age in (20, 27, 60)]
    assert [one["decision"] for one in answers] == ["no", "yes", "yes"]     # by age alone, from 25 on
    assert {one["model"] for one in answers} == {"loans@7.rules"}
    assert server.asked(27, version="7")["model"] == "loans@7.rules"        # who asks for this version is answered too
    assert server.asked(27, version="8")["model"] == "loans@8"
    told = msgspec.json.decode(server.client("GET", "/models/loans").body)
    assert (told["inputs"], told["outputs"]) == (before["inputs"], before["outputs"])
    why = server.client("POST", "/models/loans/explain", [JSON], msgspec.json.encode({"inputs": OLD}))
    assert why.status == 422 and b"loans@7.rules answers, and this bundle has no baseline" in why.body
    assert told["versions"] == before["versions"] and told["modes"] == before["modes"]
    assert told["notes"] == [f"loans@7 fell back to its branch rules, since fair is broken ({LINE}): it answers every "
                             "row until somebody ends that: shall responses --end loans@7 fair --why REASON"]
    place = [("line", "fair"), ("model", "loans"), ("response", "fall back to rules"), ("version", "7")]
    assert server.figures()["shall_response", *place] == 1
    said = [one.what for one in events()]
    assert any("fell back to its branch rules" in one for one in said) and not any("new is" in one for one in said)
    assert server.serving.service.fleet("loans").sink is sink               # the same log goes on, with its scores

    server.broken()                                                         # the branch breaks the same promise
    assert "loans@7.rules" in server.serving.watched and server.asked(27)["code"] == "alarm"    # nobody was before it
    assert server.decide(OLD, version="7")[0] == 200
    end("loans@7.rules", "fair", "mended", store=server.store)
    assert server.serving.refresh() and server.asked(27)["decision"] == "yes"
    end("loans@7", "fair", "mended", store=server.store)
    assert server.serving.refresh() and server.asked(27)["model"] == "loans@7" and server.asked(27)["decision"] == "no"
    assert {*logged(tmp_path)["model"].to_pylist()} == {"loans@7", "loans@7.rules", "loans@8"}


def test_another_version_takes_over_from_a_broken_branch(started: Any, tmp_path: Path) -> None:
    """Recalls and stops of a version are those of its branches; and a restart finds it all as it was."""
    server = started("fall back to rules", serve=SERVE + 'fall_back = "9"\n')
    server.broken()
    assert server.asked(27)["model"] == "loans@7.rules"
    other = serving(tmp_path / "serve.toml", folder=tmp_path / "other")
    assert other.service.decide("loans", [{**ROW, "age": 35}]).answers[0].model == "loans@7.rules"
    server.broken()
    assert server.asked(27)["model"] == "loans@9"
    assert other.refresh() and other.service.decide("loans", [{**ROW, "age": 35}]).answers[0].model == "loans@9"
    status, body = server.decide(OLD, version="7")
    assert status == 503 and body["type"] == "urn:shall:fell-back" and "loans@7 fell back" in body["detail"]
    end("loans@7.rules", "fair", "mended", store=server.store)
    assert server.serving.refresh() and server.asked(27)["model"] == "loans@7.rules"
    recall("loans@7", "wrong", by="ana", store=server.store)
    assert server.serving.refresh() and server.asked(27)["model"] != "loans@7.rules"
    assert server.decide(OLD, version="7")[0] == 410
    other.close()


def test_nobody_is_called_unless_it_is_configured(started: Any) -> None:
    """S4: a watch, an alarm, a response and its end connect to nothing."""
    server = started("alert", "abstain")
    with audited.listening() as heard:
        server.broken()
        server.serving.respond("loans", "7", [Alarm("right", "accuracy >= 0.5", 1, "", "w", "all rows")])
        server.serving.refresh()
    assert server.decide({**OLD, "sex": "F"}) == (200, ["alarm"]) and heard.connections() == []
