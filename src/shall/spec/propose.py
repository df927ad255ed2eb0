"""Proposes a shall file for a table, every guess with the value measured now."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from shall.core.log import ROLES, GroupDef
from shall.core.requirement import Requirement
from shall.reports._layout import plural
from shall.spec.file import Pack
from shall.spec.guesses import (
    PROTECTED,
    ColumnProfile,
    Guess,
    Kind,
    Profile,
    guess_groups,
    guess_kind,
    guess_positive,
    guess_target,
)
from shall.spec.usual import NO_WORDS, About, Useless, kept, useless, usual_lines

WIDTH: Final = 64                                   # of a line, or of a comment, that the other may stand beside


class Line(NamedTuple):
    """A line of the file and its comment."""

    content: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """The value of a proposed requirement now, with its bounds."""

    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""                                  # the worst group, or why there is no value


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed; measure ``requirements``, then write it all with ``proposed_text``."""

    profile: Profile
    target: Guess | None
    positive: Guess | None
    groups: tuple[tuple[GroupDef, Guess], ...]
    requirements: tuple[Requirement, ...]
    packs: tuple[Pack, ...] = ()
    kind: Kind = "binary"
    usual: Useless = NO_WORDS                       # what a model without any use reaches

    @property
    def label(self) -> ColumnProfile | None:
        """The column of the target."""
        return next((one for one in self.profile.columns if self.target and one.name == self.target.value), None)

    @property
    def answer(self) -> ColumnProfile | None:
        """The column that tells what is predicted: the target's, else that of the decisions."""
        return self.label or self.profile.decision

    @property
    def decided(self) -> bool:
        """Whether a model has answered these rows already."""
        return bool({"score", "decision"} & set(self.profile.roles)) or self._by_class

    @property
    def scored(self) -> bool:
        """Whether there are scores, or will be: a model of a table without answers gives some."""
        return "score" in self.profile.roles or self._by_class or not self.decided

    @property
    def _by_class(self) -> bool:
        """Whether each class of the label has a score of its own."""
        names = {column.name for column in self.profile.columns}
        classes = [value for value, _ in self.label.values] if self.label else []
        return len(classes) > 2 and any(names >= {prefix + value for value in classes}
                                        for prefix in self.profile.prefixes)

    @property
    def turned(self) -> Proposal | None:
        """The same with the other of two labels as the positive one; None where there are not two."""
        if self.target is None or self.positive is None:
            return None
        values = next(column.values for column in self.profile.columns if column.name == self.target.value)
        others = [value for value, _ in values if value != self.positive.value]
        if len(others) != 1:
            return None
        return replace(self, positive=Guess(others[0], "the value that high scores go with"))


def propose(profile: Profile, target_column: str | None = None, packs: tuple[Pack, ...] = ()) -> Proposal:
    """Guess the label (unless it is said), its positive value, the groups, and what to require of them."""
    target = Guess(target_column, "") if target_column else guess_target(profile)
    column = next((column for column in profile.columns if target and column.name == target.value), None)
    kind = guess_kind(column or profile.decision)
    roles = profile.of_numbers if kind == "regressor" else profile.roles
    said = {role: name for role, name in roles.items() if role == "label" or not target or name != target.value}
    profile = replace(profile, roles=said)
    positive = _positive(column, profile.decision) if kind == "binary" else None
    groups = guess_groups(profile, target.value if target else None)
    made = Proposal(profile, target, positive, groups, (), packs, kind, useless(kind, column))
    about = About(kind, column is not None and (kind != "binary" or positive is not None), made.scored, made.usual)
    lines = usual_lines(about, [group.name for group, _ in groups if group.name in PROTECTED])
    return replace(made, requirements=tuple(replace(Requirement.parse(line), name=name) for name, line in lines))


def _positive(label: ColumnProfile | None, decision: ColumnProfile | None) -> Guess | None:
    """The positive value of the label; of the decision where there is none."""
    if label or decision is None:
        return guess_positive(label) if label else None
    return guess_positive(decision, "decisions")


