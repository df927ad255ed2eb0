"""What answers is watched by its own shall file; its alarms are told, recorded and responded to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shall.api.service.serving import Serving, serving
from shall.core.decisions import Label
from shall.core.errors import StoreError
from shall.http import watching
from shall.http.events import Events
from shall.http.metrics import Metrics
from tests.api.packed import SERVE, SPEC, label, packs
from tests.runtimes.kept import ROW

WATCHED = SPEC.replace("[requirements]", """[watch]
windows = ["200 rows"]
false_alarms = "1 per 1,000 rows"
every = "1 minute"
[requirements]
few = "selection_rate <= 0.3"
""")


def decide(served: Serving, number: int, age: int = 30, **told: Any) -> list[str]:
    """Decide so many rows; their ids. Who is ten is not selected."""
    decided = served.service.decide("loans", [{**ROW, "age": age, "customer": f"{place}{told}"}
                                              for place in range(number)], **told)
    for sink, records in decided.kept:
        sink.write(records)
    return [answer.id for answer in decided.answers]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    found = serving(packs(tmp_path, spec=WATCHED))
    found.watches.monotonic = iter(range(0, 10**9, 61)).__next__        # each call of `watch` is due
    yield found
    found.close()


def test_the_one_in_charge_is_watched_and_its_alarm_is_recorded_once(served: Serving, tmp_path: Path) -> None:
    assert served.watch() == []
    decide(served, 150)
    served.watch()
    assert served.watched["loans@7"].rows == 150
    decide(served, 100)
    served.watch()
    state = served.watched["loans@7"].state["few"]
    assert state.alarm == "alarm" and state.since
    assert any("loans@7: ALARM, few is broken" in one for one in served.status)
    assert served.store is not None
    (record, *more) = served.store.records("alarm", "loans@7")
    assert record.body["name"] == "few" and len({*(one.key for one in (record, *more))}) == len(more) + 1
    (verdicts,) = served.store.records("verdicts", "loans@7")
    assert verdicts.body["window"] == "rows 1 to 200" and verdicts.body["rows"] == 200
    assert {one["name"] for one in verdicts.body["verdicts"]} >= {"few", "fair"}
    served.watch()
    assert len(served.store.records("alarm", "loans@7")) == len(more) + 1


def test_every_alarm_that_is_recorded_is_told_once(served: Serving) -> None:
    """Also one that is over when the look ends that has found it, and one that is over before anybody asks."""
    def told() -> list[str]:
        served.watch()
        return [event.what for event in events() if "ALARM" in event.what]

    def recorded() -> int:
        assert served.store is not None
        return sum(not record.body["since"] for record in served.store.records("alarm", "loans@7"))

    events = Events(served)
    decide(served, 200)
    decide(served, 200, age=10)
    (over,) = told()
    assert over.startswith("loans@7: ALARM, few was broken at row ") and over.endswith("; it is met by a window since")
    assert recorded() == 1 and not any("ALARM" in note for note in served.status) and told() == []
    decide(served, 200)
    served.watch()
    (goes_on,) = [note for note in served.status if "ALARM" in note]
    decide(served, 200, age=10)
    assert told() == [goes_on] and recorded() == 2 and told() == []
    decide(served, 200)
    assert [one.partition(" since ")[0] for one in told()] == ["loans@7: ALARM, few is broken"] and recorded() == 3
    decide(served, 100)
    assert told() == [] and recorded() == 3


def test_after_a_restart_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    place = packs(tmp_path, spec=WATCHED)
    for number in (120, 130, 10):
        found = serving(place)
        decide(found, number)
        found.watch()
        total, rows = found.watched["loans@7"].total, found.watched["loans@7"].rows
        found.close()
        assert rows == number
    assert total == 260


def test_a_canary_is_a_subject_of_its_own(tmp_path: Path) -> None:
    found = serving(packs(tmp_path, spec=WATCHED, serve=SERVE + "canary = { 8 = \"50 %\" }\n"))
    for number in range(40):
        decide(found, 5, request=str(number))
    found.watch()
    rows = {model: looked.total for model, looked in found.watched.items()}
    assert sum(rows.values()) == 200 and rows.keys() <= {"loans@7", "loans@8"}
    found.close()


def test_the_metrics_say_how_each_line_stands(served: Serving) -> None:
    decide(served, 250)
    served.watch()
    metrics = Metrics()
    metrics.ask(lambda: watching.watched(served))
    page = metrics.page().decode()
    assert 'shall_watch_alarm{model="loans@7",line="few"} 1' in page
    assert 'shall_watch_limit{model="loans@7",line="few"} 0.3' in page
    assert 'shall_watch_value{model="loans@7",line="few"} 1.0' in page
    assert 'shall_watch_rows_total{model="loans@7"} 250' in page


def test_a_store_that_is_down_keeps_no_alarm_back(served: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    assert served.store is not None
    append = type(served.store).append

    def broken(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")
    monkeypatch.setattr(type(served.store), "append", broken)
    decide(served, 250)
    said = served.watch()
    assert served.watched["loans@7"].alarms and any("could not be recorded yet" in one for one in said)
    monkeypatch.setattr(type(served.store), "append", append)
    served.watch()
    served.watch()
    assert served.store.records("alarm", "loans@7") and served.store.records("verdicts", "loans@7")


def test_a_log_that_cannot_be_read_is_said_and_answers_go_on(served: Serving, tmp_path: Path) -> None:
    decide(served, 50)
    served.watch()
    state = tmp_path / "watched" / "loans@7" / "state.json"
    served.watches.close()
    state.write_text(state.read_text().replace("rows", "rowz"))
    served.watch()
    assert any("cannot be watched" in one and "--afresh" in one for one in served.status)
    assert decide(served, 1)


def test_a_log_that_is_damaged_is_said_and_answers_and_responses_go_on(served: Serving, tmp_path: Path) -> None:
    """What was found before stands; the rest is read when the log is mended."""
    decide(served, 250)
    served.watch()
    found = served.watched["loans@7"]
    decide(served, 50)
    (log,) = (tmp_path / "decisions" / "loans").glob("*.journal")
    whole = log.read_bytes()
    log.write_bytes(whole[:100] + bytes(byte ^ 255 for byte in whole[100:200]) + whole[200:])
    served.watch()
    assert any("loans@7 cannot be watched" in one for one in served.status)
    assert served.watched["loans@7"] == found and any("few is broken" in one for one in served.status)
    assert decide(served, 1)


def test_closing_does_not_wait_for_a_long_look(served: Serving) -> None:
    decide(served, 250)
    thread = threading.Thread(target=served.watch)
    thread.start()
    served.close()
    thread.join(60)
    assert not thread.is_alive()


def test_labels_that_are_sent_are_joined(served: Serving) -> None:
    ids = decide(served, 250)
    label(served, *(Label(one, "yes", 0) for one in ids))
    served.watch()
    looked = served.watched["loans@7"]
    assert looked.state["right"].verdict is not None and looked.waiting == ()


def test_rows_that_wait_behind_one_without_a_label_are_told_here_and_once_to_a_log(served: Serving) -> None:
    first, *ids = decide(served, 250)
    label(served, *(Label(one, "yes", 0) for one in ids))
    events, told = Events(served), f"loans@7: lines that need labels wait for the label of row {first}, of "
    for _ in range(2):
        assert not any("wait for the label" in one for one in served.watch())       # a log hears it as it hears alarms
        (held,) = served.watches.held()
        assert held.startswith(told) and "249 rows behind have theirs, and are not heard until" in held
    assert [event.what for event in events() if told in event.what] == [held]
    label(served, Label(first, "yes", 0))
    served.watch()
    assert served.watches.held() == []


def test_a_second_server_of_one_log_leaves_the_watch_to_the_first(tmp_path: Path) -> None:
    place = packs(tmp_path, spec=WATCHED)
    one, two = serving(place), serving(place)
    for served in (one, two):
        decide(served, 130)
    one.watch()
    assert two.watch() == [] and not two.watched and two.watches.problems == {}
    assert one.watched["loans@7"].total == 260              # of both writers
    one.close()
    two.watches.monotonic = lambda: 10.0**9
    two.watch()
    assert two.watched["loans@7"].total == 260 and two.watched["loans@7"].rows == 0
    two.close()
