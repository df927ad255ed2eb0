"""The rows behind a slice, and the rows nearest to one; only for those who may see rows."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown.comparing import sides
from shall.api.shown.rows_at_hand import Rows
from shall.api.shown.rows_behind import MOST, Behind, Row, behind, neighbours
from shall.api.shown.rows_in_service import InService
from shall.core.errors import InputError, Unknown
from shall.core.parse import parse_filter
from shall.page import addresses
from shall.page.finding import drilling as drilling_in
from shall.page.finding import in_charge, model_of
from shall.page.forms import button, choice, hidden, search
from shall.page.site import Asked, Shown, Site
from shall.page.slices import AGAIN, FILTER, PATIENCE, counting, standing
from shall.page.stands import Spot
from shall.page.travel import sent
from shall.reports._layout import sentence
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

TAB: Final = "rows"
AT_ONCE: Final = 50
KEYS: Final = ("near", "by", "first", "most")
FEW: Final = 20                             # neighbours


def view(site: Site, asked: Asked) -> Shown:
    """Rows of a slice, a page at a time; or one row with its neighbours."""
    model = model_of(site, asked)
    drilling = drilling_in(site)
    known = sides(site.evidence.store, model.name)
    of = standing(asked, known, [key for key, _ in drilling.stands(model.name)], in_charge(site, model))
    at_hand = drilling.rows_of(model.name, of)
    if at_hand is None:
        raise Unknown("there are no rows of this model at hand: start the page with --file, and --data")
    requirements = {one.name: one for one in drilling.requirements(model.name, of)}
    name, where = asked.one("requirement") or next(iter(requirements)), asked.whole("where", FILTER)
    if name not in requirements:
        raise Unknown(f"there is no requirement of this name of {model.name}")
    spot, least = Spot(model.name, name, of), drilling.least(model.name, of)
    crumbs = [("Models", "/page"), (model.name, addresses.model(model.name)), ("Slice", spot.at(where))]
    near = asked.one("near")

    def made() -> list[Element]:
        rows = at_hand.rows(requirements[name], drilling.place(model.name, of))
        if not near:
            return _behind(asked, spot, where, (rows, least))
        decision = at_hand.decision(_number(asked, "near")) if isinstance(at_hand, InService) else ""
        return _neighbours(asked, spot, rows, decision)

    main = drilling.soon(model.name, of, (TAB, name, where, *(asked.one(key) for key in KEYS)), made, PATIENCE)
    title = f"Row {_number(asked, 'near') + 1:,} and its neighbours" if near else "Rows behind a slice"
    note = [element("p", sentence(f"{at_hand.note}."), class_="pale")] if main is not None and at_hand.note else []
    return Shown(title, [counting()] if main is None else [*main, *note], crumbs=crumbs, model=model.name,
                 refresh=AGAIN if main is None else 0, figures="")


def _behind(asked: Asked, spot: Spot, where: str, of: tuple[Rows, int]) -> list[Element]:
    rows, least = of
    chosen = parse_filter(where) if where.strip() else None
    first = _number(asked, "first")
    found = behind(rows.opened, chosen, first, min(_number(asked, "most") or AT_ONCE, MOST), least)
    if found.refused:
        return [element("p", found.refused, class_="undecided", role="status")]
    said = element("p", element("code", sent(where) or "all rows"), f": {found.of:,} of {found.total:,} rows of ",
                   element("code", Path(rows.opened.log.name).name))
    if not found.rows:
        return [said, element("p", "There are no rows here.", class_="pale")]
    last = first + len(found.rows)
    links: list[Inside] = []
    for words, at in (("Earlier rows", max(first - AT_ONCE, 0) if first else None),
                      ("Later rows", last if last < found.of else None)):
        if at is not None:
            links.append(element("a", words, href=f"{spot.at(where, TAB)}&first={at}", class_="button plain"))
    table = _table(f"Rows {first + 1:,} to {last:,} of {found.of:,}; each leads to its nearest neighbours", found, spot,
                   where)
    return [said, table, element("nav", *links, class_="row", aria_label="More rows")]


def _neighbours(asked: Asked, spot: Spot, rows: Rows, decision: str) -> list[Element]:
    place, by = _number(asked, "near"), asked.one("by")
    found = neighbours(rows.opened, place, by, FEW)
    where = asked.whole("where", FILTER)
    about = ("Nearest by all features together: of a number the difference as a share of its usual range, of anything "
             "else whether it is the same. 0 is the same row, 1 one that differs in everything."
             if not by else f"Nearest by the embedding {by}: one less the cosine.")
    graph = addresses.model(spot.model, tab="graph", row=decision)
    flow = [element("p", element("a", "This decision in its graph", href=graph))] if decision else []
    main = [element("p", about), *flow,
            _table(f"Row {place + 1:,} first, then the rows nearest to it", found, spot, where)]
    if found.embeddings:
        options = [("", "all features"), *((one, one) for one in found.embeddings)]
        kept = [hidden(key, value) for key, value in (("near", str(place)), ("requirement", spot.name),
                                                      ("where", where), ("of", spot.of))]
        main.insert(0, search(addresses.model(spot.model, tab=TAB), *kept, choice("By", "by", "by", options, by),
                              button("Show"), class_="row"))
    return main


def _table(caption: str, found: Behind, spot: Spot, where: str) -> Element:
    near = any(row.near is not None for row in found.rows)
    titles = ["row", *(["distance", "differs in"] if near else []),
              *(f"{one} ({found.roles[one]})" if found.roles.get(one, one) != one else one for one in found.columns)]
    own = found.rows[0].values if near and found.rows else ()
    lines = [[_link(row, spot, where), *(_far(row) if near else []), *_values(row, own)] for row in found.rows]
    return grid(caption, titles, lines, ">" + (">" + "<" if near else "") + "<" * len(found.columns))


def _link(row: Row, spot: Spot, where: str) -> Element:
    return element("a", f"{row.place + 1:,}", href=f"{spot.at(where, TAB)}&near={row.place}",
                   aria_label=f"row {row.place + 1:,} and its neighbours")


def _far(row: Row) -> list[Inside]:
    if row.near is None:
        return ["-", ""]
    more = len(row.near.apart) - 4
    return [f"{row.near.distance:.3f}", ", ".join(row.near.apart[:4]) + (f" and {more} more" if more > 0 else "")]


def _values(row: Row, own: tuple[str, ...]) -> list[Inside]:
    """The values of a row; those that are unlike the row at hand stand out."""
    if row.near is None:
        return [*row.values]
    return [element("strong", value or "(missing)") if value != mine else element("span", value, class_="pale")
            for value, mine in zip(row.values, own, strict=True)]


def _number(asked: Asked, name: str) -> int:
    said = asked.one(name) or "0"
    if not said.isdecimal() or len(said) > 15:
        raise InputError(f"{name} is a whole number")
    return int(said)
