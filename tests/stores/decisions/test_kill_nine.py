"""A writer is killed at any moment: what it acknowledged is there, once, and is read as it was answered."""

from __future__ import annotations

import itertools
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchmarks import kill_nine

SEED = random.randrange(2**32)


def killed(place: Path, decisions: int, kills: int, rows: int) -> None:
    print("seed", SEED)                     # shown by pytest when the test fails
    found: dict[str, Any] = {}
    for again in itertools.count():         # where this process slept, all was answered before the last kill
        (place / str(again)).mkdir()
        found = kill_nine.run(place / str(again), decisions, kills, rows, SEED + again)
        if found["kills"] == kills:
            break
    assert found["answered"] == found["logged"] == decisions
    assert found["lost"] == found["doubled"] == found["other"] == 0
    print("ready again after", found["ready_s"], "s")


def test_six_thousand_decisions_through_three_kills(tmp_path: Path) -> None:
    """K1, small: P and N follow."""
    killed(tmp_path, 6_000, 3, 1000)


def test_a_run_whose_writer_fails_by_itself_says_so_and_leaves_nobody_behind(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Kept(subprocess.Popen):           # type: ignore[type-arg]
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            started.append(self)

    monkeypatch.setattr(kill_nine.subprocess, "Popen", Kept)
    (tmp_path / "income").write_text("no folder of a log")
    with pytest.raises(AssertionError, match="a process failed"):
        kill_nine.run(tmp_path, 6_000, 3, 1000, SEED)
    assert len(started) == 3 and all(one.returncode is not None for one in started)


@pytest.mark.slow
def test_a_hundred_thousand_decisions_through_forty_kills(tmp_path: Path) -> None:
    """K1, P: 40 kills. The figure of a million is `python -m benchmarks.kill_nine`."""
    killed(tmp_path, 100_000, 40, 3000)


@pytest.mark.slow
def test_a_thousand_kills(tmp_path: Path) -> None:
    """K1, N: 1,000 kills."""
    killed(tmp_path, 1_000_000, 1000, 20_000)
