"""Proposals: each open one with what it would mean, beside its buttons; what became of others; what was just done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown import previewing, proposing
from shall.api.shown.drilling import Drill
from shall.api.shown.evidence import Model
from shall.api.shown.foreseen import foreseen
from shall.api.shown.previewing import Case, Preview
from shall.core.errors import ShallError
from shall.core.proposals import Proposal
from shall.core.verdict import Finding, Verdict
from shall.page import addresses, faults
from shall.page.finding import drilling
from shall.page.forms import button, field, form, hidden
from shall.page.said import coded, moment, record_link
from shall.page.site import Asked, Site
from shall.page.travel import sent
from shall.reports._figures import scale_of
from shall.reports._layout import sentence
from shall.reports._page_parts import badge
from shall.reports._tables import grid
from shall.reports._tree import Inside, element
from shall.spec import ShallFile

Meant = tuple[Preview | ShallError, Drill | None]       # and what it would be found to be now
CASES: Final = 50                           # that a preview shows
PATIENCE: Final = 1.0                       # seconds that a page waits for what a proposal would mean
AGAIN: Final = 2                            # seconds until it is asked again


def waiting(site: Site, asked: Asked, model: Model, file: ShallFile) -> tuple[list[Element], int]:
    """What is open, the newest first, with its buttons; and after how many seconds to ask again."""
    assert file.path is not None
    found = proposing.waiting(file.path, site.evidence.store)
    if not found:
        return [], 0
    cards, again = [], 0
    keyless = file.path if site.key is None and proposing.takes_key(file.path) else None
    for one in found:
        meant = _meant(site, file, one)
        again = again if meant is not None else AGAIN
        cards.append(_open(asked, model, one, meant, keyless))
    return [element("section", element("h2", f"Open proposals ({len(found)})"), *cards, id="open")], again


def ended(site: Site, file: ShallFile) -> Element | None:
    """What became of the others."""
    assert file.path is not None
    waits = {one.number for one in proposing.waiting(file.path, site.evidence.store)}
    found = [one for one in reversed(proposing.proposals(file.path, site.evidence.store)) if one.number not in waits]
    rows: list[list[Inside]] = [
        [moment(one.ended_on), sent(one.change), one.by, one.why, f"{one.state} by {one.ended_by}", one.ended_why,
         record_link(one.ended, str(one.ended))] for one in found]
    if not rows:
        return None
    titles = ("ended on", "change", "proposed by", "why it was proposed", "what became of it", "why", "record")
    return element("section", element("h2", "What became of proposals"),
                   grid("Proposals that have ended", titles, rows, "<<<<<<>", heads=1), id="ended")


def done(site: Site, asked: Asked, file: ShallFile) -> Element | None:
    """That something was proposed, signed or declined just now, and where it is; as the store has it."""
    assert file.path is not None
    number = asked.one("signed") or asked.one("declined") or asked.one("proposed")
    one = next((one for one in proposing.proposals(file.path, site.evidence.store) if str(one.number) == number), None)
    if one is None:
        return None
    change: list[Inside] = [element("code", sent(one.change))]
    if one.state == "signed":
        key = proposing.signer(file.path, one, site.evidence.store)
        landed = proposing.landed(file.path, one)
        where = (" stands in " if one.line else " is out of ") if landed else " is signed, and not yet in "
        said = [f"Signed by {one.ended_by}{f' with the key {key[:16]}' if key else ''}: ", *change, where,
                element("code", str(file.path)), " and in ", record_link(one.ended),
                ". The next shall check judges it." if one.line else "."]
    elif one.state == "declined":
        said = [f"Declined by {one.ended_by}: ", *change, ". The file stays as it is; ", record_link(one.ended),
                " has the reason."]
    else:
        said = [f"Proposed by {one.by}: ", *change, ". It waits in ", record_link(one.number),
                " for somebody who may sign; until then the file stays as it is."]
    mark = element("span", "✓ ", class_="verdict met", aria_hidden="true")
    return element("div", element("p", mark, *said), class_="notice calm", role="status", id="done")


def previewed(found: Preview, key: str, *, folded: bool = False) -> Iterator[Element]:
    """What a change would have meant: the sentence, and each verdict."""
    yield element("p", element("strong", *coded(sentence(str(found)) + ".")), role=None if folded else "status")
    cases = found.turned() if folded else found.cases
    if cases and folded:
        words = f"The {len(cases)} verdicts" if len(cases) > 1 else "The verdict"
        yield element("details", element("summary", words), _cases(found, cases), id=f"{key}-cases")
    elif cases:
        yield _cases(found, cases)


def _meant(site: Site, file: ShallFile, one: Proposal) -> Meant | None:
    """What a proposal would mean, or why that cannot be told; None while it is looked at."""
    assert file.path is not None
    work = partial(previewing.of_proposal, file.path, one, site.evidence.store)
    return _soon(site, file, (one.number,), work)


def of_line(site: Site, file: ShallFile, name: str, line: str) -> Meant | None:
    """The same of a line that is not proposed yet."""
    assert file.path is not None
    work = partial(previewing.preview, file.path, name, line, store=site.evidence.store)
    return _soon(site, file, (name, line), work)


def _soon(site: Site, file: ShallFile, key: tuple[object, ...], work: Callable[[], Preview]) -> Meant | None:
    assert file.path is not None
    at_hand = drilling(site).at_hand(file.subject.name)
    seen = (site.evidence.sequence, file.path.stat().st_mtime_ns, str(at_hand and at_hand.seen))
    return drilling(site).meanwhile.of(("preview", str(file.path), *key), seen, partial(_tried, site, file, work),
                                       PATIENCE)


def _tried(site: Site, file: ShallFile, work: Callable[[], Preview]) -> Meant:
    try:
        found = work()
    except ShallError as error:
        return error, None
    if not found.line or any(case.after is not None for case in found.cases):
        return found, None
    with contextlib.suppress(ShallError):
        return found, foreseen(drilling(site), file.subject.name, found.line)
    return found, None


def _open(asked: Asked, model: Model, one: Proposal, meant: Meant | None, keyless: Path | None) -> Element:
    """One that waits. ``keyless``: the file whose regulator's key it takes, where this page has none."""
    key = f"p{one.number}"
    buttons: list[Inside] = []
    if "sign" in asked.who.may and not keyless:
        words = "Sign, and put it in the file" if one.state == "open" else "It is signed: put it in the file"
        buttons.append(form(asked, addresses.model(model.name, tab="sign"), hidden("number", str(one.number)),
                            button(words)))
    if "propose" in asked.who.may and one.state == "open":
        buttons.append(form(asked, addresses.model(model.name, tab="decline"), hidden("number", str(one.number)),
                            field("Reason", f"{key}-why", "why", required="required"),
                            button("Decline", class_="plain"), class_="row"))
    return element("article", element("h3", one.name), _was(one), element("p", f"Why: {one.why}"), *told(meant, key),
                   element("p", f"Proposed by {one.by}, ", moment(one.on), ", ", record_link(one.number),
                           class_="pale"),
                   _by_key(keyless, one) if keyless and "sign" in asked.who.may else None,
                   element("div", *buttons, class_="row") if buttons else None,
                   None if "sign" in asked.who.may or buttons else
                   element("p", "It waits for somebody who may sign.", class_="pale"), class_="card", id=key)