def proposed_text(proposal: Proposal, measured: Mapping[str, Measured] | None = None) -> str:
    """The file as text; ``measured`` by the name of the requirement."""
    measured = measured or {}
    sections = (_top(proposal), _subject(proposal), _data(proposal), _columns(proposal), _groups(proposal),
                _packs(proposal), _requirements(proposal, measured), _watch(proposal))
    laid_out = ("\n".join(_laid_out(list(section))) for section in sections)
    return "\n\n".join(text for text in laid_out if text) + "\n"


def _top(proposal: Proposal) -> Iterator[Line]:
    yield Line("# What this model shall satisfy. Proposed by `shall init`: read every line, change what is wrong.")
    yield Line("shall = 1")
    yield Line("confidence = 95", "per cent, one-sided, for each line")
    if proposal.packs:
        yield Line(f"extends = [{', '.join(_text(pack.name) for pack in proposal.packs)}]",
                   "`shall describe NAME` shows a pack")


def _subject(proposal: Proposal) -> Iterator[Line]:
    profile = proposal.profile
    yield Line("[subject]")
    number, answer = proposal.kind == "regressor", proposal.answer
    yield Line(f'kind = "{"regressor" if number else "classifier"}"', _what(answer) if number and answer else "")
    if proposal.target:
        yield Line(f"target = {_text(proposal.target.value)}", f"the label column{_how(proposal.target)}")
    else:
        yield Line('# target = "COLUMN"', "the label column; none was found: --target names it")
    if number:
        return
    if proposal.kind == "multiclass" and answer:
        yield Line(f"classes = [{', '.join(map(_text, _classes(answer)))}]", _shown(answer))
        return
    if proposal.positive:
        yield Line(f"positive = {_text(proposal.positive.value)}", proposal.positive.because)
    else:
        yield Line('positive = "1"', "the value of a positive decision")
    if "decision" not in profile.roles:
        yield Line("threshold = 0.5", "a score from here on is a positive decision")


def _what(label: ColumnProfile) -> str:
    low, high = label.low or 0.0, label.high or 0.0
    return f"a number is predicted: {label.distinct:,} different values, from {low:g} to {high:g}"


def _classes(label: ColumnProfile) -> list[str]:
    """The values of a label in the order of numbers, or of text."""
    values = [value for value, _ in label.values]
    return sorted(values, key=float if all(value.lstrip("-").isdigit() for value in values) else str)


def _shown(label: ColumnProfile) -> str:
    rows = dict(label.values)
    told = ", ".join(f"{value}: {plural(rows[value], 'row')}" for value in _classes(label)[:5])
    return f"{label.distinct} classes; {told}" + (", ..." if label.distinct > 5 else "")


def _how(guess: Guess) -> str:
    return f", guessed {guess.because}" if guess.because else ""


def _data(proposal: Proposal) -> Iterator[Line]:
    profile, decided = proposal.profile, proposal.decided
    size = f"{plural(profile.rows, 'row')}, {plural(len(profile.columns), 'column')}"
    yield Line("[data]")
    yield Line(f"{'log' if decided else 'train'} = {_text(profile.path)}", size)
    if not decided:
        yield Line('# gate = "gate.parquet"', "rows that the search never sees; `shall split` makes them")


def _columns(proposal: Proposal) -> Iterator[Line]:
    target = proposal.target.value if proposal.target else None
    by_name = {column.name: column for column in proposal.profile.columns}
    roles = [(role, proposal.profile.roles[role]) for role in ROLES if role in proposal.profile.roles]
    roles = [(role, name) for role, name in roles if name != target]
    if roles:
        yield Line("[columns]")
        yield from (Line(f"{role} = {_text(name)}", _about(by_name.get(name))) for role, name in roles)


