"""What the figures of a slice stand on, and what to do where that does not hold the slice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown.comparing import Side
from shall.api.shown.drilling import Drill
from shall.api.shown.with_rows import page_with
from shall.page import addresses
from shall.page.said import moment, record_link
from shall.page.site import Asked
from shall.page.travel import sent
from shall.reports._figures import rows_of
from shall.reports._layout import sentence
from shall.reports._tree import Inside, element

TAB: Final = "slices"
FIGURES: Final = ("A verdict on all rows of a check is the one in its record; every other figure here is worked out "
                  "when somebody looks.")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody stands: a model, its requirement, and the check that figures come from."""

    model: str
    name: str
    of: str

    def at(self, where: str, tab: str = TAB) -> str:
        """The address of a slice from here."""
        return addresses.model(self.model, tab=tab, requirement=self.name, where=where, of=self.of)


@dataclass(frozen=True, slots=True)
class Stands:
    """A slice, and all that it could stand on: the checks, the newest first, and rows, by their key and words."""

    spot: Spot
    found: Drill
    checks: Sequence[Side]
    rows: Sequence[tuple[str, str]]
    charge: str = ""                        # the version in charge

    @property
    def where(self) -> str:
        """The slice as a text; empty for all rows."""
        return "" if self.found.drilled.where is None else str(self.found.drilled.where)

    @property
    def lacks(self) -> bool:
        """Whether there is no figure of the slice, since neither counts nor rows hold it."""
        drilled = self.found.drilled
        return bool(self.found.absent) and self.found.absent in (drilled.lacks, drilled.refused)

    @property
    def check(self) -> Side | None:
        """The check that it stands on."""
        return next((one for one in self.checks if one.record == self.found.stand.record), None)


def stands(of: Stands) -> Element:
    """Where the figures come from."""
    found, stand = of.found, of.found.stand
    said: list[Inside] = []
    if stand.record:
        said += ["This is " if of.lacks else "From the counts that ", record_link(stand.record, "the check"),
                 " of " if of.lacks else " kept (", *_which(of)]
        said += [] if of.lacks else ["); what these do not hold is counted in the rows of the same log" if stand.read
                                     else "); no row was read"]
    else:
        said += ["Counted anew" if stand.note else f"Counted anew: {stand.rows:,} rows"]
    more = f" {sentence(stand.note)}." if stand.note else ""
    least = f" Nothing of fewer than {found.least} rows is shown." if found.least > 1 else ""
    return element("p", *said, f".{more}{least}", class_="pale", id="stands")


def _which(of: Stands) -> Iterator[Inside]:
    """Which check it is, and whether another one could be meant."""
    stand, own, newest = of.found.stand, of.check, next(iter(of.checks), None)
    yield f"{own.log_name}, " if own is not None and own.log_name else ""
    yield moment(stand.at)
    yield f", {stand.rows:,} rows"
    yield "" if own is None else _version(own, of.charge)
    if newest is not None and newest.record > stand.record:
        yield "; "
        yield element("a", f"there is a newer one{_version(newest, of.charge)}",
                      href=replace(of.spot, of=newest.key).at(of.where))
    elif len(of.checks) > 1:
        yield "; the newest, choose another under "
        yield element("strong", "Of")


def _version(side: Side, charge: str) -> str:
    """Of which version a check is, where that is known, and whether it is the one in charge."""
    if not side.versions:
        return ""
    said = f", of version {' and '.join(side.versions)}"
    if not charge:
        return said
    return f"{said}, which is {'' if charge in side.versions else 'not '}in charge"


def missing(of: Stands, asked: Asked, *, beside: bool) -> Element | None:
    """What neither counts nor rows hold, said once; what they do hold, and what brings the rest.

    ``beside``: a server shows the page, which nobody starts anew for this.
    """
    found = of.found
    if not found.absent or not (of.lacks or found.lacking or not of.where):
        return None
    told: list[Element] = []
    if of.lacks:
        every = rows_of(found.drilled.requirement.where)
        held = element("a", f"{every}{', and by ' if found.held else ''}{', '.join(found.held)}", href=of.spot.at(""))
        told = [element("p", found.absent, role="status"),
                element("p", f"They hold {found.drilled.measure} of ", held, ".")]
    elif found.lacking:
        told = [element("p", f"By {', '.join(found.lacking)}: {found.absent[:1].lower()}{found.absent[1:]}")]
    return element("div", *told, *_ways(of, asked, beside=beside), class_="needs", id="missing")


def _ways(of: Stands, asked: Asked, *, beside: bool) -> Iterator[Element]:
    """Other rows that are here, and how rows come to be here."""
    links: list[Inside] = []
    counted = [(one.key, f"{one.words}, which counted the rows at hand") for one in of.checks
               if one.log == of.found.log][:1]
    for key, words in (*counted, *of.rows):
        links += ["; " if links else "", element("a", words, href=replace(of.spot, of=key).at(of.where))]
    if links:
        yield element("p", "Other rows can be counted here: ", *links, ".")
    if beside:
        return
    what = "To count any slice, to look for the worst ones and to make requirements of them,"
    if asked.who.role:                      # who asks from elsewhere does not start it, and needs no paths
        yield element("p", f"{what} whoever runs this page starts it with the rows of this check: ",
                      element("code", "--file"), ", ", element("code", "--data"), " and, where labels came later, ",
                      element("code", "--labels"), ".")
        return
    yield element("p", f"{what} start the page with the rows of this check:")
    yield element("pre", element("code", sent(page_with(of.check))), class_="command")
    if of.check is None or not of.check.data:
        yield element("p", "Add ", element("code", "--data"), " (and ", element("code", "--labels"), ", of labels that "
                      "came later) where they are not those that the file names.")
