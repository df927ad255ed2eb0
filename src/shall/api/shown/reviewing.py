"""Cases that people look at: decisions that were not made, or that an alarm is about; what two agree on is a label."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from shall.adapters.decisions import unknown
from shall.api.life.affected import affected
from shall.api.shown.cases import Case, cases, has_label
from shall.api.shown.classes import known, lacks
from shall.api.shown.lately import Lately
from shall.api.shown.rows_at_hand import mark_of
from shall.core import reviews as kept
from shall.core.decisions import Label
from shall.core.errors import InputError
from shall.core.filters import Filter
from shall.core.reviews import Review, reviews
from shall.core.store import Store
from shall.journal.layout import is_log
from shall.runtimes.labelling import Taken, labelled
from shall.spec import ShallFile
from shall.stats.agreement import krippendorff
from shall.stores import decisions

MOST: Final = 200                           # cases in a queue, the newest
LATELY: Final = Lately()                    # logs that were looked through


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far those who looked at the same cases agree. ``alpha`` is Krippendorff's; None where it cannot be told."""

    cases: int                              # that two or more have looked at
    agreed: int
    alpha: float | None


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for one reviewer: the cases, of which they have said nothing yet, and how many wait for anybody."""

    name: str
    cases: tuple[Case, ...]
    waiting: int
    classes: tuple[str, ...]                # that may be said; none: a number, or nothing
    number: bool
    agreement: Agreement
    lacks: str = ""                         # why nothing may be said of a case


def queue(folder: str | Path, store: Store, by: str, *, file: ShallFile | None = None,
          alarms: Sequence[tuple[str, str]] = ()) -> Queue:
    """What waits for a reviewer, newest first; those that somebody else has looked at before all others.

    Args:
        folder: the log of decisions, decisions/NAME.
        store: where reviews are kept.
        by: who asks: they are not shown what they have answered.
        file: the shall file of the model, for what alarms are about.
        alarms: the names of requirements that alarm, and what each alarm is about.
    """
    place = Path(folder)
    if not is_log(place):
        raise InputError(f"{place} is no log of decisions: name the folder that a server writes, decisions/NAME")
    said, taken = reviews(store.records(kept.REVIEW, place.name)), known(place, file)
    some, done = _looked(place, _filters(file, alarms))
    found = [replace(case, review=said.get(case.decision)) for case in some if case.decision not in done]
    found = [case for case in found if case.review is None or case.review.state != "agreed"]
    mine = [case for case in found if case.review is None or by not in {one.by for one in case.review.opinions}]
    mine.sort(key=lambda case: case.at, reverse=True)
    mine.sort(key=lambda case: case.review is None)
    return Queue(place.name, tuple(mine[:MOST]), len(found), taken.classes, taken.number, _agreement(said.values()),
                 lacks(taken, place))


def _looked(place: Path, filters: Mapping[str, Filter | None]) -> tuple[list[Case], Collection[str]]:
    """The cases of a log, whatever was said of them, and those that have a label."""
    def look() -> tuple[list[Case], Collection[str]]:
        some = list(cases(place, filters, {}, 4 * MOST))
        return some, has_label(place, [case.decision for case in some])
    key = (str(place), *((words, str(where)) for words, where in filters.items()))
    return LATELY.of(key, mark_of(str(place)), look)


def answer(folder: str | Path, store: Store, decision: str, label: str, *, by: str, role: str = "",
           file: ShallFile | None = None) -> Review:
    """Say what a decision should have been. Once two agree, it is the label of the decision, with who and when.

    ``file``: the shall file of the model, for its classes where the log names none. Raises InputError where nobody says
    it, two have agreed already or no classes are known, Faults where it is no class of the model.
    """
    place, who = Path(folder), by.strip()
    if not who:
        raise InputError("say who you are: two different people have to agree")
    if not is_log(place) or not decision:
        raise InputError(f"{place} is no log of decisions, or no decision is named")
    if unknown(place, [decision]):
        raise InputError(f"{place} has no decision {decision[:64]!r}")
    taken = known(place, file)
    if why := lacks(taken, place):
        raise InputError(why)
    (told,) = _checked(taken, decision, label, who)
    before = reviews(store.records(kept.REVIEW, place.name)).get(decision)
    if before is not None and before.state == "agreed":
        raise InputError(f"two have agreed on {decision} already: {before.label}")
    store.append(kept.REVIEW, place.name, kept.body(decision, _text(told.label), who, role))
    after = reviews(store.records(kept.REVIEW, place.name))[decision]
    if after.state == "agreed":
        names = " and ".join(one.by for one in after.opinions if one.label == after.label)
        with decisions.LabelLog(place, decisions.now) as labels:
            labels.write(_checked(taken, decision, after.label, f"review by {names}"))
    return after


def _checked(taken: Taken, decision: str, label: str, source: str) -> list[Label]:
    value = _number(label) if taken.number else label
    return labelled([Label(decision, value, decisions.now(), source)], taken)


def _number(label: str) -> float | str:
    try:
        return float(label)
    except ValueError:
        return label


def _text(label: object) -> str:
    return f"{label:.15g}" if isinstance(label, float) else str(label)


def _filters(file: ShallFile | None, alarms: Sequence[tuple[str, str]]) -> dict[str, Filter | None]:
    """The rows that each alarm is about, by words for it."""
    lines = {} if file is None else {line.name: line for line in file.requirements}
    groups = () if file is None else file.groups
    return {f"alarm: {name}, {about}": affected(lines[name], about, groups) for name, about in alarms if name in lines}


def _agreement(found: Collection[Review]) -> Agreement:
    units = [[one.label for one in review.opinions] for review in found]
    several = [unit for unit in units if len(unit) > 1]
    return Agreement(len(several), sum(len(set(unit)) == 1 for unit in several), krippendorff(units))
