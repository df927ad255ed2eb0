"""What is proposed to be required: changes of lines of a shall file, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from shall.core.store import Record

PROPOSAL: Final = "proposal"                # kinds of records, whose subject is that of the shall file
SIGNED: Final = "signed"
DECLINED: Final = "declined"
KINDS: Final = (PROPOSAL, SIGNED, DECLINED)
State = Literal["open", "signed", "declined"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Another line for a requirement. ``line`` is empty where it is to be dropped, ``was`` where it is new."""

    number: int                             # the place of its record in the store
    subject: str
    name: str
    line: str
    was: str
    why: str
    by: str
    on: str                                 # when: UTC, ISO 8601
    state: State = "open"
    ended_by: str = ""                      # who signed or declined it
    ended_on: str = ""
    ended_why: str = ""
    ended: int = 0                          # the place of the record that ended it

    @property
    def change(self) -> str:
        """What it does to the file, in one line."""
        if not self.line:
            return f"drop {self.name} = {self.was}"
        return f"add {self.name} = {self.line}" if not self.was else f"{self.name} = {self.line}, was {self.was}"


def body(name: str, line: str, was: str, why: str, by: str) -> dict[str, Any]:
    """What the record of a proposal says."""
    return {"name": name, "line": line, "was": was, "why": why, "by": by}


def ending(proposal: Proposal, why: str, by: str) -> dict[str, Any]:
    """What the record says that signs or declines it: with the change itself, so that a signature covers it."""
    return {"of": proposal.number, "name": proposal.name, "line": proposal.line, "was": proposal.was, "why": why,
            "by": by}


def proposals(records: Iterable[Record]) -> tuple[Proposal, ...]:
    """All of them in their order, of the records of all `KINDS`; the first record that ends one counts."""
    found: dict[int, Proposal] = {}
    for record in sorted(records, key=lambda record: record.sequence):
        told = record.body
        if record.kind == PROPOSAL:
            name, line, was, why, by = (str(told.get(key, "")) for key in ("name", "line", "was", "why", "by"))
            found[record.sequence] = Proposal(record.sequence, record.subject, name, line, was, why, by, record.created)
        elif (one := found.get(int(told.get("of", 0)))) is not None and one.state == "open":
            state: State = "signed" if record.kind == SIGNED else "declined"
            found[one.number] = replace(one, state=state, ended_by=str(told.get("by", "")), ended_on=record.created,
                                        ended_why=str(told.get("why", "")), ended=record.sequence)
    return tuple(found.values())
