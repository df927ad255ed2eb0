"""From an address to what it names."""

from __future__ import annotations

from shall.api.shown.drilling import Drilling, drilling_of
from shall.api.shown.evidence import Model
from shall.core.errors import Unknown
from shall.core.responses import STOP, falls_back
from shall.page import addresses
from shall.page.site import Asked, Site


def model_of(site: Site, asked: Asked) -> Model:
    """The model of an address. Unknown, where there is none or it is not for who asks."""
    part = asked.path["name"]
    for name in site.evidence.names():
        if addresses.part(name) == part and asked.who.sees(name):
            return site.evidence.model(name)
    raise Unknown("there is no such model in this store")


def in_charge(site: Site, model: Model) -> str:
    """The version that answers: as the server beside the page says, else as the store does; "": none."""
    fleet = None if site.serving is None else site.serving.service.fleets.get(model.name)
    return ("" if fleet is None else fleet.in_charge) or model.in_charge


def answers(site: Site, model: Model) -> str:
    """Who answers now, in words: the version in charge, its branch, or nobody; nothing where nobody is in charge."""
    version = in_charge(site, model)
    if not version or version in model.recalled:
        return ""
    wanted = None if site.serving is None else site.serving.wanted.get(model.name)
    if wanted is None or version not in wanted.bundles:
        ways = {event.way for event in model.responses if event.version == version}
        said = "is in charge" if STOP in ways or any(map(falls_back, ways)) else "answers"
    elif wanted.silent:
        said = "abstains from every row"
    elif version in wanted.stopped:
        said = "is stopped"
    else:
        branch = wanted.branched.get(version, "")
        said = f"answers by its branch {branch}" if branch else "answers"
    return f"version {version} {said}"


def drilling(site: Site) -> Drilling:
    """Slices of what this page may read."""
    return drilling_of(site.evidence.store, site.file, site.data, site.served, site.labels)


def requirement_of(site: Site, model: Model, asked: Asked) -> str:
    """The requirement of an address. Unknown."""
    part = asked.path["requirement"]
    for name in site.evidence.requirements(model.name):
        if addresses.part(name) == part:
            return name
    raise Unknown("there is no verdict on such a requirement of this model")
