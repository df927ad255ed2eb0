"""A check or a build as Markdown: for a pull request, a job summary or a wiki. Names cannot add markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Final

from shall.core.evidence import Evidence
from shall.core.verdict import Finding, Verdict
from shall.reports import _ready, _told
from shall.reports._candidates import Column, asked, counted, few, objective_scale, priced, telling, turned
from shall.reports._figures import bound_text, confidence_text, rows_of, scale_of
from shall.reports._groups import in_order, least_favourable_first, note_of
from shall.reports._layout import clipped, plural, safe
from shall.reports._lines import MARKS, look_text, once, part_name
from shall.reports._settings import parts_of
from shall.reports._shapes import Bought, Built, Checked, Tried
from shall.reports._slices import BAD, Slices, between, figure, none_worse, sentences

MOST: Final = 900_000                       # bytes: GitHub takes 1 MiB a summary
SHOWN: Final = 12                           # groups of a requirement
LONGEST: Final = 300                        # columns of one text
# Signs that mark nothing up where they stand are kept, so that the source can be read too: those of `a_b`, `a <= 1`,
# `a: b`, `a + b`, `[0.1, 2]`; a limit in a cell of its own is one more.
KEPT: Final = (r"(?<=[^\W_])_(?=[^\W_])", r"(?<=\S )[<>]=(?= )", r"(?<=\S):(?= |$)", r"(?<=\S )\+(?= \S)",
               r"\[(?=[^\]]*\d)[-\d., ]+\](?![\[(:])")
MARKUP: Final = re.compile(rf"({'|'.join(KEPT)})|[!-/:-@\[-`{{-~]")
HARMLESS: Final = frozenset("%'\"(),-/.;=?")
BEGIN: Final = re.compile(r"^(\d*)([-.)=])(?=[\s=-]|$)")     # a list, a rule or the line below a title
LINK: Final = re.compile(r"(?i)(www)\.")


def check(report: Checked) -> str:
    """A table of all requirements, then what is broken, undecided or waived with its groups."""
    head, foot = "\n".join(_head(report)) + "\n", "\n".join(_foot(report)) + "\n"
    open_ones = [verdict for verdict in report.verdicts if verdict.verdict is not Finding.MET]
    body, left = "", MOST - len(head.encode()) - len(foot.encode())
    for place, verdict in enumerate(open_ones):
        section = "\n".join(_section(verdict)) + "\n"
        left -= len(section.encode())
        if left < 0:
            body += f"\nand {plural(len(open_ones) - place, 'requirement')} more that are not met\n"
            break
        body += section
    return head + body + foot


def build(built: Built) -> str:
    """The frontier, how the chosen point is made, what each option bought, and the gate."""
    whole = "\n".join([*_built(built), *_gate(built, sections=True)]) + "\n"
    if len(whole.encode()) <= MOST:
        return whole
    return "\n".join([*_built(built), *_gate(built, sections=False)]) + "\n"


def slices(found: Slices) -> str:
    """A table of the worst slices, and what the bounds hold for."""
    head = f"# {escaped(found.subject or 'the subject')}: where {escaped(found.measure)} is {BAD[found.worst]}\n"
    rows = [f"| {'worse' if one.evident else 'perhaps'} | {figure(one.value)} | "
            f"{escaped(between(one.low, one.high))} | "
            f"{figure(one.rest)} | {one.n:,} | {escaped(one.filter)} |" for one in found.slices]
    table = ["| | value | bounds | all others | n | slice |", "|---|---:|---|---:|---:|---|", *rows] if rows else [
        none_worse(found)]
    said = [f"\n{escaped(text)}" for text in (*sentences(found), *found.notes)]
    about = f"{found.rows:,} rows; of {escaped(rows_of(found.where))} {figure(found.value)}\n"
    return "\n".join([head, about, *table, *said]) + "\n"


def escaped(text: str) -> str:
    """A text that Markdown shows as it is: no markup, no HTML, no link, no mention, one line."""
    plain = clipped(safe(text), LONGEST)
    kept = MARKUP.sub(lambda match: match[0] if match[1] or match[0] in HARMLESS else f"&#{ord(match[0])};",
                      plain.strip())
    return BEGIN.sub(lambda match: f"{match[1]}&#{ord(match[2])};", LINK.sub(r"\1&#46;", kept))


def limited(text: str) -> str:
    """A text for a cell of a table, where `>=` at the beginning is no quotation."""
    sign = next((sign for sign in (">= ", "<= ") if text.startswith(sign)), "")
    return sign + escaped(text.removeprefix(sign))


def _head(report: Checked) -> Iterator[str]:
    counts = Counter(verdict.verdict for verdict in report.verdicts)
    order = (Finding.BROKEN, Finding.UNDECIDED, Finding.WAIVED, Finding.MET)
    found = ", ".join(f"{counts[kind]} {kind}" for kind in order if counts[kind]) or "nothing decided"
    yield f"## {escaped(report.subject or 'shall check')}: {found}"
    yield ""
    words = (PurePath(report.file).name, f"{report.rows:,} rows", report.on)
    yield " · ".join(escaped(word) for word in words if word)
    yield ""
    yield from _table(("", "requirement", "value", "bounds", "limit", "n"), "<<>>>>",
                      [_row(verdict) for verdict in report.verdicts])


def _built(built: Built) -> Iterator[str]:
    shown, named = telling(built), [escaped(column.name) for column in telling(built)]
    yield f"## {escaped(built.subject or 'shall build')}: {'model found' if built.found else 'no model found'}"
    yield ""
    yield f"{built.train_rows:,} rows to learn from · {built.rows:,} at the gate · {counted(built)}"
    found = "" if built.ready is None else f"the rows to learn from: {_ready.counted(built.ready.findings)}"
    for text in (built.in_the_way, *built.helps, *built.notes, found):
        if text:
            yield f"- {escaped(text)}"
    yield from ("", "### The frontier", "", escaped(priced(built)), "")
    rows = [[words, "", *(limited(text) for text in texts)] for words, texts in asked(shown)]
    rows += [[_emphasised(one.name, one), *_figures(built, one, shown)] for one in few(built)]
    yield from _table(("candidate", escaped(built.objective), *named), "<" + ">" * (len(named) + 1), rows)
    for one in built.tried:
        if one.chosen:
            yield from ("", "### The chosen point", "")
            yield from _table(("part", "method", "settings"), "<<<",
                              [[escaped(word) for word in part] for part in parts_of(one.made)])
    for bought in built.bought:
        yield from _options(built, bought, shown)
    if built.faults:
        yield from ("", "### Trials without a candidate", "")
        yield from (f"- {len(fault.trials):,}: {escaped(fault.reason)}" for fault in built.faults)


def _options(built: Built, bought: Bought, shown: Sequence[Column]) -> Iterator[str]:
    yield from ("", f"### What each {bought.part} bought", "")
    rows = [[_emphasised(option.name, option.best), *_figures(built, option.best, shown)] for option in bought.options]
    yield from _table((bought.part, escaped(built.objective), *(escaped(column.name) for column in shown)),
                      "<" + ">" * (len(shown) + 1), rows)


def _emphasised(name: str, one: Tried) -> str:
    return f"**{escaped(name)}** (chosen)" if one.chosen else escaped(name)


def _figures(built: Built, one: Tried, shown: Sequence[Column]) -> Iterator[str]:
    yield escaped(objective_scale(built)(turned(built, one.objective)))
    yield from (escaped(column.cell(one)[0]) for column in shown)


def _gate(built: Built, *, sections: bool) -> Iterator[str]:
    if not built.verdicts:
        return
    yield from ("", "### At the gate", "")
    yield from _table(("", "requirement", "value", "bounds", "limit", "n"), "<<>>>>",
                      [_row(verdict) for verdict in built.verdicts])
    for verdict in built.verdicts:
        if sections and verdict.verdict is not Finding.MET:
            yield from _section(verdict)
    if built.looks is not None:
        yield from ("", f"Look {look_text(built.looks)}.")


def _foot(report: Checked) -> Iterator[str]:
    yield ""
    if report.looks is not None:
        yield f"Look {look_text(report.looks)}."
    for name, digest in sorted(report.digests.items()):
        yield f"Digest of {escaped(name)}: {escaped(digest)}  "


def _row(verdict: Verdict) -> list[str]:
    part, scale = verdict.deciding, scale_of(verdict, verdict.deciding)
    return [f"{MARKS[verdict.verdict]} {verdict.verdict}".replace("~", "&#126;"), escaped(verdict.name),
            escaped(scale(part.value)), escaped(scale.between(part.low, part.high)),
            limited(bound_text(verdict, part)), f"{part.n:,}"]


def _section(verdict: Verdict) -> Iterator[str]:
    yield ""
    yield f"### {escaped(_told.sentence(verdict))}"
    yield ""
    for line in _told.lines(verdict):
        yield f"- {escaped(line)}"
    for part in once(verdict.evidence):
        if len(part.groups) > 1:
            yield from _groups(verdict, part)


def _groups(verdict: Verdict, part: Evidence) -> Iterator[str]:
    ordered = least_favourable_first(part)
    scale = scale_of(verdict, part)
    names = [name for name, _ in part.groups[0].group]
    rows = [[*(escaped(value) for _, value in row.group), f"{row.rows:,}", f"{row.n:,}", escaped(scale(row.value)),
             escaped(scale.between(row.low, row.high)), escaped(note_of(row, part))] for row in ordered[:SHOWN]]
    left = len(ordered) - len(rows)
    said = f"{len(rows)} of {plural(len(ordered), 'group')}" if left else plural(len(ordered), "group")
    yield ""
    yield f"<details><summary>{escaped(part_name(part))}: {said}, {in_order(part)}</summary>"
    yield ""
    bounds = f"{confidence_text(part.confidence)} bounds"
    yield from _table((*(escaped(name) for name in names), "rows", "n", "value", bounds, "note"),
                      "<" * len(names) + ">>>><", rows)
    yield ""
    yield "</details>"


def _table(titles: Sequence[str], align: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield f"|{'|'.join('---:' if side == '>' else '---' for side in align)}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
