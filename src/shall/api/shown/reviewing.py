"""Cases that people look at: decisions that were not made, or that an alarm is about; what two agree on is a label."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from shall.adapters.decisions import unknown
from shall.api.life.affected import affected
from shall.api.life.recalling import REGULATOR
from shall.api.life.recording import ALARM
from shall.api.service.beside_log import noted, told_of
from shall.api.shown.cases import Case, cases, has_label
from shall.api.shown.classes import known, lacks
from shall.api.shown.evidence import Evidence
from shall.api.shown.happening import subject_of
from shall.api.shown.lately import Lately
from shall.api.shown.rows_at_hand import mark_of
from shall.core import reviews as kept
from shall.core.decisions import Label
from shall.core.errors import Faults, InputError
from shall.core.filters import Filter
from shall.core.log import GroupDef
from shall.core.requirement import Requirement
from shall.core.reviews import Review, State, person, reviews, unsettled
from shall.core.store import Record, Store
from shall.journal.layout import is_log
from shall.runtimes.labelling import TRUTHS, Taken, labelled
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
    cases: tuple[Case, ...]                 # the newest `MOST`
    yours: int                              # how many there are
    waiting: int
    classes: tuple[str, ...]                # that may be said; none: a number, or nothing
    number: bool
    agreement: Agreement
    said: tuple[Case, ...] = ()             # of which the reviewer has spoken, and which nothing settled yet
    target: str = ""                        # what is asked, as the shall file calls it
    positive: str = ""
    lacks: str = ""                         # why nothing may be said of a case
    more: int = 0                           # older rows that an alarm is about and that have no label: they wait too

    def meaning(self, label: str) -> str:
        """A class in words: `employed = 1, the positive class`; of what was decided, too, which may say true for 1."""
        label = TRUTHS.get(label, label) if label not in self.classes and TRUTHS.get(label) in self.classes else label
        told = f"{self.target} = {label}" if self.target else label
        return f"{told}, the positive class" if label == self.positive else told


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a case by the word of a person, whose word before was ``was``; "": they had not spoken."""

    review: Review
    said: str
    was: str = ""

    @property
    def state(self) -> State:
        """Whether somebody is still to be asked."""
        return self.review.state

    @property
    def label(self) -> str:
        """What two agree on; empty while there is nothing."""
        return self.review.label

    @property
    def how(self) -> str:
        """Whether they said so ``already``, have ``changed`` their word, or spoke for the first time: nothing."""
        return "" if not self.was else "already" if self.was == self.said else "changed"


def queue(folder: str | Path, store: Store, by: str, *, file: ShallFile | None = None,
          evidence: Evidence | None = None) -> Queue:
    """What waits for a reviewer, newest first; those that somebody else has looked at before all others.

    Args:
        folder: the log of decisions, decisions/NAME.
        store: where reviews are kept, and the alarms that stand.
        by: who asks: they are not shown what they have answered.
        file: the shall file of the model, for what the log does not say itself.
        evidence: of the same store, where somebody has read it already.
    """
    place = Path(folder)
    if not is_log(place):
        raise InputError(f"{place} is no log of decisions: name the folder that a server writes, decisions/NAME")
    told = noted(place) or told_of(file)
    said, taken = reviews(store.records(kept.REVIEW, place.name)), known(place, file, told.positive)
    groups = told.groups or (() if file is None else file.groups)
    some, more = _looked(place, _filters(_alarms(place.name, store, evidence), groups), told.columns)
    found = [replace(case, review=said.get(case.decision)) for case in some]
    found = [case for case in found if case.review is None or case.review.state != "agreed"]
    found.sort(key=lambda case: case.at, reverse=True)
    given = tuple(case for case in found if case.review is not None and case.review.of(by))
    mine = [case for case in found if case.review is None or not case.review.of(by)]
    mine.sort(key=lambda case: case.review is None)
    return Queue(place.name, tuple(mine[:MOST]), len(mine), len(found), taken.classes, taken.number,
                 _agreement(said.values()), given[:MOST], told.target, told.positive, lacks(taken, place),
                 more)


def _looked(place: Path, filters: Mapping[str, Filter | None], columns: Mapping[str, str]
            ) -> tuple[list[Case], int]:
    """The cases of a log that have no label, whatever was said of them, and how many more rows alarms are about."""
    key = (str(place), *sorted(columns.items()), *((words, str(where)) for words, where in filters.items()))
    return LATELY.of(key, mark_of(str(place)), lambda: cases(place, filters, columns, 4 * MOST))


