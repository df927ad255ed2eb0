"""All models with their state at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from shall.api.shown.evidence import Model
from shall.api.shown.promised import Promised
from shall.core.verdict import WORST_FIRST, Finding
from shall.page import addresses, promised, refuted
from shall.page.alarms import beside, in_alarm
from shall.page.finding import answers, in_charge
from shall.page.said import badge_of, chips, figures, moment, record_link, state_of, step, worst_of
from shall.page.site import Asked, Shown, Site
from shall.reports._layout import plural
from shall.reports._strip import strip
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

WINDOWS = 60                                # of the strip
MOST = 20                                   # lines that need attention
OTHERS = "No verdict on a version in charge is recorded. What others were found with stands under Versions."
CARDS = 24                                  # models that have one; all others are lines of a table

Known = tuple[Model, Promised | None]       # a model, and what it promises in service


def view(site: Site, asked: Asked) -> Shown:
    """All models: who is in charge, what is recalled, which alarms stand, and the newest verdicts."""
    models = [model for model in site.evidence.models() if asked.who.sees(model.name)]
    if not models:
        return Shown("Models", [*_empty()])
    ordered = sorted(models, key=lambda model: (_rank(model), model.name))
    cards = element("div", *(_card(site, model) for model in ordered[:CARDS]), class_="cards")
    every = element("section", element("h2", "Every model"), beside(models), cards, _others(site, ordered[CARDS:]))
    known = [(model, promised.of(site, model)) for model in ordered]
    main = [_attention(site, known), promised.section(known), every, _strange(site)]
    return Shown("Models", main, [_counted(known)])


def _strange(site: Site) -> Element | None:
    """What the store holds and this shall does not understand."""
    found = site.evidence.strange
    if not found:
        return None
    links = [part for number in found[-12:] for part in (" ", record_link(number, str(number)))]
    return element("p", f"{plural(len(found), 'record')} could not be understood, and is not counted here:", *links,
                   class_="undecided")


def _empty() -> Iterator[Element]:
    yield step("Nothing is recorded yet.", "shall check", ", beside a shall file: it judges a log, keeps what it "
               "found, and this page shows it.")
    yield element("p", "No shall file yet? ", element("code", "shall init data.parquet"), " proposes one.",
                  class_="pale")


def _counted(known: Sequence[Known]) -> Element:
    recalls = sum(len(one.recalled) for one, _ in known)
    lines = [(one, () if said is None else said.lines) for one, said in known]
    requirements = sum(len({*one.newest, *(some.line.name for some in asked)}) for one, asked in lines)
    alarms = sum(len({*(event.name for event in one.alarms), *(some.line.name for some in asked if some.alarm)})
                 for one, asked in lines)
    said = [plural(len(known), "model"), plural(requirements, "requirement"),
            in_alarm(alarms) if alarms else "no alarm",
            plural(recalls, "recalled version") if recalls else "nothing recalled"]
    return element("p", " · ".join(said), class_="pale")


def _rank(model: Model) -> int:
    """The worst first."""
    worst = worst_of(model.newest.values())
    if model.alarms or model.recalled:
        return 0
    if model.refuted:
        worst = min(worst or Finding.UNDECIDED, Finding.UNDECIDED, key=WORST_FIRST.index)
    return len(WORST_FIRST) if worst is None else WORST_FIRST.index(worst)


def _card(site: Site, model: Model) -> Element:
    worst = worst_of(model.newest.values())
    windows = [window.worst for window in site.evidence.windows(model.name, WINDOWS)]
    return element(
        "article",
        element("h3", element("a", model.name, href=addresses.model(model.name)),
                badge_of(str(worst)) if worst is not None else None),
        element("p", *state_of(model, in_charge(site, model), answers(site, model)), class_="states"),
        chips(model),
        element("div", strip(windows), element("p", f"{plural(model.windows, 'window')} judged", class_="pale"),
                class_="watched") if windows else None,
        element("p", "last record ", moment(model.last), class_="pale"), class_="card")


def _others(site: Site, models: Sequence[Model]) -> Element | None:
    """Those after the first, a line each."""
    rows: list[list[Inside]] = []
    for model in models:
        worst = worst_of(model.newest.values())
        rows.append([element("a", model.name, href=addresses.model(model.name)),
                     "-" if worst is None else badge_of(str(worst)), plural(len(model.newest), "requirement"),
                     element("span", *state_of(model, in_charge(site, model), answers(site, model))),
                     moment(model.last)])
    titles = ("model", "worst", "requirements", "state", "last record")
    said = f"{plural(len(rows), 'more model')}, in the same order"
    return grid(said, titles, rows, "<<<<<", heads=0) if rows else None


def _attention(site: Site, known: Sequence[Known]) -> Element | None:
    """What is not met, worst first, and what would settle it."""
    found = [(model, name, point) for model, _ in known for name, point in model.newest.items()
             if point.verdict in (str(Finding.BROKEN), str(Finding.UNDECIDED)) or refuted.stands(model, name)]
    if not any(model.newest for model, _ in known):
        if any(site.evidence.requirements(model.name) for model, _ in known):
            return element("p", OTHERS, class_="undecided attention")
        in_service = any(said is not None and said.lines for _, said in known)
        return None if in_service else step("No requirement was judged yet.", "shall check")
    if not found:
        return element("p", "Every requirement that was judged is met, or waived.", class_="met attention")
    order = [str(kind) for kind in WORST_FIRST]
    found.sort(key=lambda one: (order.index(one[2].verdict), one[0].name, one[1]))
    rows: list[list[Inside]] = []
    for model, name, point in found[:MOST]:
        verdict = site.evidence.latest(model.name, name)
        rows.append([refuted.badge(model, name, point),
                     element("a", name, href=addresses.requirement(model.name, name)), model.name,
                     point.version, *figures(point, verdict), point.phase])
    titles = ("verdict", "requirement", "model", "version", "value", "bounds", "limit", "n", "phase")
    more = f"; {len(found) - MOST} more are on the pages of their models" if len(found) > MOST else ""
    said = "broken, undecided, or refuted by labels" if any(one.refuted for one, _ in known) else "broken or undecided"
    return element("section", element("h2", "What needs attention"),
                   grid(f"Requirements that are {said}{more}", titles, rows, "<<<<>>>><", heads=1),
                   class_="attention")
