"""One requirement: what was found last and what would mend it, its value over time, by phase and per group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown.as_recorded import verdict_of
from shall.api.shown.courses import Course, Point, is_on
from shall.api.shown.evidence import Model
from shall.api.shown.mending import ways
from shall.api.shown.standing import elsewhere
from shall.core.errors import ShallError
from shall.core.span import Span
from shall.core.verdict import Finding, Verdict
from shall.page import addresses, promised, refuted
from shall.page.alarms import beside, ending
from shall.page.courses import by_group, through
from shall.page.finding import drilling, model_of, requirement_of
from shall.page.said import PLAIN, badge_of, coded, exact, figures, moment, record_link, words_of
from shall.page.site import Asked, Shown, Site
from shall.page.small import least_of
from shall.page.travel import sent
from shall.phases.slices.small_cells import of_verdict
from shall.reports._figures import scale_of
from shall.reports._groups import in_order, least_favourable_first
from shall.reports._layout import plural
from shall.reports._life import Lived
from shall.reports._life_page import heard, whole
from shall.reports._life_picture import pictures
from shall.reports._page_parts import FULL
from shall.reports._page_parts import requirement as section_of
from shall.reports._strip import strip
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

PHASES: Final = ("build", "check", "apprentice", "watch")
ROWS: Final = 60                            # verdicts of one picture and one table
GROUPS: Final = 8                           # groups that are drawn over time
MARKS: Final = 240                          # of their picture: the more groups, the fewer verdicts
RULE: Final = ("Met: its bound on the unfavourable side is within the limit. Broken: its bound on the favourable side "
               "is beyond it. Undecided: too little evidence, which is never a pass.")


def view(site: Site, asked: Asked) -> Shown:
    """One requirement of one model."""
    model = model_of(site, asked)
    crumbs = (("Models", "/page"), (model.name, addresses.model(model.name)))
    waits = promised.unjudged(site, model, asked.path["requirement"])
    if waits is not None:
        return Shown(waits[0], [_alarm(site, asked, model, waits[0]), *waits[1]], (), crumbs, model.name)
    name = requirement_of(site, model, asked)
    course = site.evidence.followed(model.name, name)
    point = model.newest.get(name) or course.point(-1)
    least = least_of(site, model.name)
    verdict = _whole(site, point, name)
    verdict = verdict if verdict is None else of_verdict(verdict, least)
    of = f" of version {point.version}" if point.version else ""
    top = [refuted.badge(model, name, point), element("p", "found ", moment(point.at), f"{of}, in ",
                                                      record_link(point.record)), *_deeper(site, model, name)]
    found = verdict or (site.evidence.latest(model.name, name) if point == course.point(-1) else None)
    main = [*_main(site, asked, (model, course), found, least)]
    return Shown(name, main, top, crumbs, model.name)


def _main(site: Site, asked: Asked, of: tuple[Model, Course], verdict: Verdict | None, least: int
          ) -> Iterator[Inside]:
    model, course = of
    yield _packed(model, course)
    yield _other(site, model, course)
    yield _alarm(site, asked, model, course.name)
    yield refuted.notice(site, model, course.name)
    if verdict is not None:
        yield _mending(verdict)
        yield _newest(verdict)
    else:
        yield element("p", "The newest verdict was written by something else than this shall; its record has it.")
    first, last = _shown(course, asked)
    points = course.points(first, last)
    yield element("section", element("h2", "Over time"), _whole_life(course, model.decides),
                  *_drawn(through(site, model, course.name, points)),
                  _pager(model, course, (first, last)), id="time")
    yield _by_phase(site, model, course)
    yield from _groups(site, of, verdict, (first, last), least)
    yield _table(site, model, course, points)


def _drawn(lived: Lived) -> Iterator[Element | None]:
    """The picture, what is known of all rows so far, and what an alarm hears of them."""
    yield element("figure", *pictures(lived, "time"))
    yield whole(lived.courses[0])
    yield heard(lived.courses[0])


def _packed(model: Model, course: Course) -> Element | None:
    """That another version than the one in charge was judged since: its verdict is not the model's."""
    own, last = model.newest.get(course.name), course.point(-1)
    if last == own or is_on(last.version, model.decides):
        return None
    return element("div", element("p", f"Version {model.decides} is in charge. "
                                  f"The newest verdict is of version {last.version}: ", badge_of(last.verdict), ", in ",
                                  record_link(last.record), ". ",
                                  "What is told first below is of it, and says nothing of the version in charge."
                                  if own is None else "It is not what is told first below."), class_="notice calm")


