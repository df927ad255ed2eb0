"""Training runs beside a server in a process of its own, one at a time, once for a version."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from shall.api.life import trainer as training
from shall.api.life.trainer import RETRAINED, Trainer
from shall.core.responses import RETRAIN, Response
from shall.stores import open_store


def asked(model: str = "loans@7", alarm: str = "right 1", way: str = RETRAIN) -> Response:
    return Response(model, way, "right", "accuracy >= 0.8", "all rows", "", alarm=alarm)


def ended(made: Trainer) -> None:
    deadline = time.monotonic() + 60
    while made.runs and time.monotonic() < deadline:
        made.go_on()
        time.sleep(0.05)
    assert not made.runs


def test_it_is_begun_and_what_it_said_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real verb, of a bundle that is not there; the address of the store is in no argument."""
    begun: list[Response] = []

    def command(one: Response) -> list[str]:
        begun.append(one)
        return [str(tmp_path / "none.zip"), "--log", "x", "--as", one.model]

    made = Trainer(tmp_path / "retrained", command, address="postgresql://me:s3cret@host/db")
    assert "see" in made.begin(asked()) and made.runs
    assert made.begin(asked(alarm="right 2")) == "it is being trained again already"
    assert "proposed" in made.begin(asked("loans@8"))
    ended(made)
    assert [one.model for one in begun] == ["loans@7", "loans@7", "loans@8", "loans@8"]     # asked first, then begun
    assert "s3cret" not in str(made.command(asked()))
    assert (tmp_path / "retrained" / training.LOG).read_bytes()


def test_what_cannot_be_begun() -> None:
    made = Trainer(Path("nowhere"), lambda _: [])
    assert "cannot be trained again" in made.begin(asked()) and not made.runs


def test_a_version_is_trained_again_once(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "shall.db")) as store:
        store.append(RETRAINED, "loans@7", {"found": False, "version": ""})
        store.append(RETRAINED, "loans@8", {"found": True, "version": "9"}, key="right 1")
        begun: list[Response] = []
        made = Trainer(tmp_path / "retrained", lambda one: begun.append(one) or [], store)      # type: ignore[func-returns-value]
        made.resume([asked(alarm="right 1"), asked(alarm="right 2"), asked("loans@8"), asked("loans@6", way="stop")])
        assert [(one.model, one.alarm) for one in begun] == [("loans@7", "right 2")]
        assert made.begin(asked("loans@8", "right 5")) == "it was trained again already: version 9 is proposed"


def test_a_run_that_comes_to_no_end_of_its_own_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It failed, it was killed, or it could not begin; the next alarm begins it anew."""
    made = Trainer(tmp_path / "retrained", lambda one: [str(tmp_path / "none.zip"), "--log", "x", "--as", one.model])
    made.begin(asked())
    ended(made)
    assert made.problem == ""               # it said itself that there is no bundle
    made = Trainer(tmp_path / "retrained", lambda one: ["--no-such-option"])
    made.begin(asked())
    ended(made)
    made.go_on()
    assert "loans@7 is not trained again: the process failed, see" in made.problem
    long = tmp_path / "long"                # so that it still runs when it is killed
    long.write_text("#!/bin/sh\nexec sleep 600\n")
    long.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", str(long))
        made.begin(asked(alarm="right 2"))
    assert made._running is not None
    made._running.kill()
    ended(made)
    made.go_on()
    assert "was killed by signal 9. It is begun anew when its promise sounds again" in made.problem
    (tmp_path / "file").touch()
    made = Trainer(tmp_path / "file" / "retrained", lambda one: ["x"])
    assert "trained again" in made.begin(asked()) and "could not begin: Not a directory" in made.problem
    assert not made.runs
