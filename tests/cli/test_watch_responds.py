"""`shall watch --respond`: each alarm is responded to once, recorded, and told to those who are named."""

from __future__ import annotations

import datetime
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.api.life.responding import Responding
from shall.api.life.watching import watching
from shall.core.responses import RESPONSE, standing
from shall.stores import open_store
from tests.adapters.receiver import receiver

FILE = """shall = 1
[subject]
name = "loans"
target = "paid"
positive = "1"
[data]
log = "log"
[columns]
time = "at"
[groups]
sex = "sex"
[requirements.fair]
that = "ratio of selection_rate over sex >= 0.8"
on_broken = ["alert", "abstain"]
[watch]
windows = ["1 quarter"]
false_alarms = "1 per year"
"""
LABELS, LABELLED = 'labels = "labels.parquet"\n', 'right = "accuracy >= 0.5"\n'


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Women are turned down without a reason from row 6,000 on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    chance, rows = np.random.default_rng(0), 12_000
    sex = chance.choice(["F", "M"], rows)
    chosen = chance.random(rows) < 0.5
    chosen[(np.arange(rows) >= 6_000) & (sex == "F") & (chance.random(rows) < 0.6)] = False
    start = datetime.datetime(2026, 1, 1)
    (tmp_path / "log").mkdir()
    pq.write_table(pa.table({"at": [start + datetime.timedelta(minutes=40 * row) for row in range(rows)], "sex": sex,
                             "decision": chosen.astype(int)}), tmp_path / "log" / "a.parquet")
    (tmp_path / "shall.toml").write_text(FILE)
    for name in ("other.db", "first.db", "second.db"):
        with open_store(tmp_path / name) as store:
            store.append("in service", "loans@7", {"digest": "d"}, key="d")
    return tmp_path


def recorded(place):
    with open_store(place) as store:
        return store.records(RESPONSE)


def test_nothing_is_done_unless_it_is_asked_for(shall, here):
    assert shall("watch").code == 1
    assert not (here / ".shall" / "shall.db").exists() or recorded(here / ".shall" / "shall.db") == ()


def test_it_responds_once(shall, here):
    ran = shall("watch", "--respond", "--as", "loans@7", "--store", "other.db")
    assert ran.code == 1 and "abstain (servers of loans@7 that share the store abstain from rows" in ran.out
    records = recorded(here / "other.db")
    assert ran.out.count("Response to fair") == 2 == len(records)       # though the alarm sounded again and again
    assert {one.subject for one in records} == {"loans@7"}
    assert [(one.way, one.where) for one in standing(records)] == [("alert", ""), ("abstain", "sex = 'F'")]
    again = shall("watch", "--respond", "--as", "loans@7", "--store", "other.db")
    assert again.code == 1 and "Response" not in again.out and recorded(here / "other.db") == records


def test_alarms_and_the_windows_that_are_over_are_recorded_once(shall, here):
    """As a watch that goes on does it: the newest window may get rows still."""
    def kept():
        with open_store(here / "other.db") as store:
            return [(one.kind, one.body) for kind in ("alarm", "verdicts") for one in store.records(kind, "loans@7")]

    asked = ("watch", "--respond", "--as", "loans@7", "--store", "other.db", "--window", "5000 rows", "--json")
    told, found = json.loads(shall(*asked).out), kept()
    alarms, windows = ([body for kind, body in found if kind == one] for one in ("alarm", "verdicts"))
    assert len(told["windows"]) == 3
    assert [one["window"] for one in windows] == ["rows 1 to 5,000", "rows 5,001 to 10,000"]
    assert [one["alarms"] for one in windows] == [[], ["fair"]] and windows[0]["whole_life"]["fair"]["n"] > 0
    assert [one["row"] for one in alarms] == [one["row"] for one in told["alarms"]]
    assert {one["name"] for one in alarms} == {"fair"} and not alarms[0]["since"] and alarms[1]["since"]
    shall(*asked)
    assert kept() == found


def every(place):
    with open_store(place) as store:
        return [(one.kind, one.key, one.body.get("life")) for one in store.after(0, 1_000) if one.kind != "in service"]