def _other(site: Site, model: Model, course: Course) -> Element | None:
    """That the shall file asks something else by this name than what was judged last."""
    at_hand = drilling(site).at_hand(model.name)
    lines = () if at_hand is None else at_hand.file.requirements
    found = elsewhere(site.evidence, model.name, course.name, lines)
    if found is None:
        return None
    line = next(str(one) for one in lines if one.name == course.name)
    before = found.judged
    judged: Inside = ", was not judged yet: shall check judges it. " if before is None else element(
        "span", ", was judged before: ", badge_of(before.verdict), ", in ", record_link(before.record), ". ")
    return element("div", element("p", "The line that stands in the shall file, ", element("code", sent(line)), judged,
                                  "What is below is of another line of this name, ",
                                  element("code", sent(found.line)), "."), class_="notice calm")


def _alarm(site: Site, asked: Asked, model: Model, name: str) -> Element | None:
    """The alarm of this requirement that stands, why it can stand beside a verdict, and what is done about it."""
    stands = [event for event in model.alarms if event.name == name]
    done = [event for event in model.responses if event.name == name and event.way != "alert"]
    if not stands and not done:
        return None
    said = [element("p", element("strong", "▲ In alarm. ", class_="broken"), words_of(event), " ", moment(event.at),
                    ", ", record_link(event.record)) for event in stands]
    said += [element("p", words_of(event), " ", moment(event.at), ", ", record_link(event.record), ". ",
                     ending(site, asked.who, model, event)) for event in done]
    return element("div", *said, beside([replace(model, alarms=stands)]), class_="notice")


def _deeper(site: Site, model: Model, name: str) -> Iterator[Element]:
    """The way into its slices, where there is something to look into."""
    if any(one.name == name for one in drilling(site).requirements(model.name)):
        yield element("p", element("a", "Look into slices", class_="button",
                                   href=addresses.model(model.name, tab="slices", requirement=name)))


def _whole(site: Site, point: Point, name: str) -> Verdict | None:
    """The newest verdict as it was recorded, with its groups."""
    try:
        return verdict_of(site.evidence.verdict(point, name))
    except ShallError:
        return None


def _mending(verdict: Verdict) -> Element | None:
    """What would settle it, and how to mend it: where it is not met."""
    if verdict.verdict is Finding.MET:
        return None
    said: list[Inside] = []
    if verdict.needs:
        said.append(element("p", element("strong", "What would settle it: "), *coded(f"{verdict.needs}.")))
    if Finding.BROKEN in verdict.found or not verdict.needs:
        said += [element("p", element("strong", "How to mend it"), f" ({name}): ", *coded(text))
                 for name, text in ways(verdict.requirement)]
    return element("div", *said, class_="needs") if said else None


def _newest(verdict: Verdict) -> Element:
    made = section_of(replace(verdict, needs=""), (), "newest", FULL)      # what it needs stands above
    made.remove(made[0])
    made.insert(0, element("h2", "What was found last"))
    made.append(element("p", RULE, class_="pale"))
    return made


def _shown(course: Course, asked: Asked) -> tuple[int, int]:
    """The places of the verdicts that are shown: the newest, or those before a record."""
    before = asked.one("before")
    last = course.before(int(before[:15])) if before.isdecimal() else len(course)
    last = last or len(course)
    return max(0, last - ROWS), last