def _about(column: ColumnProfile | None) -> str:
    if column is None:
        return "guessed by its name"
    span = f", from {column.low:g} to {column.high:g}" if column.low is not None and column.high is not None else ""
    lacks = f", missing in {plural(column.missing, 'row')}" if column.missing else ""
    return f"guessed by its name: {plural(column.distinct, 'value')}{span}{lacks}"


def _groups(proposal: Proposal) -> Iterator[Line]:
    if not proposal.groups:
        return
    yield Line("[groups]")
    for group, found in proposal.groups:
        yield Line(f"{_key(group.name)} = {_definition(group)}", found.because)


def _packs(proposal: Proposal) -> Iterator[Line]:
    """Lines of packs that need a group which was not found are left out, and that is said."""
    found = {group.name for group, _ in proposal.groups}
    for pack in proposal.packs:
        lacking = {line.name: missing for line in pack.requirements
                   if (missing := next((name for over in line.over for name in over
                                        if name in pack.groups and name not in found), ""))}
        if lacking:
            reasons = ", ".join(f"{_key(line)} = {_text(f'no group {group}')}" for line, group in lacking.items())
            yield Line(f"[packs.{_key(pack.name)}]")
            yield Line(f"without = {{ {reasons} }}", "no column was found for it: define the group, or give the reason")


def _definition(group: GroupDef) -> str:
    if group.cut:
        return f"{{ column = {_text(group.column)}, cut = [{', '.join(f'{edge:g}' for edge in group.cut)}] }}"
    if group.at_least:
        return f'{{ column = {_text(group.column)}, at_least = {group.at_least}, rest = "{group.rest}" }}'
    return _text(group.column)


def _requirements(proposal: Proposal, measured: Mapping[str, Measured]) -> Iterator[Line]:
    yield Line("[requirements]")
    for requirement in proposal.requirements:
        now = measured.get(requirement.name)
        if requirement.name == "useful" and now and now.value is not None:
            requirement = replace(requirement, bound=kept(now.value, proposal.kind))
        comment = _now(now)
        if now and now.value is None and not proposal.decided:
            comment = "not measured: no model has answered these rows"
        if requirement.name == "useful" and proposal.usual.words:
            comment = f"{comment}; {proposal.usual.words}"
        yield Line(f"{requirement.name} = {_text(str(requirement))}", comment)


def _now(measured: Measured | None) -> str:
    if measured is None:
        return "not measured yet"
    if measured.value is None:
        return measured.note or "cannot be measured yet"
    low, high = measured.low, measured.high
    # A fact of the file has no bounds of its own.
    bounds = "" if low is None or high is None or low == high else f" ({_figure(low)} to {_figure(high)})"
    return f"now {_figure(measured.value)}{bounds}" + (f", {measured.note}" if measured.note else "")


def _figure(value: float) -> str:
    """Four figures, or a whole number with its thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 1_000 and math.isfinite(value) else f"{value:.4g}"


def _watch(proposal: Proposal) -> Iterator[Line]:
    timed = "time" in proposal.profile.roles
    yield Line("[watch]")
    yield Line(f'windows = ["{"1 month" if timed else "10000 rows"}"]', "verdicts are given for each window")
    yield Line('false_alarms = "1 per year"', "what alarms may cost")


def _laid_out(lines: list[Line]) -> Iterator[str]:
    """Comments beside the lines, under one another; above where one of both is long."""
    beside = [line for line in lines if len(line.content) <= WIDTH and len(line.comment) <= WIDTH]
    width = max((len(line.content) for line in beside if line.comment), default=0)
    for line in lines:
        # A comment may hold whatever a value of the data holds.
        clean = "".join(character if character.isprintable() else " " for character in line.comment)
        if not clean:
            yield line.content
        elif line in beside:
            yield f"{line.content.ljust(width)}  # {clean}"
        else:
            yield from (f"# {clean}", line.content)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(text: str) -> str:
    """A TOML text in double quotes."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
