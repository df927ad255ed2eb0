"""The lines below a verdict: what was asked, what set the value, what would settle it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shall.core.evidence import Evidence, GroupRow
from shall.core.verdict import Finding, Verdict, worst
from shall.reports._figures import Scale, group_text, per_cent, scale_of
from shall.reports._shapes import Looks

MARKS = {Finding.MET: "✓", Finding.BROKEN: "✗", Finding.UNDECIDED: "?", Finding.WAIVED: "~"}


class Detail(NamedTuple):
    """One sentence below a verdict."""

    text: str
    style: str = ""


def details(verdict: Verdict) -> Iterator[Detail]:
    """What a reader needs to know beyond the row of figures, in the order of asking."""
    part = verdict.deciding
    requirement = verdict.requirement
    yield Detail(str(requirement), "line")
    if verdict.verdict is Finding.WAIVED and requirement.waive is not None:
        waiver = requirement.waive
        until = f"waived until {waiver.until} by {waiver.by}: {waiver.why}"
        yield Detail(f"found {worst(verdict.found)}; {until}", "waived")
    if part.reason:
        yield Detail(f"{part.outcome}: {part.reason}", str(verdict.verdict))
    if part.compared:
        yield Detail(f"the value is {requirement.measures[0].name} {part.compared}")
    if any(part.worst):                     # the group of everybody is no news
        yield Detail(worst_text(part, scale_of(verdict, part), several=parts_differ(verdict)))
    if part.coverage is not None and part.coverage.groups < part.coverage.of_groups and grouped(part):
        yield Detail(coverage_text(part))
    if verdict.needs and worst(verdict.found) is Finding.UNDECIDED:
        yield Detail(f"to settle it: {verdict.needs}", "undecided")
    if requirement.why and verdict.verdict is not Finding.MET:
        yield Detail(f"why: {requirement.why}")
    if requirement.origin:
        yield Detail(f"from the pack {requirement.origin}")


def why_undecided(verdict: Verdict) -> str:
    """What is missing to a verdict that is undecided, else what would settle it."""
    settles = f"to settle it: {verdict.needs}" if verdict.needs else ""
    return (verdict.deciding.reason or settles) if verdict.verdict is Finding.UNDECIDED else ""


def worst_text(part: Evidence, scale: Scale, several: bool = False) -> str:
    """The group, or the pair of groups, that sets the value: `worst pair: sex=F 0.31 / sex=M 0.48`."""
    rows = {row.group: row for row in part.groups}
    named = [_named(group, rows.get(group), scale) for group in part.worst]
    what = "worst group" if len(named) == 1 else "worst pair"
    sign = " / " if part.aggregate == "ratio" else " - "
    return f"{what}{f' of {part.measure}' if several else ''}: {sign.join(named)}"


def grouped(part: Evidence) -> bool:
    """Whether its groups are some: all rows are none."""
    return any(row.group for row in part.groups)


def coverage_text(part: Evidence) -> str:
    """`decided on 5 of 7 groups, 97.8% of rows`."""
    cover = part.coverage
    if cover is None:
        return ""
    return f"decided on {cover.groups} of {cover.of_groups} groups, {per_cent(cover.rows, cover.of_rows)} of rows"


def part_name(part: Evidence) -> str:
    """A part of a line with several: `false_positive_rate over sex by race`."""
    return part.measure + (f" over {' by '.join(part.grouping)}" if part.grouping else "")


def parts_differ(verdict: Verdict) -> bool:
    """Whether a line has parts besides the two sides of one `between`."""
    return len({part_name(part) for part in verdict.evidence}) > 1


def once(parts: Sequence[Evidence]) -> list[Evidence]:
    """The parts without the second side of a `between`, whose groups are the same."""
    return list({part_name(part): part for part in reversed(parts)}.values())[::-1]


def look_text(looks: Looks) -> str:
    """`3 of 20 at this gate; the bounds allow for all 20`."""
    if not looks.number:
        return f"at this gate that is not counted: {looks.why}; the bounds allow for {looks.budget}"
    again = ", seen before" if looks.repeated else ""
    return f"{looks.number} of {looks.budget} at this gate{again}; the bounds allow for all {looks.budget}"


def usual_confidence(verdicts: Sequence[Verdict]) -> float | None:
    """The confidence of most lines: it stands in the title, and only other ones are said below their line."""
    stated = Counter(verdict.deciding.confidence for verdict in verdicts if verdict.deciding.value is not None)
    return stated.most_common(1)[0][0] if stated else None


def _named(group: tuple[tuple[str, str], ...], row: GroupRow | None, scale: Scale) -> str:
    return group_text(group) + (f" {scale(row.value)}" if row is not None else "")
