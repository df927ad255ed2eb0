"""One figure everywhere: store, page, command line, JSON, /metrics and signed evidence agree to the last bit."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tomlkit

import shall
from shall import bundle
from shall.api import verifying
from shall.api.life.looked import Looked, State
from shall.api.life.watching import watching as going_on
from shall.api.shown.evidence import Evidence
from shall.bundle import contents
from shall.cli import run
from shall.http import exposition, watching
from shall.page import addresses, requirement
from shall.page.site import Asked, Site, Who
from shall.page.site import Page as Line
from shall.reports import json as reports
from shall.reports._tree import element, html
from shall.stores import open_store
from tests.http import served
from tests.page import made
from tests.page.read import Page

WHOLE = ("value", "low", "high", "n", "about")
SITE_PAGE = Line("", requirement.view, "read")
FIGURES = ("value", "low", "high", "limit")
SERIES = re.compile(r'^shall_watch_(value|low|high|limit)\{model="income",line="(\w+)"\} (\S+)$', re.MULTILINE)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A folder where `shall check` and `shall watch` ran, with what the watch found in its store."""
    folder = tmp_path_factory.mktemp("figures")
    pq.write_table(made.log_of(), folder / "log.parquet")
    (folder / "shall.toml").write_text(tomlkit.dumps(dict(made.SHALL)))
    return folder


@pytest.fixture(scope="module")
def told(world):
    """What the verbs print as JSON, by verb and requirement."""
    import contextlib
    import io
    found = {}
    with contextlib.chdir(world):
        for verb, options in (("check", ("--data", "log.parquet")), ("watch", ("--log", "log.parquet", "--window",
                                                                                "500 rows"))):
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                assert run([verb, *options, "--json"]) in (0, 1, 3)
            said = json.loads(out.getvalue())
            verdicts = said["verdicts"] if verb == "check" else said["windows"][-1]["verdicts"]
            found[verb] = {one["name"]: one for one in verdicts}
    with open_store(world / ".shall" / "shall.db") as store:
        if not store.counts().get("verdicts"):
            for kind, body, key in made.windows_of(made.watched()):
                store.append(kind, "income", body, key=key)
    return found


def test_store_page_and_command_line(world, told):
    service = served.service(world)
    with open_store(world / ".shall" / "shall.db") as store:
        evidence = Evidence(store)
        client = served.Client(served.app(service, site=Site(evidence)))
        compared = 0
        for name in made.SHALL["requirements"]:
            evidence.refresh()
            read = Page(client("GET", addresses.requirement("income", name)).body.decode())
            shown = set(read.values("value"))
            for phase in ("check", "watch"):
                point = evidence.followed("income", name).of_phase(phase)
                said = told[phase][name]
                assert [getattr(point, key) for key in FIGURES] == [said[key] for key in FIGURES]
                record = Page(client("GET", addresses.record(point.record)).body.decode())
                assert {repr(said[key]) for key in FIGURES[:3]} <= {*record.texts}
                assert repr(said["value"]) in shown
                for row in (row for row in said["groups"] if phase == "watch" and row["group"]):
                    group = evidence.course("income", name, tuple(row["group"].items()))[-1]
                    assert [getattr(group, key) for key in (*FIGURES[:3], "n")] == [
                        row[key] for key in (*FIGURES[:3], "n")]
                    compared += 1
        client.close()
    served.close(service)
    assert compared >= 6