def _whole_life(course: Course, version: str) -> Element:
    found = course.found(version) or course.found()
    others = len(course) - len(found)
    more = f"; {others} more on versions that are not in charge" if others else ""
    return element("div", strip(found, "verdict", width=480, height=20),
                   element("p", f"{plural(len(found), 'verdict')} since ", moment(course.point(0).at), more,
                           class_="pale"),
                   class_="watched")


def _pager(model: Model, course: Course, shown: tuple[int, int]) -> Element | None:
    first, last = shown
    links: list[Inside] = []
    if first:
        to = addresses.requirement(model.name, course.name, before=str(course.point(first).record)) + "#time"
        links.append(element("a", f"{first:,} older ones", href=to, rel="prev"))
    if last < len(course):
        links.append(element("a", "the newest", href=addresses.requirement(model.name, course.name) + "#time"))
    return element("p", *(part for link in links for part in (link, " "))) if links else None


def _by_phase(site: Site, model: Model, course: Course) -> Element:
    rows: list[list[Inside]] = []
    for phase in sorted(course.by_phase, key=lambda phase: PHASES.index(phase) if phase in PHASES else len(PHASES)):
        point = course.of_phase(phase, model.decides) or course.of_phase(phase)
        if point is not None:
            rows.append([phase, badge_of(point.verdict), *_figures(site, model, course, point), point.version,
                         moment(point.at), record_link(point.record, str(point.record))])
    titles = ("phase", "verdict", "value", "bounds", "limit", "n", "version", "when", "record")
    return element("section", element("h2", "By phase"),
                   grid("The newest verdict of each phase: one measure, one decision", titles, rows, "<<>>>><<>",
                        heads=0))


def _groups(site: Site, of: tuple[Model, Course], verdict: Verdict | None, shown: tuple[int, int], least: int
            ) -> Iterator[Element]:
    """The least favourable groups over time."""
    _, course = of
    followed = {*course.groups()}
    if verdict is None or not followed or len(course) < 2:
        return
    ordered = [row.group for row in least_favourable_first(verdict.deciding) if row.group in followed][:GROUPS]
    if len(ordered) < 2:
        return
    left, (first, last) = len(followed) - len(ordered), shown
    start = max(first, last - max(MARKS // len(ordered), 12))
    more = f"{len(ordered)} groups, {in_order(verdict.deciding)}; {left} more are followed. " if left > 0 else ""
    yield element("section", element("h2", "Per group over time"),
                  element("figure", *pictures(by_group(site, of, ordered, (start, last), least), "groups")),
                  element("p", f"{more}Each group with its own bounds, of {verdict.deciding.measure}.", class_="pale"))


def _table(site: Site, model: Model, course: Course, points: Sequence[Point]) -> Element:
    spans = [course.span(point) for point in reversed(points)]
    labels = refuted.of(site.evidence.life(model.name), course.name)
    rows: list[list[Inside]] = [
        [element("span", point.window), point.phase, point.version, refuted.at(labels, point),
         *_figures(site, model, course, point), _lived(site, model, span),
         record_link(point.record, str(point.record))]
        for point, span in zip(reversed(points), spans, strict=True)]
    titles = ("window or day", "phase", "version", "verdict", "value", "bounds", "limit", "n", "all rows until then",
              "record")
    kept = [place for place, title in enumerate(titles) if title != "all rows until then" or any(spans)]
    table = grid(f"{len(points)} of {plural(len(course), 'verdict')}, the newest first",
                 [titles[place] for place in kept], [[row[place] for place in kept] for row in rows],
                 "".join("<<<<>>>>>>"[place] for place in kept), heads=0)
    return element("section", element("h2", "Every verdict"), table)


def _lived(site: Site, model: Model, span: Span | None) -> Inside:
    """What is known of the whole life until a window, exact for those who point at it."""
    if span is None:
        return ""
    verdict = site.evidence.latest(model.name, span.name)
    scale = PLAIN if verdict is None else scale_of(verdict, verdict.deciding)
    return element("span", exact(scale(span.value), span.value), f" {scale.between(span.low, span.high)}")


def _figures(site: Site, model: Model, course: Course, point: Point) -> list[Inside]:
    return figures(point, site.evidence.latest(model.name, course.name))

