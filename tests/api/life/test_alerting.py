"""An alarm is told to webhooks, and not lost while they are down."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from shall.api.life.alerting import FOLDER, Alerts, alerts_for, alerts_of
from shall.api.life.responding import Responding
from shall.api.opening import file_of
from shall.core.alarm import Alarm
from shall.core.errors import InputError
from shall.spec.alerting import AlertOptions
from tests.adapters.receiver import receiver
from tests.http import audited

ALARM = Alarm("fair", "accuracy >= 0.5", 7, "2026-11-21 10:00", "2026-11", "all rows")


def opened(folder: Path, *urls: str, private: bool = True, clock: list[float] | None = None) -> Alerts:
    made = alerts_for(urls, folder, allow_private=private)
    assert made is not None
    if clock is not None:
        made.clock = lambda: clock[0]
    return made


def alarmed(alerts: Alerts | None, row: int = 7) -> list[str]:
    file = file_of({"requirements": {"fair": {"that": "accuracy >= 0.5", "on_broken": ["alert", "stop"]}}})
    one = Alarm("fair", ALARM.line, row, ALARM.at, ALARM.window, ALARM.about)
    return [made.did for made in Responding(file, "loans@7", None, alerts, serves=True).of([one])]


def test_what_is_told_is_of_the_schema(tmp_path: Path) -> None:
    schema = json.loads((resources.files("shall.reports") / "schema" / "alert-1.json").read_text())
    with receiver() as heard, receiver() as other:
        alerts = opened(tmp_path, heard.url, other.url)
        assert alarmed(alerts) == ["on its way to 2 webhooks", "it answers no more"]
        assert heard.came == [] and alerts.waiting == 2 and alerts.send() == 2 and alerts.waiting == 0
        (_, _, body), = heard.came
    told = json.loads(body)
    jsonschema.validate(told, schema)
    assert (told["model"], told["requirement"], told["row"], told["about"]) == ("loans@7", "fair", 7, "all rows")
    assert [one["response"] for one in told["responses"]] == ["alert", "stop"] and body == other.came[0][2]


def test_none_is_lost_while_the_receiver_is_down(tmp_path: Path) -> None:
    """Told when it is there again, also by another process, in the order of the alarms, with the same id."""
    clock = [0.0]
    with receiver() as gone:
        url, port = gone.url, int(gone.url.split(":")[2].partition("/")[0])
    alerts = opened(tmp_path, url, clock=clock)
    for row in (7, 9):
        alarmed(alerts, row)
        clock[0] += 1
    assert alerts.send() == 0 and alerts.waiting == 2 and alerts.counts["failed"] == 2 and "did not" in alerts.problem
    assert alerts.send() == 0 and alerts.counts["failed"] == 2      # not before it is due again
    again = opened(tmp_path, url, clock=clock)
    clock[0] += 5
    with receiver(port=port) as heard:
        heard.status = 503
        assert again.send() == 0 and again.waiting == 2
        heard.status = 204
        clock[0] += 5
        assert again.send() == 2 and again.waiting == 0 and again.problem == "" and again.send() == 0
    ids = [json.loads(body)["id"] for _, _, body in heard.came]
    assert ids[:2] == ids[2:] and len({*ids}) == 2
    assert [json.loads(body)["row"] for _, _, body in heard.came] == [7, 9, 7, 9]


def test_what_is_not_on_the_list_is_not_called(tmp_path: Path) -> None:
    with receiver() as heard, receiver() as listed:
        alarmed(opened(tmp_path, heard.url))
        other = opened(tmp_path, listed.url)
        assert other.send() == 0 and other.waiting == 0 and other.counts["dropped"] == 1
        assert heard.came == listed.came == []


def test_private_places_are_refused_unless_it_is_said(tmp_path: Path) -> None:
    with receiver() as heard:
        alerts = opened(tmp_path, heard.url, private=False)
        alarmed(alerts)
        assert alerts.send() == 0 and heard.came == [] and "not public" in alerts.problem and alerts.waiting == 1


def test_a_disk_that_takes_nothing_loses_none(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file where the folder should be")
    with receiver() as heard:
        alerts = opened(tmp_path, heard.url)
        alarmed(alerts)
        assert len(heard.came) == 1 and alerts.counts["sent"] == 1


def test_secrets_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = AlertOptions(("https://hooks.example.org/",), {"Authorization": "Bearer $TOKEN_A"}, "$SECRET_A")
    for value in (None, "", "two\nlines"):
        if value is not None:
            monkeypatch.setenv("TOKEN_A", value)
        with pytest.raises(InputError, match=r"\$TOKEN_A of the environment"):
            alerts_of(options, tmp_path)
    monkeypatch.setenv("TOKEN_A", "abc$SECRET_A")
    monkeypatch.setenv("SECRET_A", "key")
    made = alerts_of(options, tmp_path)
    assert made is not None and "abc" not in repr(made) and "key" not in repr(made)
    (hook,) = made.hooks.values()
    assert hook.headers == {"Authorization": "Bearer abc$SECRET_A"} and hook.secret == "key"
    assert alerts_of(AlertOptions(), tmp_path) is None


def test_nobody_is_called_where_nobody_is_named(tmp_path: Path) -> None:
    """S4: an alarm without a webhook makes no connection; with one, it is made by `send` only."""
    with audited.listening() as heard:
        assert alarmed(None)[0] == "the alarm is told here: no webhook is named"
        alerts = opened(tmp_path, "https://hooks.example.org/")
        alarmed(alerts)
    assert heard.connections() == [] and alerts.waiting == 1
