"""Findings as text and as a part of a page: nothing that a name says becomes markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import tostring

from shall.reports._layout import Look
from shall.reports._ready import lines, section


@dataclass
class Finding:
    name: str
    severity: str
    what: str
    remedy: str
    applied: bool = False
    limit: float | None = None
    bars: tuple[tuple[str, float], ...] = ()


@dataclass
class Found:
    findings: tuple[Finding, ...] = ()
    rows: int = 1000
    kept: int = 990
    features: tuple[str, ...] = ("a", "b")
    without: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


FOUND = Found((
    Finding("leakage", "high", "<b>closed</b> alone tells 97%", "leave it out", limit=0.5,
            bars=(("<b>closed</b>", 0.97), ("age", 0.1))),
    Finding("duplicate_rate", "low", "10 rows repeat an earlier one", "leave the copies out", applied=True)),
    notes=("drift could not be looked at: no gate",))


def test_the_lines_say_what_to_do_and_what_was_done():
    said = "\n".join(lines(FOUND, Look(80)))
    assert said.startswith("Readiness: 2 findings (1 high, 1 low)")
    for words in ("to do: leave it out", "done: leave the copies out", "drift could not be", "990 of 1,000 rows"):
        assert words in said
    assert max(map(len, said.splitlines())) <= 80


def test_the_part_of_a_page_has_a_table_and_a_picture_with_its_limit():
    made = tostring(section(FOUND), encoding="unicode")
    assert made.count("<svg") == 1 and made.count("<tr") == 3
    assert "limit 0.5" in made and "0.97" in made and "<b>" not in made


def test_nothing_found():
    assert [*lines(Found(kept=1000), Look())] == ["Readiness: nothing was found"]
    assert "<table" not in tostring(section(Found()), encoding="unicode")
