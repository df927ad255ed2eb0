"""What people read: golden texts, and what must hold for every report."""

from __future__ import annotations

import datetime
import os
import re
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.api.life.looked import Looked
from shall.api.life.watching import watching
from shall.core.alarm import Alarm
from shall.core.card import Card, Option
from shall.core.log import GroupDef
from shall.core.requirement import Requirement
from shall.reports import _following, text
from shall.reports._catalogue import Entry
from shall.reports._layout import Look, width_of

GOLDEN = Path(__file__).parent / "golden"


def same_as_golden(shown: str, name: str) -> None:
    """Write the file anew with SHALL_GOLDEN=write, then read the difference before committing it."""
    path = GOLDEN / name
    if os.environ.get("SHALL_GOLDEN") == "write":
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("width", "groups"), [(80, False), (120, False), (80, True)])
def test_check_reads_as_agreed(checked, width, groups):
    shown = text.check(checked, Look(width, groups))
    same_as_golden(shown, f"check-{width}{'-groups' if groups else ''}.txt")


@pytest.mark.parametrize("width", [80, 120])
def test_watch_reads_as_agreed(watched, width):
    same_as_golden(text.watch(watched, Look(width)), f"watch-{width}.txt")


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_no_line_is_wider_than_the_terminal(checked, watched, width):
    for shown in (text.check(checked, Look(width, groups=True)), text.watch(watched, Look(width))):
        assert [line for line in shown.splitlines() if width_of(line) > width] == []


def test_colour_adds_nothing_but_colour(checked):
    def paint(words: str, style: str) -> str:
        return f"<{style}>{words}</>"
    coloured = text.check(checked, Look(paint=paint))
    assert re.sub("<[a-z]+>|</>", "", coloured) == text.check(checked)


def test_every_verdict_has_a_word_and_a_mark(checked):
    shown = text.check(checked)
    for words in ("✓ met", "✗ broken", "? undecided", "~ waived"):
        assert words in shown


def test_a_value_never_reads_as_the_limit_that_it_breaks(checked, found, measured):
    requirement = replace(Requirement.parse("accuracy >= 0.80"), name="near")
    verdict = found(requirement, measured("accuracy", 0.79996, 0.7999, 0.79999))
    shown = text.check(replace(checked, verdicts=(verdict,)))
    assert "✗ broken" in shown
    assert "0.79996  [0.79990, 0.79999]" in shown


def test_names_out_of_data_cannot_drive_the_terminal(checked, found, measured, groups):
    rows = groups("sex", ("\x1b[2J", 10, 0.1, 0.0, 0.2), ("F\nmet", 10, 0.5, 0.4, 0.6), ("‮", 10, 0.6, 0.5, 0.7))
    verdict = found(replace(Requirement.parse("accuracy over sex >= 0.80"), name="a\tb"),
                    measured("accuracy", 0.1, 0.0, 0.2, grouping=("sex",), groups=rows, worst=(rows[0].group,)))
    shown = text.check(replace(checked, verdicts=(verdict,)), Look(groups=True))
    assert "\x1b" not in shown
    assert "‮" not in shown
    assert "sex=\\x1b[2J" in shown


def test_wide_letters_stay_aligned(checked, found, measured, groups):
    rows = groups("city", ("東京", 10, 0.5, 0.4, 0.6), ("Bonn", 10, 0.9, 0.4, 0.6), ("Köln", 10, 0.9, 0.4, 0.6))
    verdict = found(replace(Requirement.parse("accuracy over city >= 0.80"), name="a"),
                    measured("accuracy", 0.5, 0.4, 0.6, grouping=("city",), groups=rows, worst=(rows[0].group,)))
    shown = text.check(replace(checked, verdicts=(verdict,))).splitlines()
    table = [line for line in shown if line.strip().startswith(("東京", "Bonn", "Köln"))]
    assert len({width_of(line[:line.index("[")]) for line in table}) == 1


def test_many_groups_are_cut_short_and_said(checked, found, measured, groups):
    rows = groups("state", *((f"s{place:02}", 100, place / 100, 0.0, 1.0) for place in range(60)))
    verdict = found(replace(Requirement.parse("accuracy over state >= 0.80"), name="a"),
                    measured("accuracy", 0.0, 0.0, 0.1, grouping=("state",), groups=rows, worst=(rows[0].group,)))
    short = text.check(replace(checked, verdicts=(verdict,)))
    assert "and 54 more groups: --groups" in short
    assert "s05" in short
    assert "s06" not in short
    assert "s59" in text.check(replace(checked, verdicts=(verdict,)), Look(groups=True))


def test_a_watch_without_a_window_says_so(watched):
    assert "no window: the log has no row" in text.watch(replace(watched, windows=()))


