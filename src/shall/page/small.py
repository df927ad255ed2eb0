"""How few rows a group may have to be shown: what the shall file says, and the page keeps."""

from __future__ import annotations

from typing import Final

from shall.core.errors import ShallError
from shall.page.finding import drilling
from shall.page.site import Asked, Site

CAREFUL: Final = 10                         # where the file cannot be read just now


def least_of(site: Site, model: str) -> int:
    """The rows that a group of a model must have; 1: any may be shown."""
    try:
        return drilling(site).least(model)
    except ShallError:
        return CAREFUL


def hides(site: Site, asked: Asked, model: str) -> bool:
    """Whether small groups are kept from who asks, as those of the text of a record."""
    return least_of(site, model) > 1 and "rows" not in asked.who.may
