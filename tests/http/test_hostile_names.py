"""Names that would forge, run or turn what shows them, sent to a real server: each is data, a request is one line."""

from __future__ import annotations

import contextlib
import http.client
import json
import string
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from shall import adapters
from tests.http import served
from tests.http.process import ROW, Process, serving
from tests.reports.hostile import NAMES

PLAIN = {*string.printable} - {*"\r\n\t\x0b\x0c"}
SENT = [name for name in NAMES if name.encode("utf-8", "ignore").decode() == name]


class Asked:
    """One connection that counts what it asks."""

    def __init__(self, process: Process) -> None:
        self.process, self.count = process, 0
        self.connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=60)

    def __call__(self, method: str, path: str, told: Any = None, **headers: str) -> tuple[int, Any]:
        body = None if told is None else json.dumps(told)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body, {"Content-Type": "application/json", **given})
        answer = self.connection.getresponse()
        content = answer.read()
        self.count += 1
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "html" not in answer.headers.get("content-type", "")
        assert all(value.isprintable() for value in answer.headers.values())
        return answer.status, json.loads(content) if content else None


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("served")
    with serving(folder, "--access-log") as one:
        yield one


@pytest.fixture(scope="module")
def told(process: Process) -> dict[str, Any]:
    """Everything sent once, and what came back; the server has ended."""
    found: dict[str, Any] = {"lines": []}
    assert process.process.stdout is not None
    reading = threading.Thread(target=found["lines"].extend, args=(process.process.stdout,))     # a pipe holds 64 KB
    reading.start()
    asked = Asked(process)
    with contextlib.closing(asked.connection):
        found["paths"] = [asked("GET", f"/models/{quote(name, safe='')[:6000]}") for name in SENT]
        found["versions"] = [asked("GET", f"/models/loans/versions/{quote(name, safe='')[:6000]}") for name in SENT]
        found["fields"] = [asked("POST", "/models/loans/decide", {"inputs": {**ROW, name[:300] or "x": name}})
                           for name in NAMES]
        status, found["decided"] = asked("POST", "/models/loans/decide", {"rows": [{**ROW, "city": n} for n in SENT]})
        assert status == 200
        ids = [one["id"] for one in found["decided"]["answers"]]
        found["labels"] = asked("POST", "/models/loans/labels", {"labels": [
            {"decision": one, "label": "yes", "source": name[:200]} for one, name in zip(ids, SENT, strict=True)
            if name[:200].isprintable()]})
        found["sources"] = [asked("POST", "/models/loans/labels", {"labels": [
            {"decision": ids[0], "label": "yes", "source": name}]}) for name in SENT if not name.isprintable()]
        keys = [name for name in SENT if name.isascii() and name.isprintable() and name == name.strip() != ""]
        found["requests"] = [asked("POST", "/models/loans/decide", {"inputs": ROW}, Idempotency_Key=key[:200],
                                   User_Agent=key[:200]) for key in keys[:40]]
    found["code"], found["asked"] = process.stop(), asked.count
    reading.join(60)
    return found


def test_no_name_is_a_fault_of_the_server(told: dict[str, Any]) -> None:
    assert told["code"] == 0
    statuses = {status for key in ("paths", "versions", "fields", "requests") for status, _ in told[key]}
    assert max(statuses) < 500 and statuses <= {200, 400, 404, 414, 422, 431}
    assert len(NAMES) >= 200 and len(told["decided"]["answers"]) == len(SENT)
    assert told["labels"] == (200, {"kept": sum(name[:200].isprintable() for name in SENT)})
    assert {status for status, _ in told["sources"]} == {400} and len(told["sources"]) > 40


def test_each_request_is_one_line_of_the_access_log(told: dict[str, Any]) -> None:
    assert len(told["lines"]) == told["asked"]
    for line in told["lines"]:
        assert line.endswith("\n") and {*line[:-1]} <= PLAIN, "no control character, no other script"
        assert {"time", "client", "method", "path", "status"} <= {*json.loads(line)}


def test_a_message_is_one_line_and_says_which_field(told: dict[str, Any]) -> None:
    for name, (status, problem) in zip(NAMES, told["fields"], strict=True):
        if status == 200:                   # the name of a field that the model takes, or nothing but the row
            continue
        assert "\n" not in problem["detail"] and "\r" not in problem["detail"]
        if status == 422 and problem.get("faults"):
            assert problem["faults"][0]["field"], name


def test_the_log_has_each_value_as_it_was_sent(told: dict[str, Any], process: Process) -> None:
    place = process.folder / "decisions" / "loans"
    log = adapters.open_log(str(place))
    rows = {row["id"]: row for batch in log.batches(log.schema.names) for row in batch.to_pylist()}
    ids = [one["id"] for one in told["decided"]["answers"]]
    assert [rows[one]["city"] for one in ids] == SENT
    labels = adapters.open_log(str(place / "labels"))
    sources = {row["id"]: row["source"] for batch in labels.batches(["id", "source"]) for row in batch.to_pylist()}
    sent = {one: name[:200] for one, name in zip(ids, SENT, strict=True) if name[:200].isprintable()}
    assert {one: source or "" for one, source in sources.items()} == sent


def test_reasons_and_metrics_tell_no_name_that_could_run(tmp_path: Path) -> None:
    one = served.service(tmp_path)
    client = served.Client(served.app(one))
    try:
        for name in SENT:
            body = json.dumps({"inputs": {**ROW, "age": 60, "city": name}}).encode()
            reply = client("POST", "/models/loans/explain", [(b"content-type", b"application/json")], body)
            assert reply.status == 200, reply.body
            for reason in json.loads(reply.body)["reasons"]:
                assert reason["sentence"].isprintable()
            client("GET", f"/models/{quote(name, safe='')[:200]}")
        page = client("GET", "/metrics").body.decode()
        assert all(name not in page for name in SENT if len(name) > 8)
    finally:
        client.runner.close()
        served.close(one)


@pytest.mark.slow
def test_a_browser_that_opens_an_answer_runs_nothing(tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = Path("/usr/bin/chromium")
    if not chromium.exists():
        pytest.skip("there is no Chromium")
    with serving(tmp_path) as process, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        page, said = browser.new_page(), []
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: said.append(str(error)))
        running = [name for name in SENT if "<" in name or "script" in name.lower()][::4]
        for name in running:
            page.goto(f"http://127.0.0.1:{process.port}/models/{quote(name, safe='')}")
            assert page.locator("script, img, svg, iframe, form").count() == 0
        browser.close()
        assert said == [] and len(running) > 15