@pytest.mark.parametrize("columns", [{}, {"unit": "home"}])
def test_the_whole_life_is_the_same_in_records_page_picture_and_json(tmp_path, columns, capsys, monkeypatch):
    """What a watch recorded window by window, and what is drawn of all of them at the end."""
    monkeypatch.chdir(tmp_path)
    table = made.log_of()
    table = table.append_column("home", pa.array(np.arange(len(table)) // 2))
    table = table.sort_by([("home", "ascending"), ("said", "descending")])      # who is chosen stands first
    file = {**made.SHALL, "columns": {**made.SHALL["columns"], **columns}, "watch": {"windows": ["1000 rows"]},
            "requirements": {**made.SHALL["requirements"], "close": "calibration_error <= 0.2"}}
    (tmp_path / "shall.toml").write_text(tomlkit.dumps(file))
    (tmp_path / "log").mkdir()
    for part in range(3):                   # more comes while it is watched
        pq.write_table(table.slice(part * 2_500, 2_500), tmp_path / "log" / f"{part}.parquet")
        with open_store(tmp_path / "shall.db") as store, going_on(
                "shall.toml", "log", state="state", store=store) as going:
            going.look()
    assert run(["watch", "--log", "log", "--json", "-o", "life.html"]) in (0, 1, 3)
    said = json.loads(capsys.readouterr().out)
    with open_store(tmp_path / "shall.db") as store:
        told = {(name, record.body["window"]): one for record in store.records("verdicts")
                for name, one in record.body["whole_life"].items()}
        assert {name for name, _ in told} == {*file["requirements"]}
        for span in said["spans"]:
            recorded = {key: one for key, one in told[span["name"], span["window"]].items() if key != "heard"}
            assert {key: span[key] for key in WHOLE} == recorded
        assert ("fair" in {one["name"] for one in said["heard"]}) == bool(said["heard"]) == bool(columns)
        for one in said["heard"]:
            also, = told[one["name"], one["window"]]["heard"]
            assert also == {key: one[key] for key in one if key not in ("name", "window")}
        assert "why" in told["close", said["windows"][-1]["label"]] and {*said["unspanned"]} == {"close"}
        site = Site(Evidence(store))
        site.evidence.refresh()
        drawn = (tmp_path / "life.html").read_text()
        for name in file["requirements"]:
            path = {"name": "income", "requirement": name}
            asked = Asked(SITE_PAGE, path, {}, {}, Who(), "", datetime.datetime.now(datetime.UTC))
            shown = html(element("div", *requirement.view(site, asked).main))
            spans = [one for one in said["spans"] if one["name"] == name]
            figures = [spans[-1][key] for key in ("value", "low", "high") if spans]
            figures += [one[key] for one in said["heard"] if one["name"] == name for key in ("heard", "value")]
            for figure in figures:
                assert f'value="{figure!r}"' in shown and f'value="{figure!r}"' in drawn
            if not spans:
                assert "No band of the whole life" in shown and "No band of the whole life" in drawn


def test_records_that_say_nothing_of_the_whole_life_are_shown_as_before(tmp_path):
    with open_store(tmp_path / "shall.db") as store:
        for kind, body, key in made.windows_of(made.watched()):
            store.append(kind, "income", {name: one for name, one in body.items() if name != "whole_life"}, key=key)
        site = Site(Evidence(store))
        site.evidence.refresh()
        asked = Asked(SITE_PAGE, {"name": "income", "requirement": "fair"}, {}, {}, Who(), "",
                      datetime.datetime.now(datetime.UTC))
        shown = html(element("div", *requirement.view(site, asked).main))
    assert not site.evidence.strange and 'class="course"' in shown
    assert "All rows until" not in shown and "No band" not in shown and "all rows until then</th>" not in shown


def test_metrics_say_the_same(told):
    verdicts = {one.name: one for one in made.watched().windows[-1].verdicts}
    state = {name: State("quiet", verdict=verdict) for name, verdict in verdicts.items()}
    figures = {}
    for family, labels, value in watching.watched(SimpleNamespace(watched={"income": Looked(state=state)})):
        figures.setdefault(family, {})[labels] = value
    found = SERIES.findall(exposition.page(figures.items(), ()).decode())
    assert len(found) == 4 * len(verdicts)
    for key, name, text in found:
        assert float(text) == told["watch"][name][key], (name, key)


def test_signed_evidence_says_the_same(world, told, tmp_path):
    """What `ship` packs of a check is signed with the bundle."""
    file, key = world / "shall.toml", tmp_path / "user"
    verifying.new_key(key)
    report = shall.check(file, world / "log.parquet", record=False)
    graph = {"graph.onnx": b"a graph", "shall.toml": file.read_bytes()}
    stated = {**report.digests, **{name: bundle.digest_of(content) for name, content in graph.items()}}
    evidence = reports.check(dataclasses.replace(report, digests=stated)).encode()
    files = {**graph, "graph.json": b"{}", contents.CHECK: evidence}
    place = bundle.write(files, {"subject": "income", "version": "7"}, tmp_path / "income.zip")
    shall.sign(place, f"{key}.key", "user")
    shall.verify(place, keys={"user": [f"{key}.pub"]})
    signed = {one["name"]: one for one in contents.report(bundle.read(place).files)["verdicts"]}
    assert {*signed} == {*told["check"]}
    for name, one in signed.items():
        assert [one[key] for key in FIGURES] == [told["check"][name][key] for key in FIGURES]
