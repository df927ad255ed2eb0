"""Two versions of a model side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.service.bundled import mark
from shall.api.shown.comparing import Compared, Pair, Side, by_group, chosen, compared, sides
from shall.api.shown.drilling import Drilling
from shall.api.shown.flipped import Flips, flips, flips_in_service
from shall.api.shown.rows_in_service import KEY
from shall.core.errors import InputError, ShallError
from shall.core.verdict import Verdict
from shall.page import addresses
from shall.page.finding import drilling as drilling_in
from shall.page.finding import model_of
from shall.page.forms import button, choice, search
from shall.page.said import coded, record_link, step
from shall.page.site import Asked, Shown, Site
from shall.phases.changed import Changes
from shall.reports import _compared
from shall.reports._figures import bound_text, scale_of
from shall.reports._layout import sentence
from shall.reports._page_parts import badge
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

TAB: Final = "compare"
FIGURES: Final = "A verdict here is the one in its record; what has changed is worked out when somebody looks."
AGAIN: Final = 2                            # seconds until flips are asked for again
PATIENCE: Final = 0.05                      # seconds that a page waits for what takes longer
FLIPS: Final = {"churn": "decided differently", "negative_flip_rate": "right before, wrong after",
                "positive_flip_rate": "wrong before, right after"}
OTHER_ROWS: Final = ("Not the same rows: {before:,} before and {after:,} after. What has changed may lie in the rows "
                     "as well as in the versions; row by row, both decide the same ones.")
DRAWN: Final = 4                            # requirements that the searches are drawn against
Groups = Mapping[str, tuple[Changes, ...]]  # by requirement
INDEPENDENT: Final = ("Bounds of a change are as of independent {}: where both versions decided the same rows, they "
                      "are wider than they need be.")


def view(site: Site, asked: Asked) -> Shown:
    """Verdict by verdict, group by group, search by search, and row by row."""
    model = model_of(site, asked)
    crumbs = [("Models", "/page"), (model.name, addresses.model(model.name))]
    known = sides(site.evidence.store, model.name)
    try:
        before, after = chosen(known, asked.one("a"), 1), chosen(known, asked.one("b"), 0)
    except InputError as error:
        return Shown("Compare", [step(sentence(str(error)) + ".", "shall check")], crumbs=crumbs, model=model.name)
    assert site.evidence.store is not None
    found = compared(site.evidence.store, model.name, before, after)
    drilling = drilling_in(site)
    groups = drilling.meanwhile.of(("groups", model.name, before.key, after.key), None, partial(
        by_group, site.evidence.store, model.name, before, after), PATIENCE)
    rows, again = _rows(drilling, model.name, found)
    main = [_asks(model.name, known, found), _legend(found), *_other_rows(found), _verdicts(found, groups),
            *_changes(found, groups), *rows, *_searches(found)]
    return Shown(f"{_name(before)} and {_name(after)}", main, crumbs=crumbs, model=model.name,
                 refresh=again if groups is not None else AGAIN, figures=FIGURES)


def _asks(model: str, known: Sequence[Side], found: Compared) -> Element:
    options = [(one.key, one.words) for one in known]
    return search(addresses.model(model, tab=TAB), choice("Before", "a", "a", options, found.before.key),
                  choice("After", "b", "b", options, found.after.key), button("Compare"), class_="ask")


def _legend(found: Compared) -> Element:
    return element("p", element("span", "before: ", record_link(found.before.record, found.before.words),
                                class_="was-mark"), "  ",
                   element("span", "after: ", record_link(found.after.record, found.after.words), class_="now-mark"))


def _other_rows(found: Compared) -> Iterator[Element]:
    """That both stand on other rows. What a version answered is another log of the same rows: their number tells."""
    old, new = found.before, found.after
    if old.rows != new.rows or (old.log != new.log and not (old.versions and new.versions)):
        words = OTHER_ROWS.format(before=old.rows, after=new.rows)
        yield element("p", words, class_="undecided", role="note")


def _verdicts(found: Compared, groups: Groups | None) -> Element:
    rows: list[list[Inside]] = []
    for pair in found.pairs:
        rows.append([element("a", pair.name, href=f"#{_key(pair)}") if groups and pair.name in groups
                     else pair.name,
                     *_figures(pair.before), *_figures(pair.after), _turned(pair)])
    turned = [pair.turned for pair in found.pairs]
    words = [f"{turned.count(kind)} {kind}" for kind in ("worse", "better") if kind in turned]
    said = f"Verdicts that have turned: {', '.join(words)}." if words else "No verdict has turned."
    titles = ("requirement", "before", "value", "after", "value", "turned")
    return element("section", element("h2", "Verdict by verdict"), element("p", said),
                   grid("Every requirement that either was held to", titles, rows, "<<><><"), id="verdicts")


def _figures(verdict: Verdict | None) -> list[Inside]:
    if verdict is None:
        return [element("span", "not asked", class_="pale"), ""]
    part = verdict.deciding
    scale = scale_of(verdict, part)
    return [badge(verdict.verdict), element("span", f"{scale(part.value)} {scale.between(part.low, part.high)}",
                                            title=f"limit {bound_text(verdict, part)}, n {part.n:,}")]


def _turned(pair: Pair) -> Inside:
    if pair.before is None or pair.after is None:
        return "asked of one only"
    if str(pair.before.requirement) != str(pair.after.requirement):
        return "another line"
    return element("strong", pair.turned, class_=pair.turned) if pair.turned else ""


def _changes(found: Compared, groups: Groups | None) -> Iterator[Element]:
    """The measure of each requirement, before and after, by group."""
    title = element("h2", "Group by group")
    if not groups:
        words = ("The groups of both are being compared …" if groups is None else
                 "The counts of both checks are needed to tell changes by group, and they were not kept with all that "
                 "this takes: check again.")
        yield element("section", title, element("p", words, class_="pale", role="status"))
        return
    hushed = f" Nothing of fewer than {found.least} rows is shown." if found.least > 1 else ""
    yield element("section", title, element("p", INDEPENDENT.format(
        f"units ({found.unit})" if found.unit else "rows") + hushed, class_="pale"))
    for pair in found.pairs:
        if pair.name in groups:
            yield element("section", element("h3", pair.name), *(
                part for place, one in enumerate(groups[pair.name])
                for part in _compared.changed(one, f"{_key(pair)}-{place}")), id=_key(pair))


def _searches(found: Compared) -> Iterator[Element]:
    """Both searches in one picture, against each requirement that both had."""
    names = [pair.name for pair in found.pairs]
    old, new = map(_compared.sought, found.searches)
    drawn = [(name, picture) for place, name in enumerate(names)
             if (picture := _compared.frontiers(*found.searches, name, f"front-{place}")) is not None][:DRAWN]
    title = element("h2", "The searches that they came of")
    if drawn:
        yield element("section", title,
                      element("p", "Each dot is a candidate on rows that it did not learn from; on the line no other "
                                   "is better in both. A ring: the one that was chosen.", class_="pale"),
                      element("div", *(element("figure", picture, element("figcaption", name))
                                       for name, picture in drawn), class_="scatters"), id="searches")
    elif old and new and old != new:
        yield element("section", title, element("p", f"They sought different ends, {old} before and {new} after, so "
                                                     "their candidates share no picture.", class_="pale"))
    elif found.before.model or found.after.model:
        yield element("section", title, element("p", "Not both came of a search that was kept.", class_="pale"))


def _rows(drilling: Drilling, model: str, found: Compared) -> tuple[list[Element], int]:
    """What both decide on the same rows, where both bundles and rows are at hand."""
    title = element("h2", "Row by row", id="flips")
    if drilling.served is not None:
        return _in_service(drilling, model, found)
    places = found.before.place, found.after.place
    at_hand = drilling.at_hand(model)
    if at_hand is None or not all(places) or None in [mark(place) for place in places]:
        words = "Both bundles and rows have to be at hand to tell which decisions flip: versions that `shall ship` " \
                "packed, and shall page --file."
        return [element("section", title, element("p", *coded(words), class_="pale"))], 0
    if places[0] == places[1]:
        return [element("section", title, element("p", "Both are the same bundle: no decision flips.", class_="pale"))
                ], 0
    try:
        told = _asked(drilling, model, (places[0], places[1]), found.least)
    except ShallError as error:
        return [element("section", title, element("p", str(error), class_="pale"))], 0
    if told is None:
        return [element("section", title, element("p", "Both are deciding the same rows …", class_="pale",
                                                  role="status"))], AGAIN
    return [element("section", title, _flips(told))], 0


def _in_service(drilling: Drilling, model: str, found: Compared) -> tuple[list[Element], int]:
    """The same beside a server, on the rows that both versions decided."""
    title = element("h2", "Row by row", id="flips")
    assert drilling.served is not None
    keys = [key for key, _ in drilling.served.keys(model)]
    old, new = ([KEY + one for one in side.versions if KEY + one in keys][:1] for side in (found.before, found.after))
    words, again, told = "", 0, None
    if not old or not new:
        lacking = found.after if old else found.before
        words = f"{_name(lacking)} is not in service, or has answered nothing yet: there are no decisions to compare."
    elif old == new:
        words = "Both are the same version: no decision flips."
    else:
        try:
            told = _decided(drilling, model, (old[0], new[0]), max(found.least, drilling.served.least(model)))
            words, again = ("", 0) if told is not None else ("The decisions of both are being compared …", AGAIN)
        except ShallError as error:
            words = sentence(str(error)) + "."
    return [element("section", title, _flips(told) if told is not None
                    else element("p", words, class_="pale", role="status" if again else None))], again


def _decided(drilling: Drilling, model: str, keys: tuple[str, str], least: int) -> Flips | None:
    assert drilling.served is not None
    both = [drilling.served.at(model, key) for key in keys]
    before, after = both
    if before is None or after is None:     # it has just left the service
        return None
    seen = before.seen, after.seen
    return drilling.clicks.of(("flips", model, *keys), seen, partial(flips_in_service, before, after, least), PATIENCE)


def _asked(drilling: Drilling, model: str, places: tuple[str, str], least: int) -> Flips | None:
    at_hand = drilling.at_hand(model)
    assert at_hand is not None
    seen = (at_hand.seen, [mark(place) for place in places])
    return drilling.meanwhile.of(("flips", model, *places), seen, partial(flips, at_hand, *places, least), PATIENCE)


def _flips(told: Flips) -> Element:
    """A row a group: how many are decided differently, and which way."""
    cells: dict[str, dict[str, tuple[str, int]]] = {}
    for verdict in told.found:
        part = verdict.deciding
        scale = scale_of(verdict, part)
        for row in part.groups:
            who = ", ".join(f"{name} = {value}" for name, value in row.group) or "all rows"
            words = row.note if row.value is None else f"{scale(row.value)} {scale.between(row.low, row.high)}"
            cells.setdefault(who, {})[verdict.name] = (words, row.n)
    rows: list[list[Inside]] = [
        [who, f"{max(n for _, n in some.values()):,}", *(some.get(name, ("", 0))[0] for name in FLIPS)]
        for who, some in cells.items()]
    caption = f"Both versions on the same {told.rows:,} rows: shares with their bounds"
    return grid(caption, ("rows", "n", *FLIPS.values()), rows, "<>>>>")


def _name(side: Side) -> str:
    return f"Version {' and '.join(side.versions)}" if side.versions else f"Record {side.record}"


def _key(pair: Pair) -> str:
    return f"of-{addresses.part(pair.name)}"
