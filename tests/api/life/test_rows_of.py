"""A log of several versions: those of one are watched, with a state or without, or it is told that they are mixed."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import shall
from shall.api.life.watching import report_of
from shall.stores.decisions import open_log
from tests.api.life.lives import FIELDS, SERVED, decide, go, moment

MODELS = ("income@7", "income@7.rules", "income@8")
TOGETHER = ("rows of income@7, income@7.rules and income@8 are taken together. Those of one: `shall watch --as "
            "income@7`, or `where model = 'income@7'` in a requirement")


@pytest.fixture
def decisions(tmp_path: Path) -> Path:
    """A version, its branch and another one by turns, each in its own way; and the same of the branch alone."""
    chance, folder = random.Random(3), tmp_path / "decisions"
    alone = tmp_path / "alone"
    with open_log(folder, FIELDS) as log, open_log(alone, FIELDS) as own:
        for start in range(0, 1_800, 100):
            model = MODELS[start // 100 % 3]
            right = 0.9 if model == MODELS[0] else 0.6
            records, labels = decide(log, 100, start, chance, right=right, model=model)
            log.write_labels(labels)
            if model == MODELS[1]:
                own.write(records)
                own.write_labels(labels)
    return folder


def said(report: Any) -> tuple[Any, ...]:
    return report.windows, report.sounded, report.spans


@pytest.mark.parametrize("late", [False, True])
def test_the_rows_of_one_are_watched_as_if_no_other_were_there(tmp_path: Path, decisions: Path, late: bool) -> None:
    def labels(folder: Path) -> Path | None:
        return folder / "labels" if late else None

    alone = tmp_path / "alone"
    wanted = shall.watch(SERVED, alone, labels=labels(alone))
    plain = shall.watch(SERVED, decisions, labels=labels(decisions), rows_of="income@7.rules")
    assert said(plain) == said(wanted) and sum(window.rows for window in plain.windows) == 600
    assert bool(plain.sounded) is late and not any("together" in note for note in plain.notes)
    with go(tmp_path, decisions, file=SERVED, labels=labels(decisions), rows_of="income@7.rules",
            clock=partial(moment, 9_000)) as going:
        going.look()
        assert said(report_of(going)) == said(wanted)


def test_who_takes_them_together_is_told_and_how_to_part_them(tmp_path: Path, decisions: Path) -> None:
    fair = SERVED | {"requirements": {"fair": SERVED["requirements"]["fair"]}}
    assert TOGETHER in shall.check(fair, decisions).notes and TOGETHER in shall.watch(fair, decisions).notes
    with go(tmp_path, decisions, file=fair) as going:
        assert TOGETHER in going.look().notes and TOGETHER in report_of(going).notes
        assert TOGETHER not in going.look().notes
    one = {"fair": f"{fair['requirements']['fair']} where model = 'income@7.rules'"}
    parted, alone = shall.check(fair | {"requirements": one}, decisions), shall.check(fair, tmp_path / "alone")
    assert [part.n for part in parted.verdicts[0].evidence] == [part.n for part in alone.verdicts[0].evidence]
    assert not any("together" in note for note in alone.notes)


def test_a_version_that_comes_later_is_told_when_it_comes(tmp_path: Path) -> None:
    chance, folder = random.Random(3), tmp_path / "decisions"
    with open_log(folder, FIELDS) as log, go(tmp_path, folder, file=SERVED) as going:
        decide(log, 50, 0, chance)
        assert going.look().notes == ()
        decide(log, 50, 50, chance, model="income@8")
        assert any(note.startswith("rows of income@7 and income@8 are taken") for note in going.look().notes)


def test_a_version_that_decided_nothing_has_no_rows_yet(tmp_path: Path, decisions: Path) -> None:
    why = f"no rows yet: none of {decisions} is of income@9; there are rows of {', '.join(MODELS)}"
    for state in (None, tmp_path / "state"):
        found = shall.watch(SERVED, decisions, rows_of="income@9", state=state)
        assert not found.windows and found.notes[0].startswith(why)
