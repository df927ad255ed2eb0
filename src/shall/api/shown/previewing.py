"""What a change of a requirement would have meant for everything that was measured before."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from shall.api.service.versioning import KIND as SHIPPED
from shall.api.service.versioning import shipped_with
from shall.api.shown.proposing import store_to_read
from shall.api.shown.remembered import Remembered
from shall.core.proposals import Proposal
from shall.core.requirement import Requirement
from shall.core.store import Record, Store
from shall.core.verdict import Finding
from shall.phases.redeciding import redecided
from shall.reports._layout import plural
from shall.spec import load
from shall.spec.adding import changed, had

KINDS: Final = ("check", "verdicts", "take over")           # of records that hold verdicts
MOST: Final = 1_000                         # verdicts that a preview looks back on


@dataclass(frozen=True, slots=True)
class Case:
    """One earlier verdict, and what it would have been; None where what was kept cannot say."""

    model: str
    at: str                                 # when it was recorded: UTC, ISO 8601
    what: str                               # "check", "window 2016-03"
    before: Finding | None                  # None: nothing was asked by that name then
    after: Finding | None
    record: int
    versions: tuple[str, ...] = ()          # that were shipped with this check

    @property
    def of(self) -> str:
        """What was judged: ``income@7`` where it is a version that is known."""
        return " and ".join(f"{self.model}@{version}" for version in self.versions) or self.model


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would have meant for what was measured before, newest first."""

    name: str
    line: str
    was: str
    cases: tuple[Case, ...]
    text: str                               # of the whole file with the change
    file: str = "shall.toml"

    def __str__(self) -> str:
        """In a sentence."""
        said = [case for case in self.cases if case.after is not None]
        if not self.line:
            return self._dropped()
        if not said:
            return ("what was kept cannot say what this would have meant: it asks for something that was not measured; "
                    f"`{self.command}` puts it to rows")
        turned = [case for case in said if case.after is not case.before]
        if not turned:
            return f"it would have changed none of {plural(len(said), 'verdict')}"
        told = _by_finding([(case, case.after) for case in turned])
        return f"of {plural(len(said), 'verdict')} it would have changed {len(turned)}: {told}"

    @property
    def command(self) -> str:
        """What puts the line to rows; ROWS is theirs to say who run it."""
        file = "" if self.file == "shall.toml" else f" --file {quoted(self.file)}"
        return f"shall propose {quoted(self.name)} {quoted(self.line)} --preview --data ROWS{file}"

    def turned(self) -> tuple[Case, ...]:
        """The verdicts that would have been others; of a line that is dropped all that would not be asked for."""
        return tuple(case for case in self.cases
                     if not self.line or (case.after is not None and case.after is not case.before))

    def _dropped(self) -> str:
        if not self.cases:
            return "nothing was judged by this name so far, and nothing is asked by it any more"
        told = _by_finding([(case, case.before) for case in self.cases])
        return f"{plural(len(self.cases), 'verdict')} would not be asked for any more: {told}"


def quoted(text: str) -> str:
    """One argument for a shell; a line with quotes of its own stays one that can be read."""
    plain = "'" in text and not {*text} & {*'"$`\\!'}
    return f'"{text}"' if plain else shlex.quote(text)


def preview(file: str | Path, name: str, line: str, store: Store | str | None = None) -> Preview:
    """What a change would have meant for everything that was measured before, decided again from the evidence.

    That can be told where the measure, the groups and the filter stay and a bound moves: evidence knows no limit.
    """
    path, was = Path(file), had(Path(file), name)
    text = changed(path, name, line, was)
    subject = load(path).subject.name
    asked = Requirement.parse(line) if line else None
    with store_to_read(path, store) as opened:
        records = _records(opened, subject)
        shipped = opened.records(SHIPPED, subject) if opened else ()
    cases = tuple(replace(case, versions=tuple(dict.fromkeys(str(one["version"]) for one in shipped_with(
        record.body, shipped)))) for record in records[:MOST] for case in _cases(record, name, asked))
    return Preview(name, line, was, cases[:MOST], text, str(file))


def _records(store: Store | None, subject: str) -> Sequence[Record]:
    """The records with verdicts on a subject, the newest first."""
    if isinstance(store, Remembered):
        return store.judged(subject)
    found = [record for kind in KINDS for record in (store.records(kind) if store else ())]
    return sorted((record for record in found if record.subject.partition("@")[0] == subject),
                  key=lambda one: -one.sequence)


def of_proposal(file: str | Path, proposal: Proposal, store: Store | str | None = None) -> Preview:
    """What an open proposal would mean. InputError where the file says something else by now than it stands on."""
    changed(Path(file), proposal.name, proposal.line, proposal.was)
    return preview(file, proposal.name, proposal.line, store)


def _cases(record: Record, name: str, line: Requirement | None) -> Iterator[Case]:
    """The verdict of a record on the requirement of a name, or on one that asks the same."""
    report = record.body.get("report")
    told = record.body if report is None else _read(report)
    window = str(told.get("window", ""))
    what = f"window {window}" if window else "check" if record.kind == "check" else record.kind
    model = record.subject
    for one in told.get("verdicts", ()):
        after = None if line is None else redecided(one, line)
        if one.get("name") == name or after is not None:
            before = Finding(one.get("found", one["verdict"])) if one.get("name") == name else None
            yield Case(model, record.created, what, before, after, record.sequence)
            return


def _read(report: object) -> dict[str, Any]:
    found = json.loads(report) if isinstance(report, str) else report
    return found if isinstance(found, dict) else {}


def _by_finding(cases: Sequence[tuple[Case, Finding | None]]) -> str:
    """`2 broken (…); 1 met (…)`."""
    said = []
    for finding in (Finding.BROKEN, Finding.UNDECIDED, Finding.MET):
        some = [case for case, found in cases if found is finding]
        names = list(dict.fromkeys(f"{case.of}, {case.what}" for case in some))
        few = "; ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        said += [f"{len(some)} {finding} ({few})"] if some else []
    return "; ".join(said)
