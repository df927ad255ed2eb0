"""Reads ``[requirements]``: lines, and tables that say the same and more."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final

from shall.core.lexer import Fault
from shall.core.line import Line
from shall.core.parse import read
from shall.core.requirement import Requirement, Waiver
from shall.core.responses import STOP, TO, WAYS, branch_of, falls_back
from shall.spec.arguments import Mark
from shall.spec.known import Known
from shall.spec.mentions import named_columns
from shall.spec.names import check_names
from shall.spec.places import Path
from shall.spec.problems import Problems, did_you_mean, misspelt, nearest
from shall.spec.table import Table, kind_of

MAX_REQUIREMENTS: Final = 1_000
LONG: Final = ("that", "why", "controls", "phases", "on_broken", "waive")
PHASES: Final = ("build", "check", "watch")
WAIVER: Final = ("until", "by", "why")
EXAMPLE: Final = 'write: useful = "roc_auc >= 0.75"'


def read_requirements(root: Mapping[str, Any], known: Known, problems: Problems, keys: Sequence[str] = LONG,
                      packs: Mapping[str, Requirement] | None = None) -> tuple[Requirement, ...]:
    """Every requirement that can be read; ``packs`` are those that the file has without saying them."""
    table = Table(root, ("requirements",), problems, '[requirements], and in it NAME = "roc_auc >= 0.75"')
    packs = packs or {}
    nothing = not table.given and not packs and isinstance(root.get("requirements", {}), dict)
    unread = bool(root.get("extends")) and bool(problems.sorted())       # the packs may have them
    if nothing and not unread and not misspelt("requirements", root):
        problems.at_key(("requirements",), "there is no requirement", f"add: [requirements], and in it {EXAMPLE[7:]}")
    if len({*table.given, *packs}) > MAX_REQUIREMENTS:
        also = ", with those of its packs" if packs else ""
        problems.at_key(("requirements",), f"there are more than {MAX_REQUIREMENTS:,} requirements{also}",
                        "divide the file")
        return ()
    found = (_added(table, name, packs[name], known) if _adds(table.given[name], name, packs)
             else _requirement(table, name, known, keys, packs) for name in table.given)
    own = tuple(requirement for requirement in found if requirement is not None)
    return (*own, *(line for name, line in packs.items() if name not in table.given))


def _adds(given: object, name: str, packs: Mapping[str, Requirement]) -> bool:
    return name in packs and isinstance(given, dict) and "that" not in given


def _added(table: Table, name: str, line: Requirement, known: Known) -> Requirement:
    """The line of a pack, and what the file adds to it: a waiver, other phases."""
    long = Table(table.given, ("requirements", name), table.problems)
    long.only(LONG)
    extra = _extra(long, known)
    if "phases" in long:
        extra["phases"] = _phases(long, line, known)
    return replace(line, **{key: value for key, value in extra.items() if key in long})


def _requirement(table: Table, name: str, known: Known, keys: Sequence[str],
                 packs: Iterable[str] = ()) -> Requirement | None:
    problems = table.problems
    given, path = table.given[name], ("requirements", name)
    if isinstance(given, str):
        line = _line(given, path, known, problems)
        return None if line is None else _made(line, name, phases=_phases_of(line, known))
    if not isinstance(given, dict):
        fix = "give each line a name of its own" if isinstance(given, list) else f'write: {name} = "roc_auc >= 0.75"'
        problems.at_value(path, f"a requirement is a text, not {kind_of(given)}", fix)
        return None
    long = Table(table.given, path, problems)
    strays = _strays(long)
    long.only((*keys, *strays))
    extra = _extra(long, known)
    if "that" not in long and strays:
        return None
    if "that" not in long:
        what = "its waiver waives nothing" if "waive" in long else "it says nothing"
        near = nearest(name, packs)
        fix = f"did you mean `{near}` of a pack?" if near else 'add: that = "roc_auc >= 0.75"'
        problems.at_key(path, f"the requirement `{name}` has no line: {what}", fix)
        _phases(long, None, known)
        return None
    text = long.text("that", "", "roc_auc >= 0.75")
    line = _line(text, (*path, "that"), known, problems) if text else None
    phases = _phases(long, line, known)
    return None if line is None else _made(line, name, phases=phases, **extra)


def _strays(long: Table) -> list[str]:
    """Lines that TOML puts into this table, though they were meant to stand beside it."""
    strays = [key for key, said in long.given.items()
              if key not in LONG and isinstance(said, str) and any(sign in said for sign in (">=", "<=", "between"))]
    name = long.path[-1]
    for key in strays:
        fix = f"what follows [requirements.{name}] belongs to it: write this line above, below [requirements]"
        if "that" not in long:
            fix = f'a name with a dot in it stands in quotes: "{name}.{key}" = …'
        long.problems.at_key((*long.path, key), f"`{key}` is a line inside the requirement `{name}`", fix)
    return strays


def _extra(long: Table, known: Known) -> dict[str, Any]:
    return {
        "why": long.text("why", "", "internal standard 4.2"),
        "controls": long.texts("controls", '"NIST AI RMF MEASURE 2.7"'),
        "on_broken": _on_broken(long),
        "waive": _waiver(long, known.on),
    }


def _on_broken(long: Table) -> tuple[str, ...]:
    """One way to respond, or a list of several that go together."""
    said = long.given.get("on_broken")
    listed = isinstance(said, list)
    ways = long.texts("on_broken", '"alert", "abstain"') if listed else (long.text("on_broken", "alert", "alert"),)
    for index, way in enumerate(ways):
        if way not in WAYS and not branch_of(way):
            path = (*long.path, "on_broken", *((index,) if listed else ()))
            long.problems.at_value(path, f'there is no on_broken "{way}"', _meant(way))
    if listed and not said:
        long.wrong("on_broken", "`on_broken` is empty", 'write: on_broken = "alert"')
    falls = [way for way in ways if falls_back(way)]
    if STOP in ways and falls:
        long.wrong("on_broken", "what is stopped answers no more, so nothing falls back",
                   f'leave "stop" or "{falls[0]}" out')
    if len(falls) > 1:
        long.wrong("on_broken", "one answers in its place, and not several", f'leave "{falls[0]}" or "{falls[1]}" out')
    return ways or ("alert",)


def _meant(way: str) -> str:
    if way.startswith(TO.rstrip()):
        return "a branch has a-z, 0-9, _ and -, and is at most 32 long: fall back to rules"
    return did_you_mean(way, (*WAYS, f"{TO}BRANCH"), "there are")


def _made(line: Line, name: str, **extra: Any) -> Requirement:
    return Requirement(**{part.name: getattr(line, part.name) for part in fields(Line)}, name=name, **extra)


def _line(text: str, path: Path, known: Known, problems: Problems) -> Line | None:
    try:
        parsed = read(text)
    except Fault as fault:
        if path[-1] in LONG[1:]:                    # under [requirements] itself
            fix = "put it under a table with a name: [requirements.NAME]"
            problems.at_key(path, f"`{path[-1]}` is no requirement", fix)
        else:
            problems.inside(path, fault.start, fault.message, fault.fix)
        return None
    def complain(mark: Mark, message: str, fix: str) -> None:
        problems.inside(path, parsed.marks.get(mark, 0), message, fix)

    line = check_names(parsed, known, complain)
    for name, start in named_columns(line, parsed.marks):
        problems.mention(path, name, start)
    return line


def _phases(table: Table, line: Line | None, known: Known) -> tuple[str, ...]:
    if "phases" not in table:
        return _phases_of(line, known) if line else PHASES
    phases = table.texts("phases", '"build", "check"')
    if table.given["phases"] == []:
        table.wrong("phases", "a requirement without a phase is never looked at", 'write: phases = ["build", "check"]')
    for index, phase in enumerate(phases):
        path = (*table.path, "phases", index)
        if phase not in PHASES:
            table.problems.at_value(path, f'there is no phase "{phase}"', did_you_mean(phase, PHASES, "there are"))
        elif phase == "watch" and line and (dead := _not_live(line, known)):
            live = [name for name, found in known.measures.items() if found.card.live]
            near = nearest(dead, live)
            fix = f"watch `{near}` in place of it, or leave" if near else "leave"
            table.problems.at_value(path, f"`{dead}` cannot be watched live", f'{fix} "watch" out of the phases')
        elif phase == "watch" and line and line.population is not None:
            fix = f'watch the rows as they are, "{replace(line, population=None)}", or leave "watch" out of the phases'
            table.problems.at_value(path, f"a line on `{line.population}` cannot be watched live: its weights are "
                                          "learned from all rows together", fix)
    return tuple(phase for phase in PHASES if phase in phases)


def _phases_of(line: Line, known: Known) -> tuple[str, ...]:
    """All of them, without `watch` where a measure or a population cannot be watched."""
    return PHASES[:2] if _not_live(line, known) or line.population is not None else PHASES


def _not_live(line: Line, known: Known) -> str:
    """The first measure that cannot be watched from counts alone."""
    names = [call.name for call in line.measures if call.name in known.measures]
    return next((name for name in names if not known.measures[name].card.live), "")


def _waiver(table: Table, on: datetime.date) -> Waiver | None:
    if "waive" not in table:
        return None
    example = f'waive = {{ until = {on.year + 1}-01-31, by = "risk committee", why = "retraining planned" }}'
    waive = Table(table.given, (*table.path, "waive"), table.problems, example)
    if not isinstance(table.given["waive"], dict):
        return None
    waive.only(WAIVER)
    for key in WAIVER:
        if key not in waive:
            example = f"{on.year + 1}-01-31" if key == "until" else '"…"'
            waive.problems.at_key(waive.path, f"the waiver does not say `{key}`", f"add: {key} = {example}")
    by, why = waive.text("by", "", "risk committee"), waive.text("why", "", "retraining planned")
    until = waive.given.get("until", on)
    if not isinstance(until, datetime.date) or isinstance(until, datetime.datetime):
        fix = f"write: until = {on.year + 1}-01-31"
        waive.wrong("until", "`until` is a date, without quotes and without a time", fix)
        return None
    if until < on:
        waive.wrong("until", f"the waiver ended on {until}", "mend what is broken, or have the waiver renewed")
    return Waiver(until, by, why)
