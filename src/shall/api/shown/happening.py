"""What a record says in one sentence, for the life of its model."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from shall.api.life.recording import FURTHER
from shall.core.branches import VERSION
from shall.core.refuted import Refuted
from shall.core.store import Record
from shall.reports._alarms import about_of
from shall.spec.fleets import NAME

WITH_VERDICTS: Final = ("build", "check", FURTHER, "take over", "verdicts")
NO_LIFT: Final = "It does not count: no key that is trusted here has signed it for a recall that stood then."
REFUTED: Final = "refuted"                  # kind of an event, of a record of verdicts
ORDER: Final = ("broken", "undecided", "waived", "met")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a model. ``name``: of the requirement that it is about, if it is of one."""

    record: int
    at: str                                 # UTC, ISO 8601
    kind: str                               # as in `core.store.KINDS`, or `REFUTED`
    version: str
    words: str
    name: str = ""
    window: str = ""
    worst: str = ""                         # of the verdicts that it brought, if any
    way: str = ""                           # of a response: alert, abstain, …
    by: str = ""                            # who has begun it, where that is known
    counts: bool = True                     # False: a lift that lifted nothing


def subject_of(subject: str) -> tuple[str, str]:
    """The name and the version of ``income@7``, or ``income@7.rules``; what is not of that form is a name."""
    name, at, version = subject.rpartition("@")
    return (name, version) if at and NAME.fullmatch(name) and VERSION.fullmatch(version) else (subject, "")


def event_of(record: Record) -> Event | None:
    """What a record tells of a model; None where it tells nothing of one."""
    tell = TOLD.get(record.kind)
    if tell is None:
        return None
    _, version = subject_of(record.subject)
    body = {**record.body, "verdicts": [*verdicts_of(record)]}
    return Event(record.sequence, record.created, record.kind, version or str(body.get("version") or ""), tell(body),
                 str(body.get("name") or ""), str(body.get("window") or ""), worst_of(body.get("verdicts")),
                 str(body.get("response") or "") if record.kind == "response" else "",
                 str(body.get("by") or ""))


def refuted_of(record: Record) -> Iterator[Event]:
    """The estimates of a window that were recorded as decided, and that its labels refute."""
    if record.kind != "verdicts":
        return
    _, version = subject_of(record.subject)
    window = str(record.body.get("window") or "")
    for said in record.body.get("refuted") or ():
        one = Refuted(*(str(said.get(part) or "") for part in Refuted._fields))
        yield Event(record.sequence, record.created, REFUTED, version, f"{one.told(window)}.", one.name, window)


def void(event: Event) -> Event:
    """A lift that lifted nothing, which says so."""
    return replace(event, words=f"{event.words}. {NO_LIFT}", counts=False)


def worst_of(verdicts: Any) -> str:
    """The worst verdict of some, by its word; nothing where there is none."""
    found = {str(one.get("verdict")) for one in verdicts or () if isinstance(one, Mapping)}
    return next((kind for kind in ORDER if kind in found), "")


def verdicts_of(record: Record) -> Iterator[Mapping[str, Any]]:
    """The verdicts that a record holds, as JSON."""
    body = record.body
    found = _report(body).get("verdicts") if record.kind == "check" else body.get("verdicts")
    if record.kind in WITH_VERDICTS and isinstance(found, list):
        yield from (one for one in found if isinstance(one, Mapping))


def _report(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The report of a check: it is kept as its text."""
    try:
        report = json.loads(body["report"])
    except (KeyError, TypeError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}


def verdicts_text(verdicts: Any) -> str:
    """`2 broken, 5 met`; worst first."""
    counts = Counter(str(one.get("verdict")) for one in verdicts or () if isinstance(one, Mapping))
    return ", ".join(f"{counts[kind]} {kind}" for kind in ORDER if counts[kind]) or "no requirement"


def _build(body: Mapping[str, Any]) -> str:
    found = "A model was found and certified" if body.get("found") else "No model was found"
    return f"{found}: {verdicts_text(body['verdicts'])}." if body["verdicts"] else f"{found}."


def _check(body: Mapping[str, Any]) -> str:
    return f"Checked: {verdicts_text(body.get('verdicts'))}."


def _took_over(body: Mapping[str, Any]) -> str:
    if body.get("taken"):
        return f"The apprentice {body.get('version')} took over."
    may = "it may take over" if body.get("may") else "it may not take over yet"
    return f"The apprentice was looked at: {may} ({verdicts_text(body.get('verdicts'))})."


def _by(body: Mapping[str, Any]) -> str:
    return f" by {body['by']}" if body.get("by") else ""


def _alarm(body: Mapping[str, Any]) -> str:
    about = f", {about_of(str(body['about']), str(body.get('line') or ''))}" if body.get("about") else ""
    row = f" at row {body['row']:,}" if isinstance(body.get("row"), int) else ""
    return f"Alarm of {body.get('name')}{about}{row}."


def _response(body: Mapping[str, Any]) -> str:
    if body.get("ended"):
        ways = ", ".join(map(str, body.get("ways") or ()))
        return (f"What was done about {body.get('name')}{f' ({ways})' if ways else ''} was ended{_by(body)}: "
                f"{body.get('why') or 'nobody said why'}")
    did = str(body.get("did") or body.get("response") or "")
    return f"{did[:1].upper()}{did[1:]}" + ("" if did.endswith(".") else ".")


TOLD: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "alarm": _alarm,
    "approval": lambda body: f"Approved{_by(body)}.",
    "build": _build,
    "check": _check,
    "in charge": lambda body: f"Version {body.get('version')} answers from now on.",
    "in service": lambda body: "Taken into service.",
    "lifted": lambda body: f"The recall was lifted{_by(body)}: {body.get('why', '')}",
    "recall": lambda body: f"Recalled{_by(body)}: {body.get('why', '')}",
    "response": _response,
    "shipped": lambda body: f"Packed as version {body.get('version')}.",
    "take over": _took_over,
}