def _by_key(file: Path, one: Proposal) -> Element:
    """How it is signed where this page has not the key that the file asks for."""
    where = previewing.quoted(str(file))
    return element("p", "The file names the regulator's key under [trust], and this page was started without it. Where "
                   "the key is: ", element("code", f"shall propose --sign {one.number} --file {where} --key "
                                                   "REGULATOR.key"),
                   ", or start the page there: ", element("code", f"shall page --file {where} --key REGULATOR.key"),
                   ".")


def told(meant: Meant | None, key: str, line: str | None = None) -> Iterator[Element]:
    """What a change would mean. ``line``: that somebody writes just now; None: it is proposed."""
    if meant is None:
        yield element("p", "What it would have meant is being looked at …", class_="pale", role="status")
        return
    found, now = meant
    if isinstance(found, ShallError):
        yield faults.told(found, line or "")
    elif now is not None and now.drilled.verdict is not None:
        yield _now(now, now.drilled.verdict)
    else:
        yield from previewed(found, key, folded=line is None)


def _now(found: Drill, verdict: Verdict) -> Element:
    """What a line would be found to be today, that nobody asked for before."""
    part, scale, stand = verdict.deciding, scale_of(verdict, verdict.deciding), found.stand
    told = f": {scale(part.value)} {scale.between(part.low, part.high)}, n {part.n:,}"
    of: list[Inside] = ["of ", record_link(stand.record, "the newest check")] if stand.record else ["at hand"]
    return element("p", element("strong", "On the rows ", *of, " it would be "), badge(verdict.verdict),
                   "." if part.value is None else f"{told}.")


def _was(one: Proposal) -> Element:
    lines = ("del", "-", one.was), ("ins", "+", one.line)
    made = [element(tag, f"{sign} {sent(text)}\n") for tag, sign, text in lines if text]
    return element("pre", *made, class_="difference")


def _cases(found: Preview, some: tuple[Case, ...]) -> Element:
    rows: list[list[Inside]] = [[moment(case.at), case.of, case.what, _verdict(case.before),
                                 _after(case, dropped=not found.line), record_link(case.record, str(case.record))]
                                for case in some[:CASES]]
    left = len(some) - CASES
    more = f"; the newest {CASES}, {left} more are older" if left > 0 else ""
    caption = "Verdicts that nobody would ask for any more" if not found.line else "What was measured, decided again"
    return grid(f"{caption}{more}", ("recorded", "of", "what", "was", "would have been", "record"), rows,
                "<<<<<>")


def _after(case: Case, *, dropped: bool) -> Inside:
    if dropped:
        return element("span", "not asked for", class_="pale")
    return _verdict(case.after) if case.after is not None else element("span", "cannot be told", class_="pale")


def _verdict(finding: Finding | None) -> Inside:
    return element("span", "not asked for", class_="pale") if finding is None else badge(finding)