@pytest.mark.parametrize("late", [False, True])
def test_a_watch_that_goes_on_records_the_same_life(shall, here, late):
    """Whichever comes first: no window is judged twice, no alarm doubled, no response made again."""
    if late:
        rows = pq.read_table(here / "log" / "a.parquet").append_column("id", pa.array(map(str, range(12_000))))
        pq.write_table(rows, here / "log" / "a.parquet")
        pq.write_table(rows.select(["id"]).append_column("paid", rows["decision"]), here / "labels.parquet")
    by_window = '[requirements]\nboth = "ratio of selection_rate over sex, half >= 0.8"\n'
    file = FILE.replace('sex = "sex"\n', 'sex = "sex"\nhalf = "sex"\n')
    file = file.replace("[requirements.fair]", f"{by_window}{LABELLED if late else ''}[requirements.fair]")
    (here / "shall.toml").write_text(file.replace("[columns]", f"{LABELS if late else ''}[columns]"))

    def go_on(store, state):
        with open_store(here / store) as kept, watching(here / "shall.toml", subject="loans@7", store=kept,
                                                        state=here / state) as going:
            found = going.look()
            Responding(going.asked.file, "loans@7", kept).of(found.alarms, found.life)

    asked = ("watch", "--respond", "--as", "loans@7", "--store")
    shall(*asked, "first.db")
    found = every(here / "first.db")
    assert {kind for kind, _, _ in found} == {"alarm", "response", "verdicts"}
    assert len({life for kind, _, life in found if kind != "response"}) == 1
    assert any(kind == "verdicts" and key.endswith(" labels") for kind, key, _ in found) is late
    go_on("first.db", "state")
    assert every(here / "first.db") == found
    go_on("second.db", "other")
    found = every(here / "second.db")
    shall(*asked, "second.db")
    assert every(here / "second.db") == found


@pytest.mark.parametrize(("model", "said"), [
    ("loans@", "'loans@' names no version: write NAME@VERSION"), ("loans", "'loans' names no version"),
    ("loans@9", "never heard of loans@9; it knows loans@7. Name one of them, or leave --as out: then no server obeys"),
    ("nosuch@1", "it knows loans@7"), ("loans@9.rules", "never heard of loans@9;")])
@pytest.mark.parametrize("goes_on", ["--respond", "--follow"])
def test_a_version_of_which_no_server_has_heard_obeys_nothing(shall, here, model, said, goes_on):
    ran = shall("watch", goes_on, "--as", model, "--store", "other.db")
    assert (ran.code, ran.out) == (2, "") and said in ran.err and recorded(here / "other.db") == ()


def test_a_branch_of_a_version_that_is_in_service_is_known(shall, here):
    assert shall("watch", "--respond", "--as", "loans@7.rules", "--store", "other.db").code == 1
    assert {one.subject for one in recorded(here / "other.db")} == {"loans@7.rules"}


def test_without_a_version_nobody_is_said_to_obey(shall, here):
    ran = shall("watch", "--respond")
    assert "abstain (recorded only, and nothing is answered otherwise: no server calls a model loans. --as" in ran.out
    assert [one.body["where"] for one in recorded(here / ".shall" / "shall.db")] == ["", "sex = 'F'"]


def test_webhooks_are_told(shall, here, monkeypatch):
    monkeypatch.setenv("HOOK_KEY", "word")
    with receiver() as heard:
        ran = shall("watch", "--webhook", heard.url, "--allow-private", "--webhook-secret", "HOOK_KEY", "--json")
        assert ran.code == 1 and json.loads(ran.out)["verb"] == "watch" and "on its way to 1 webhook" in ran.err
        told = [json.loads(body) for _, _, body in heard.came]
        assert all("Shall-Signature" in headers for _, headers, _ in heard.came)
    assert {one["model"] for one in told} == {"loans"} and len({one["id"] for one in told}) == len(told) >= 1
    assert "word" not in json.dumps(told) and {one["about"] for one in told} == {"sex = F against sex = M"}
    assert len(recorded(here / ".shall" / "shall.db")) == 2 * len(told)


def test_what_is_not_taken_waits(shall, here, monkeypatch):
    monkeypatch.setattr("shall.cli._responding.TRIES", 1)
    with receiver() as heard:
        ran = shall("watch", "--webhook", heard.url)         # this machine is not public
        assert ran.code == 1 and heard.came == [] and "1 alert waits in" in ran.err and "not public" in ran.err
        assert len([*(here / ".shall" / "alerts").glob("*.json")]) >= 1
    assert shall("watch", "--webhook", "ftp://example.org").code == 2
    assert "$NONE of the environment" in shall("watch", "--webhook", "https://a.example.org", "--webhook-secret",
                                               "NONE").err
