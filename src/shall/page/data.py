"""The readiness of the rows that a model learns from."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown.readying import ready, recorded
from shall.core.errors import ShallError
from shall.page import addresses
from shall.page.finding import drilling as drilling_in
from shall.page.finding import model_of
from shall.page.said import moment, record_link, step
from shall.page.site import Asked, Shown, Site
from shall.reports import _ready
from shall.reports._tree import element

TAB: Final = "data"
AGAIN: Final = 2                            # seconds until it is asked again
NONE: Final = "No training rows are at hand, and no search of this model has told what it found in them."


def view(site: Site, asked: Asked) -> Shown:
    """Every finding in the training rows, the gravest first."""
    model = model_of(site, asked)
    crumbs = [("Models", "/page"), (model.name, addresses.model(model.name))]
    drilling = drilling_in(site)
    least = drilling.least(model.name)
    again = 0
    if least > 1 and "rows" not in asked.who.may:
        main = [element("p", f"[trust] smallest_cell of the shall file is {least}, and findings tell of single rows: "
                             "they are for those who may see rows.", class_="undecided")]
    else:
        at_hand = drilling.at_hand(model.name)
        rows = at_hand is not None and "train" in at_hand.file.data
        main, again = _looked(site, model.name) if rows else (_recorded(site, model.name), 0)
    return Shown("Readiness of the data", main, crumbs=crumbs, model=model.name, refresh=again, figures="")


def _looked(site: Site, model: str) -> tuple[list[Element], int]:
    """The rows as they are now, looked at beside whoever asks."""
    drilling = drilling_in(site)
    at_hand = drilling.at_hand(model)
    assert at_hand is not None
    file = at_hand.file
    try:
        found = drilling.meanwhile.of(("ready", model), at_hand.seen, partial(ready, file), 0.1)
    except ShallError as error:
        return [element("p", str(error), class_="broken", role="alert")], 0
    if found is None:
        return [element("p", "The rows are being looked at …", class_="pale", role="status")], AGAIN
    said = element("p", f"{found.rows:,} training rows of ", element("code", Path(file.data["train"]).name),
                   f" as they are now; {found.kept:,} rows and {len(found.features)} features go on.")
    return [said, element("div", _ready.section(found), class_="ready")], 0


def _recorded(site: Site, model: str) -> list[Element]:
    """What the last search found."""
    found = recorded(site.evidence.store, model)
    if found is None:
        return [step(NONE, "shall build", ", or start the page with a shall file that names [data] train.")]
    said = element("p", f"{found.rows:,} training rows, as ", record_link(found.record, "the last search"), " found "
                   "them ", moment(found.at), f"; {found.kept:,} rows and {len(found.features)} features went on.")
    return [said, element("div", _ready.section(found), class_="ready")]
