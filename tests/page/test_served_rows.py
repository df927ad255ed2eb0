"""The page beside a server, asked as over HTTP: slices, rows and decisions of what its models answered."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pyarrow as pa
import pytest

import shall
from shall.core.alarm import Alarm
from shall.http.access import Entrance
from shall.http.app import App
from shall.http.hosts import Hosts
from shall.http.tokens import Tokens
from shall.page.in_service import site_of
from tests.api.shown import answering
from tests.http import served
from tests.page.read import Page
from tests.runtimes import made as loans

HTML = (b"accept", b"text/html")
FORM = (b"content-type", b"application/x-www-form-urlencoded")
MODEL = "/page/models/loans"
WAITING = ("being read and counted", "being looked for", "being looked at", "being compared")


@contextlib.contextmanager
def showing(serving, tokens: Path | None = None) -> Iterator[served.Client]:
    app = App(serving.service, Entrance(Hosts(served.HERE), None if tokens is None else Tokens(tokens)),
              site=site_of(serving))
    client = served.Client(app)
    try:
        yield client
    finally:
        app.pages.close()
        client.close()


def ready(client, path: str, *headers: tuple[bytes, bytes]):
    """A page when all of it is there; until then it asks to be loaded again."""
    until = time.monotonic() + 60
    while True:
        reply = client("GET", path, [HTML, *headers])
        text = reply.body.decode()
        if not any(words in text for words in WAITING):
            return reply, Page(text)
        assert time.monotonic() < until and b"data-refresh" in reply.body
        time.sleep(0.05)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    one = answering.serving(folder)
    answers = answering.answer(one, answering.rows_of(400))
    answering.label(one, answers[:200], ["yes", "no"] * 100)
    yield one, [answer.id for answer in answers]
    one.close()


def test_slices_stand_on_what_the_version_in_charge_answered(made):
    with showing(made[0]) as client:
        reply, page = ready(client, f"{MODEL}/slices?requirement=right")
        assert reply.status == 200 and "400 rows that loans@7 answered, up to" in page.text
        assert "200 of them had a label then" in page.text and "no row was read" not in page.text
        assert "The worst slices" in page.text
        _, deeper = ready(client, f"{MODEL}/slices?" + urlencode({"requirement": "right", "where": "age >= 50"}))
        assert "all other rows" in deeper.text and "of=answered-7" in "".join(deeper.values("href"))
        _, other = ready(client, f"{MODEL}/slices?requirement=right&of=answered-8")
        assert "loans@8 has answered no row yet" in other.text


PROMISES = answering.SPEC + """never = "selection_rate >= 0.999"
once = { that = "brier <= 0.5", phases = ["build", "check"] }
[watch]
windows = ["1 year"]
"""


@pytest.mark.parametrize("store", ['store = "shall.db"\n', ""])
def test_what_the_bundle_promises_stands_there_before_anything_was_judged(tmp_path, store):
    one = answering.serving(tmp_path, spec=PROMISES,
                            serve=answering.packed.SERVE.replace('store = "shall.db"\n', store))
    with contextlib.closing(one), showing(one) as client:
        def page(path: str = "/page") -> Page:
            reply = client("GET", path, [HTML])
            assert reply.status == 200, path
            return Page(reply.body.decode())

        first = page()
        for said in ("1 model · 4 requirements · no alarm", "loans@7 is watched: its rows are looked at soon",
                     "in windows of 1 year", "ratio of selection_rate over sex >= 0.5 where region = 'north'",
                     "is not watched"):
            assert said in first.text, said
        assert "shall check" not in first.text and "No requirement was judged yet" not in first.text
        answering.answer(one, answering.rows_of(400))
        one.watch()
        for path in ("/page", MODEL):
            read = page(path)
            assert "loans@7 is watched: 400 rows so far" in read.text and "no window is over yet" in read.text
            assert "▲ in alarm, no window is over yetselection_rate >= 0.999" in read.text
            assert "1 requirement in alarm" in read.text or (path == MODEL and not store)
            assert f"{MODEL}/requirements/never" in read.values("href")
        never = page(f"{MODEL}/requirements/never")
        assert "▲ in alarm" in never.text and ("Alarm of never" in never.text) == bool(store)
        assert f"{MODEL}/slices?requirement=never&of=answered-7" in never.values("href")
        live = page("/page/live")
        assert "1 requirement in alarm" in live.text and "No alarm stands" not in live.text
        assert client("GET", f"{MODEL}/requirements/nobody", [HTML]).status == 404


def test_nobody_is_told_to_watch_what_the_server_watches(made):
    with showing(made[0]) as client:
        text = Page(client("GET", "/page/live", [HTML]).body.decode()).text
    assert "No window is over yet. This server watches" in text and "shall watch" not in text


def test_live_says_which_rows_wait_for_whose_labels(tmp_path):
    one = answering.serving(tmp_path)
    with contextlib.closing(one), showing(one) as client:
        answers = answering.answer(one, answering.rows_of(40))
        answering.label(one, answers[2:], ["yes"] * 38)
        one.watch()
        text = Page(client("GET", "/page/live", [HTML]).body.decode()).text
    assert "Notes of the server" in text and "loans@7: lines that need labels wait for the label of 2 rows" in text
    assert f"from row {answers[0].id}, of" in text and "38 rows behind have theirs, and are not heard until" in text


def test_rows_and_neighbours_are_those_of_the_log(made):
    with showing(made[0]) as client:
        reply, page = ready(client, f"{MODEL}/rows?" + urlencode({"where": "age >= 50 and city = 'Ulm'"}))
        assert reply.status == 200 and "of 400 rows of loans@7" in page.text
        asked = [row for row in answering.rows_of(400) if row["age"] >= 50 and row["city"] == "Ulm"]
        assert f"of {len(asked)}; each leads to its nearest neighbours" in page.text
        _, near = ready(client, f"{MODEL}/rows?near=4")
        assert made[1][4] in near.text and "Row 5 first, then the rows nearest to it" in near.text
        assert any(f"row={made[1][4]}" in href for href in near.values("href")), "it leads to its graph"


def test_a_decision_of_a_moment_ago_flows_through_the_graph(tmp_path):
    with contextlib.closing(answering.serving(tmp_path)) as one, showing(one) as client:
        late = answering.answer(one, [{**answering.packed.ROW, "age": 23, "sex": "w", "region": "north"}])[0]
        reply, page = ready(client, f"{MODEL}/graph?row={late.id}")
        assert reply.status == 200 and "Version 7 as a graph" in page.text
        assert f"{late.score:.4g}" in page.text and str(late.decision) in page.text
        assert "What version 7 answered" in page.text
        missing, page = ready(client, f"{MODEL}/graph?row=aaaaaaaaaaaaa-9")
        assert missing.status == 422 and "no decision 'aaaaaaaaaaaaa-9'" in page.text


def test_the_graph_is_of_the_version_in_charge_and_of_a_decision_that_of_who_answered(tmp_path):
    named = 'unit = "customer"\nscore = "chance"\ndecision = "said"'
    spec = answering.SPEC.replace('unit = "customer"', named).replace(
        'fair = "ratio', 'held = { that = "selection_rate over sex >= 0.1", on_broken = "abstain" }\nfair = "ratio')
    with contextlib.closing(answering.serving(tmp_path, spec=spec)) as one, showing(one) as client:
        before = answering.answer(one, answering.rows_of(1))[0]
        one.respond("loans", "7", [Alarm("held", "…", 1, "", "w", "sex = w")])
        held = next(found for found in answering.answer(one, answering.rows_of(20)) if found.abstained)
        assert held.code == "alarm" and held.score is not None
        _, page = ready(client, f"{MODEL}/graph")
        assert "Version 7 as a graph" in page.text, "not 9, which was packed last"
        assert "Version 9 as a graph" in ready(client, f"{MODEL}/graph?version=9")[1].text
        _, page = ready(client, f"{MODEL}/graph?version=9&row={before.id}")
        assert "Version 7 as a graph" in page.text
        assert "Version 7 answered this decision: it is drawn, not version 9, which was asked for" in page.text
        told = page.text.partition("What version 7 answered")[2].partition("What the graph says")[0]
        assert told == f"decision{before.decision}score{before.score:.4g}"
        _, page = ready(client, f"{MODEL}/graph?row={held.id}")
        told = page.text.partition("What version 7 answered")[2].partition("What the graph says")[0]
        assert told.startswith(f"decisionnone: it was withheldscore{held.score:.4g}codealarmwhyan alarm is answered by "
                               "abstaining from such rows: held is broken")


def test_a_branch_that_answers_is_drawn_and_told_with_its_own_promises(tmp_path):
    spec = answering.SPEC.replace('right = "accuracy >= 0.5"',
                                  'right = { that = "accuracy >= 0.5", on_broken = "fall back to rules" }')
    branches = {"rules": loans.older()}
    with contextlib.closing(answering.serving(tmp_path, spec=spec, branches=branches)) as one, showing(one) as client:
        before = answering.answer(one, answering.rows_of(2))[0]
        one.respond("loans", "7", [Alarm("right", "…", 1, "", "w", "all rows")])
        after = answering.answer(one, answering.rows_of(2))[0]
        assert (before.model, after.model) == ("loans@7", "loans@7.rules")
        _, page = ready(client, f"{MODEL}/graph?row={after.id}")
        assert "Version 7.rules as a graph" in page.text and "What version 7.rules answered" in page.text
        assert "This bundle has no baseline.json" in page.text and "bundle is not at hand" not in page.text
        assert "Version 7 as a graph" in ready(client, f"{MODEL}/graph?row={before.id}")[1].text
        for version in ("7.mean", "6.rules", "7."):
            assert "Version 7 as a graph" in ready(client, f"{MODEL}/graph?version={version}")[1].text, version
        one.watches.monotonic = iter(range(0, 10**9, 61)).__next__
        one.watch()
        read = ready(client, MODEL)[1]
        assert "version 7 answers by its branch rules" in read.text
        assert "Its branch rules answers every row in its place" in read.text
        assert "loans@7.rules is watched: 2 rows so far" in read.text
        _, rows = ready(client, f"{MODEL}/slices?requirement=right&of=answered-7.rules")
        assert "2 rows that loans@7.rules answered" in rows.text
        assert [*ready(client, f"{MODEL}/versions")[1].values("value")].count("7.rules") == 0      # of what is recalled
        one.respond("loans", "7.rules", [Alarm("right", "…", 2, "", "w", "all rows")])
        read = ready(client, MODEL)[1]
        assert "version 7 abstains from every row" in read.text and "version 7 answers" not in read.text
        assert "Branch rules: another version answers in its place" in read.text
        one.respond("loans", "7.rules", [Alarm("fair", "…", 3, "", "w", "all rows")])
        assert "loans@7.rules" in ready(client, "/page/live")[1].text


def test_a_subset_is_named_and_looked_at_again(made):
    with showing(made[0]) as client:
        reply, _ = ready(client, f"{MODEL}/slices?" + urlencode({"requirement": "right", "where": "age >= 50"}))
        csrf = re.search(rb'value="([0-9a-f]{64})"', reply.body)[1].decode()
        fields = {"csrf": csrf, "subset": "the old", "where": "age >= 50", "requirement": "right", "of": "answered-7"}
        reply = client("POST", f"{MODEL}/subset", [FORM, HTML], urlencode(fields).encode())
        assert reply.status == 303 and b"of=answered-7" in reply.headers[b"location"]
        _, page = ready(client, f"{MODEL}/slices?requirement=right")
        assert "the old" in page.text


def test_only_those_who_may_see_rows_see_them(made, tmp_path):
    tokens = served.make_tokens(tmp_path / "tokens.toml")
    with showing(made[0], tmp_path / "tokens.toml") as client:
        def bearer(role: str) -> tuple[bytes, bytes]:
            return b"authorization", f"Bearer {tokens[role]}".encode()

        _, page = ready(client, f"{MODEL}/slices?requirement=right&where=age+%3E+50", bearer("viewer"))
        assert "The rows behind this slice" not in page.text
        assert client("GET", f"{MODEL}/rows", [HTML, bearer("viewer")]).status == 403
        reply, page = ready(client, f"{MODEL}/graph?row={made[1][3]}", bearer("viewer"))
        assert reply.status == 200 and "What the graph says" in page.text and made[1][3] not in page.text
        assert "This role may not see rows" in page.text and "answered" not in page.tags
        reply, _ = ready(client, f"{MODEL}/rows", bearer("reviewer"))
        assert reply.status == 200


def test_without_a_store_the_models_in_service_are_there(tmp_path):
    serve = answering.packed.SERVE.replace('store = "shall.db"\n', "")
    one = answering.serving(tmp_path, serve=serve)
    answering.answer(one, answering.rows_of(40))
    with showing(one) as client:
        assert "loans" in client("GET", "/page", [HTML]).body.decode()
        for tab in ("", "/edit", "/review", "/data", "/compare", "/graph", "/versions"):
            assert client("GET", MODEL + tab, [HTML]).status == 200, tab
        reply, page = ready(client, f"{MODEL}/slices?requirement=fair")
        assert reply.status == 200 and "40 rows that loans@7 answered" in page.text
    one.close()


def test_versions_that_decided_the_same_rows_are_compared_row_by_row(tmp_path):
    file = tmp_path / "shall.toml"
    file.write_text(answering.SPEC.replace("Loans", "loans"))
    for rows in (200, 220, 240):
        table = pa.Table.from_pylist(answering.rows_of(rows)).append_column("decision", pa.array(["yes"] * rows))
        shall.check(file, table.append_column("paid", pa.array(["yes", "no"] * (rows // 2))))
    serve = answering.packed.SERVE.replace("shall.db", ".shall/shall.db").replace(
        'in_charge = "7"', 'in_charge = "7"\nshadow = ["8"]')
    with contextlib.closing(answering.serving(tmp_path, serve=serve)) as one, showing(one) as client:
        def compared(before: int, after: int) -> str:
            reply, page = ready(client, f"{MODEL}/compare?a={before}&b={after}")
            assert reply.status == 200
            return page.text.partition("Row by row")[2]

        checks = one.store.records("check", "loans")
        seven, eight, last = (record.sequence for record in checks)
        for version, record in zip("78", checks, strict=False):
            one.store.append("shipped", "loans", {"version": version, "log": record.body["log"],
                                                  "plan": record.body["plan"]}, key=version)
        answers = answering.answer(one, answering.rows_of(300))
        answering.label(one, answers[:200], ["yes", "no"] * 100)
        told = compared(seven, eight)
        assert "Both versions on the same 300 rows" in told and "right before, wrong after" in told
        assert "sex = w" in told and "shall page" not in told
        assert "Both are the same version" in compared(seven, seven)
        assert f"Record {last} is not in service" in compared(seven, last)