def answer(folder: str | Path, store: Store, decision: str, label: str, *, by: str, role: str = "",
           file: ShallFile | None = None) -> Answer:
    """Say what a decision should have been. Once two agree, it is the label of the decision, with who and when.

    Until another has spoken, a later word takes the place of the one before; the same word again is not kept twice.
    ``file``: the shall file of the model, for its classes where the log names none. Raises InputError where nobody says
    it, the decision has a label, two differ and this is one of them, or no classes are known; Faults where it is no
    class of the model.
    """
    place, who = Path(folder), " ".join(by.split())
    if not person(who):
        raise InputError("say who you are: two different people have to agree")
    if not is_log(place) or not decision:
        raise InputError(f"{place} is no log of decisions, or no decision is named")
    if unknown(place, [decision]):
        raise InputError(f"{place} has no decision {decision[:64]!r}")
    taken = known(place, file, (noted(place) or told_of(file)).positive)
    if why := lacks(taken, place):
        raise InputError(why)
    (told,) = _checked(taken, decision, label, who)
    before = reviews(store.records(kept.REVIEW, place.name)).get(decision, Review(decision, ()))
    if before.state == "agreed":
        raise InputError(f"two have agreed on {decision} already: {before.label}")
    if has_label(place, [decision]):
        raise InputError(f"{decision} has a label already, so that nobody is asked what it is; one that is wrong is "
                         f"sent again: shall log label {place} FILE")
    was, said = before.of(who), _text(told.label)
    if was == said:
        return Answer(before, said, was)
    if was and before.state == "differ":
        raise InputError(f"two differ on {decision}, you and another: a third decides, and your word stays {was}")
    store.append(kept.REVIEW, place.name, kept.body(decision, said, who, role))
    after = reviews(store.records(kept.REVIEW, place.name))[decision]
    if after.state == "agreed":
        names = " and ".join(one.by for one in after.opinions if one.label == after.label)
        with decisions.LabelLog(place, decisions.now) as labels:
            labels.write(_checked(taken, decision, after.label, f"review by {names}"))
    return Answer(after, said, was)


def words(review: Review, label: str, how: str = "") -> str:
    """What became of a case, for the one who has just said what it is. ``how``: as of `Answer`."""
    left = {"agreed": f"two agree: {review.label} is its label", "waits": "one more person is to say so",
            "differ": "two differ: a third decides"}[review.state]
    return {"already": f"you said so already: {left}", "changed": f"your word is {label} now: {left}"}.get(how, left)


def further(found: Queue) -> str:
    """What waits beside the cases that are listed; nothing where nothing does."""
    return f"{found.more:,} older ones that an alarm is about take the place of those that get a label." if (
        found.more) else ""


def suggested(found: Queue, case: Case) -> str:
    """What the model says of a case, in a sentence."""
    score = "" if case.score is None else f" (score {case.score:.4g})"
    if not case.withheld:
        return f"The model suggests {found.meaning(case.suggestion)}{score}." if case.suggestion else (
            f"The model does not decide{score}.")
    like = f" Of scores like this one it decided {found.meaning(case.suggestion)}." if case.suggestion else ""
    return f"What the model decided is withheld{score}.{like}"


def withheld(store: Store | None, role: str) -> Callable[[Record], bool]:
    """Whether what a record says is kept from a role: a review, from all but the regulator, until its case is settled.

    Whoever may still be asked would know what others said.
    """
    if store is None or role == REGULATOR:
        return lambda record: False
    left = unsettled(store.records(kept.REVIEW))
    return lambda record: record.kind == kept.REVIEW and (
        record.subject, str(record.body.get("decision", ""))) in left


def _checked(taken: Taken, decision: str, label: str, source: str) -> list[Label]:
    value = _number(label) if taken.number else label
    try:
        return labelled([Label(decision, value, decisions.now(), source)], taken)
    except Faults as found:                 # one word of a person stands in no row
        raise Faults(tuple(replace(fault, row=None) for fault in found.faults)) from None


def _number(label: str) -> float | str:
    try:
        return float(label)
    except ValueError:
        return label


def _text(label: object) -> str:
    return f"{label:.15g}" if isinstance(label, float) else str(label)


def _alarms(name: str, store: Store, evidence: Evidence | None) -> Sequence[Record]:
    """The records of the alarms of a model that stand."""
    if not any(subject_of(one.subject)[0] == name for one in store.records(ALARM)):
        return ()
    found = Evidence(store) if evidence is None else evidence
    found.refresh()
    return [found.record(event.record) for event in found.model(name).alarms] if name in found.names() else ()


def _filters(alarms: Sequence[Record], groups: Sequence[GroupDef]) -> dict[str, Filter | None]:
    """The rows that each alarm is about, by words for it; none where its record does not say."""
    found: dict[str, Filter | None] = {}
    for name, line, about in [[str(one.body.get(part, "")) for part in ("name", "line", "about")] for one in alarms]:
        with suppress(InputError):
            if about:
                found[f"alarm: {name}, {about}"] = affected(Requirement.parse(line), about, groups)
    return found


def _agreement(found: Collection[Review]) -> Agreement:
    units = [[one.label for one in review.opinions] for review in found]
    several = [unit for unit in units if len(unit) > 1]
    return Agreement(len(several), sum(len(set(unit)) == 1 for unit in several), krippendorff(units))
