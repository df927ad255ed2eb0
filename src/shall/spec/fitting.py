"""Fits one pack to a file: its groups are those of the file, and what the file leaves out has a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from shall.core.requirement import Requirement
from shall.spec.file import Pack
from shall.spec.known import Known
from shall.spec.places import Path as Place
from shall.spec.problems import Problems, did_you_mean
from shall.spec.table import Table

FITTING: Final = ("groups", "without")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A pack whose groups are those of the file."""

    pack: Pack
    lines: Mapping[str, Requirement] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


def fit(pack: Pack, at: Place, root: Mapping[str, Any], known: Known, problems: Problems) -> Fitted:
    """A pack under the groups of the file; what it lacks is told ``at`` the item of `extends`."""
    packs = Table(root, ("packs",), problems)
    fitting = Table(packs.given, ("packs", pack.name), problems)
    fitting.only(FITTING)
    groups = _groups(fitting, pack, known)
    left_out = _left_out(fitting, pack)
    own = own_lines(root)
    lines = {line.name: line for line in pack.requirements if line.name not in left_out}
    needed = [name for line in lines.values() if line.name not in own for name in _named(line) if name in pack.groups]
    for name in dict.fromkeys(needed):
        if name not in groups:
            problems.at_value(at, f'the pack "{pack.name}" needs the group `{name}`: {pack.groups[name]}',
                              _group_fix(name, pack))
    return Fitted(pack, {name: _renamed(line, groups) for name, line in lines.items()}, left_out)


def _groups(fitting: Table, pack: Pack, known: Known) -> dict[str, str]:
    """The group of the file for each group of the pack: the one that is said, else that of the same name."""
    names = [group.name for group in known.groups]
    found = {name: name for name in pack.groups if name in names}
    said = Table(fitting.given, (*fitting.path, "groups"), fitting.problems)
    for name in said.given:
        group = said.text(name, "", "GROUP")
        if name not in pack.groups:
            said.problems.at_key((*said.path, name), f'the pack "{pack.name}" has no group `{name}`',
                                 did_you_mean(name, pack.groups, "its groups are"))
        elif group and group not in names:
            said.wrong(name, f"there is no group `{group}`", known.group_fix(group))
        if group:
            found[name] = group
    found = {name: group for name, group in found.items() if name in pack.groups}
    for name, group in found.items():
        if [*found.values()].index(group) != [*found].index(name):
            said.problems.at_value((*said.path, name), f"`{group}` stands for two groups of the pack",
                                   "name another group for one of them")
    return found


def _left_out(fitting: Table, pack: Pack) -> dict[str, str]:
    """The lines that the file leaves out, each with its reason."""
    without = Table(fitting.given, (*fitting.path, "without"), fitting.problems)
    lines = [line.name for line in pack.requirements]
    for name in without.given:
        if name not in lines:
            without.problems.at_key((*without.path, name), f'the pack "{pack.name}" has no requirement `{name}`',
                                    did_you_mean(name, lines, "it has"))
    return {name: without.text(name, "", "the reason") for name in without.given if name in lines}


def _group_fix(name: str, pack: Pack) -> str:
    lines = [line.name for line in pack.requirements if name in _named(line)]
    reasons = ", ".join(f'{line} = "why"' for line in lines)
    return (f'define it: [groups] {name} = "COLUMN"\n'
            f'or say which of your groups it is: [packs.{pack.name}] groups = {{ {name} = "YOURS" }}\n'
            f"or leave it out with a reason: [packs.{pack.name}] without = {{ {reasons} }}")


def _named(line: Requirement) -> Iterator[str]:
    for grouping in (*line.over, line.within):
        yield from grouping


def _renamed(line: Requirement, groups: Mapping[str, str]) -> Requirement:
    def mine(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(groups.get(name, name) for name in names)

    return replace(line, over=tuple(map(mine, line.over)), within=mine(line.within))


def own_lines(root: Mapping[str, Any]) -> set[str]:
    """The requirements that the file says in its own words: a table without `that` adds to the pack's line."""
    given = root.get("requirements", {})
    lines = given.items() if isinstance(given, dict) else ()
    return {name for name, line in lines if not isinstance(line, dict) or "that" in line}
