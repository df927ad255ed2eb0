"""One record of the store, as it was written."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any, Final

from shall.api.shown.happening import event_of, refuted_of, subject_of, verdicts_of
from shall.api.shown.reviewing import withheld
from shall.core.errors import Unknown
from shall.core.reviews import REVIEW
from shall.core.store import KINDS, Record
from shall.page import addresses
from shall.page.said import badge_of, coded, moment
from shall.page.site import Asked, Shown, Site
from shall.page.small import hides
from shall.page.travel import sent
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

MOST: Final = 60_000                        # characters of a body that are shown
DIGITS: Final = 15                          # of the number of a record
UNSETTLED: Final = ("What was said is withheld from all but the regulator until the case is settled: two agree, or a "
                    "third has decided. So are the digests: they would tell which of a few words it was.")


def view(site: Site, asked: Asked) -> Shown:
    """Everything that a record says, and the chain that it is part of."""
    number = asked.path["record"]
    if not number.isdecimal():
        raise Unknown("a record has a number")
    record = site.evidence.record(int(number[:DIGITS]))
    name, _ = subject_of(record.subject)
    known = name in site.evidence.names()
    if asked.who.models and not (known and asked.who.sees(name)):
        raise Unknown(f"there is no record {number}")
    told = event_of(record)
    crumbs = (("Models", "/page"), *(((name, addresses.model(name)),) if known else ()))
    verdicts = [*verdicts_of(record)]
    if record.kind == REVIEW and withheld(site.evidence.store, asked.who.role)(record):
        return Shown(f"Record {record.sequence}", [*_unsettled(record)],
                     [element("p", KINDS.get(record.kind, ""), class_="pale")], crumbs)
    closed = bool(verdicts) and hides(site, asked, name)
    return Shown(f"Record {record.sequence}", [*_main(record, verdicts, closed)],
                 [element("p", told.words if told is not None else KINDS.get(record.kind, ""), class_="pale")], crumbs)


def _unsettled(record: Record) -> Iterator[Inside]:
    """A review without its word."""
    body = record.body
    facts: list[tuple[str, Inside]] = [
        ("kind", record.kind), ("subject", record.subject),
        ("recorded", f"{record.created[:16].replace('T', ' ')} UTC"),
        ("decision", element("code", str(body.get("decision") or ""))),
        ("by", str(body.get("by") or ""))]
    yield element("dl", *(one for name, value in facts for one in (element("dt", name), element("dd", value))))
    yield element("p", UNSETTLED, class_="undecided", role="status")


def _main(record: Record, verdicts: list[Any], closed: bool) -> Iterator[Inside]:
    facts: list[tuple[str, Inside]] = [
        ("kind", record.kind), ("subject", record.subject), ("key", record.key or ""),
        ("recorded", moment(record.created)), ("digest", element("code", record.hash)),
        ("digest before", element("code", record.previous))]
    yield element("dl", *(one for name, value in facts if value != ""
                          for one in (element("dt", name), element("dd", value))))
    yield element("p", "The digest covers all of the record and the digest before it: shall store verify reads them "
                       "all again.", class_="pale")
    if closed:
        yield element("p", "It tells of groups that the shall file ([trust] smallest_cell) lets only those see who may "
                           "see rows.", class_="undecided")
        return
    yield from (element("p", *coded(event.words), class_="undecided") for event in refuted_of(record))
    if verdicts:
        yield _verdicts(record, verdicts)
    yield element("section", element("h2", "As it was written"), *_written(record))


def _verdicts(record: Record, verdicts: list[Any]) -> Inside:
    name, _ = subject_of(record.subject)
    rows: list[list[Inside]] = [
        [badge_of(str(one.get("verdict"))), element("a", str(one.get("name")), href=addresses.requirement(
            name, str(one.get("name")))), element("code", sent(str(one.get("requirement")))), _figure(one.get("value")),
         _figure(one.get("low")), _figure(one.get("high")), str(one.get("n"))] for one in verdicts]
    return element("section", element("h2", "Its verdicts, to the last digit"),
                   grid("Base units: shares of one, seconds, bytes", ("verdict", "requirement", "line", "value", "low",
                                                                      "high", "n"), rows, "<<<>>>>", heads=1))


def _figure(value: object) -> str:
    return "-" if value is None else repr(value)


def _written(record: Record) -> Iterator[Inside]:
    body = dict(record.body)
    if isinstance(body.get("report"), str):             # the report of a check is kept as its text
        with contextlib.suppress(ValueError):
            body["report"] = json.loads(body["report"])
    text = json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True)
    whole = text if len(text) <= MOST else text[:MOST].rpartition("\n")[0]
    pieces = [whole[at:at + 1900] for at in range(0, len(whole), 1900)]     # an element clips what is longer
    yield element("details", element("summary", f"The body, as JSON ({len(text):,} characters)"),
                  element("pre", *(element("span", piece) for piece in pieces), tabindex="0"), id="body")
    if whole != text:
        yield element("p", "It is longer than a page: shall store list --json has all of it.", class_="pale")