def test_a_watch_of_many_requirements_numbers_its_columns(watched):
    first = watched.windows[0]
    many = tuple(replace(v, requirement=replace(v.requirement, name=f"requirement_{place}"))
                 for place, v in enumerate(first.verdicts * 4))
    shown = text.watch(replace(watched, windows=(replace(first, verdicts=many),)))
    assert max(map(width_of, shown.splitlines())) <= 80
    assert "requirement_15" in shown


CARD = Card(examines=("classifier",), needs=("label",), better="higher", bounds="exact", unit="s", takes="column",
            options=(Option("q", 0.5, 0.0, 1.0),), aliases=(("p99", (("q", 0.99),)), ("auc", ())))
ENTRY = Entry("quantile", "What does it cost?", CARD, """Quantile of a column.

Meaning: the value that a share of the rows
does not exceed.

Example:
    >>> 1 + 1
    2

Reference: David and Nagaraja (2003).
""")


def test_measures_are_listed_by_question():
    shown = text.measures([ENTRY])
    assert shown.splitlines()[:3] == ["What does it cost?", "  quantile  Quantile of a column.",
                                      "            needs label, a column; higher is better"]


def test_a_measure_is_explained():
    same_as_golden(text.measure(ENTRY, "p99"), "describe.txt")


class Asked:
    path = Path("there/shall.toml")
    confidence = 95.0
    groups = (GroupDef("race", "RAC1P", at_least=200, rest="pool"), GroupDef("age", "AGEP", cut=(25.0, 45.5)))
    requirements = (Requirement.parse("accuracy over race >= 0.8"),)
    packs = ()


def test_a_file_is_counted_and_shown():
    assert text.linted(Asked()) == "shall.toml: 1 requirement, 2 groups: nothing is wrong\n"
    shown = text.contents(Asked())
    assert "race  column RAC1P, groups below 200 rows pooled into one" in shown
    assert "age   column AGEP, cut at 25, 45.5" in shown


def test_build_reads_as_agreed(built):
    same_as_golden(text.build(built), "build-80.txt")


def test_no_model_found_says_what_stood_in_the_way(built):
    built.verdicts, built.model, built.found, built.in_the_way = (), "", False, "fair: at best 0.87"
    shown = text.build(built)
    assert "no model found in 12.3 s\n  in the way: fair: at best 0.87\n" in shown
    assert "At the gate" not in shown


def test_plan_reads_as_agreed(planned):
    same_as_golden(text.plan(planned), "plan-80.txt")


def test_a_plan_says_how_to_have_better_values_where_some_are_assumed(planned):
    assert "half way" not in text.plan(planned)
    planned.lines[0].assumed = "true value 0.9, assumed"
    assert "an assumed value lies half way" in text.plan(planned) and "[data] log" in text.plan(planned)


def test_a_watch_says_why_nothing_is_decided_and_what_a_limit_is_relative_to(tmp_path):
    day = datetime.date(2026, 1, 1)
    pq.write_table(pa.table({"time": [day + datetime.timedelta(days=row // 300) for row in range(600)],
                             "age": [1] * 600, "decision": [0] * 600}), tmp_path / "log.parquet")
    file = {"columns": {"time": "time"}, "watch": {"windows": ["1 day"]},
            "requirements": {"rows": "rows >= 80% of previous", "gaps": "missing_rate(age) <= previous + 0.05",
                             "right": "accuracy >= 0.8"}}
    shown = text.watch(shall.watch(file, tmp_path / "log.parquet"), Look(120)).splitlines()
    assert [line.split("  ")[-1] for line in shown if line.startswith(("rows", "gaps"))] == [
        ">= 80% of previous", "<= 0.05 against previous"]
    assert [line for line in shown if line.startswith("  ? ")] == [
        "  ? rows in 2026-01-01: there is no `previous` to compare with",
        "  ? gaps in 2026-01-01: there is no `previous` to compare with",
        "  ? right in 2026-01-02 (in 2 windows): the log has no label column"]
    with watching(file, tmp_path / "log.parquet", state=tmp_path / "state") as going:
        told = [*_following.lines(going.look(), Look(120).paint)]
    assert "  ? rows - (>= 80% of previous): there is no `previous` to compare with" in told
    alarms = [Alarm("right", "accuracy >= 0.8", row, "2026-01-02 10:00:00", "2026-01-02", "all rows",
                    "2026-01-01 10:47:31.200000") for row in (15, 17)]
    assert [*_following.lines(Looked(alarms=tuple(alarms)), Look(120).paint)] == [
        "right is still broken, since 2026-01-01 10:47:31: it sounded 2 times more, the last time at row 17, "
        "2026-01-02 10:00:00, window 2026-01-02: all rows"]
