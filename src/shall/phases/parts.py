"""A requirement taken apart: one measure, one grouping, one side of the bound each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from shall import registry
from shall.core.card import Card
from shall.core.errors import InputError
from shall.core.log import Binding
from shall.core.requirement import Grouping, MeasureCall, Number, Reference, Requirement, Side
from shall.core.words import written_name
from shall.tally import Need, noise_of, replicates_of

FEATURE: Final = "feature"          # the reserved group: every feature on its own
GROUP: Final = "group"              # the reserved group: the shares of every group of the file, each on its own
CLASS: Final = "class"              # the reserved group: every class against all others
AVERAGES: Final = ("macro", "micro", "weighted")
OF_CLASS: Final = ("label", "decision", "score")    # what is read against one class
KINDS: Final = {"binary": "classifier", "multiclass": "classifier"}

Average = Literal["", "macro", "micro", "weighted"]
Item = tuple[tuple[str, str], ...]  # (("class", "cat"),), (("feature", "AGE"),) or ()
Group = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Feature:
    """What is asked on its own: a column that is neither a role nor a group, or a group; and how it is counted."""

    name: str
    axis: str                       # "value:AGE", "category:STATE" or "group:sex"


@dataclass(frozen=True, slots=True)
class Part:
    """One measure over one grouping, against one side of the bound."""

    requirement: Requirement
    call: MeasureCall
    measure: str                    # the id, aliases resolved
    card: Card
    grouping: Grouping              # the bands of `within` first
    side: Side
    needs: tuple[Need, ...]         # one an item
    items: tuple[Item, ...] = ((),) # what is counted on its own: each feature, each class, or all at once
    average: Average = ""           # over the items
    lacks: str = ""                 # why it cannot be measured on this log

    @property
    def module(self) -> Any:
        """The file of the measure."""
        return registry.find("measures", self.measure)

    @property
    def limit(self) -> Number | Reference:
        """The limit on this side."""
        limit = self.requirement.bound.low if self.side == ">=" else self.requirement.bound.high
        assert limit is not None
        return limit

    @property
    def options(self) -> dict[str, Any]:
        """The options of the call, without those of every measure; those that an alias sets come first."""
        return options_of(self.call, self.card)

    @property
    def references(self) -> tuple[str, ...]:
        """What it is compared with: keys of [data], `previous`, `logged` or `overall`."""
        of_limit = (self.limit.name,) if isinstance(self.limit, Reference) else ()
        asked = self.card.probe and self.card.reference         # a probe has compared, row by row
        return of_limit + ((self.requirement.against,) if self.requirement.against and not asked else ())

    @property
    def by_item(self) -> str:
        """`feature` or `group`, where each of them is asked of the same rows; else empty."""
        named = self.items[0][0][0] if self.items and self.items[0] else ""
        return named if named in (FEATURE, GROUP) else ""

    def beside(self, need: Need, reference: str) -> Need:
        """What is counted of a reference: other data are taken as they are, whatever the population of the line."""
        return need if reference in ("previous", "overall") else replace(need, weight="")

    def key(self, item: Item, group: Group) -> Group:
        """A group of one item, in the order of the grouping."""
        of = dict((*item, *group))
        return tuple((name, of[name]) for name in self.grouping if name in of)


def options_of(call: MeasureCall, card: Card) -> dict[str, Any]:
    """The options of a call by their name, defaults filled in."""
    defaults = {option.name: option.default for option in card.options}
    said = {**dict(registry.named(call.name).preset), **dict(call.options)}
    return {**defaults, **{name: value for name, value in said.items() if name != "average"}}


def take_apart(requirement: Requirement, binding: Binding, features: Sequence[Feature] = ()) -> tuple[Part, ...]:
    """The parts of a requirement, in the order in which they were written; InputError where it does not fit the kind
    of the subject."""
    return tuple(_parts(requirement, binding, features))


def _parts(requirement: Requirement, binding: Binding, features: Sequence[Feature]) -> Iterator[Part]:
    bound = requirement.bound
    both: tuple[tuple[Side, object], ...] = ((">=", bound.low), ("<=", bound.high))
    sides = [side for side, limit in both if limit is not None]
    for call in requirement.measures:
        name, card, _ = registry.named(call.name)
        for over in requirement.over or ((),):
            if wrong := _unfit(requirement, call, card, over, binding):
                raise InputError(f"{requirement.name or call.name}: {wrong}")
            lacks = _lacks(card, binding)
            needs, items = _needs(requirement, call, (name, card, over), binding, features)
            if not needs:
                of_group = "the file defines no group" if asks_groups(over, binding) else ""
                lacks = lacks or of_group or "the log has no column left that is a feature"
            for side in sides:
                yield Part(requirement, call, name, card, requirement.within + over, side, () if lacks else needs,
                           items, _average(call), lacks)


def _unfit(requirement: Requirement, call: MeasureCall, card: Card, over: Grouping, binding: Binding) -> str:
    """Why a line cannot be asked of a subject of this kind."""
    kind = KINDS.get(binding.kind, binding.kind)
    several = binding.kind == "multiclass"
    average, by_class = _average(call), CLASS in (*over, *requirement.within)
    if kind not in card.examines:
        return f"{call.name} examines a {' or '.join(card.examines)}, and the subject is a {kind}"
    if isinstance(requirement.bound.low or requirement.bound.high, Reference) and requirement.aggregate != "each":
        return f"a limit that names a reference goes with `each`, not with `{requirement.aggregate} of`"
    if (by_class or average) and not several:
        what = f"average = {average}" if average else "over class"
        return f"`{what}` needs a subject of more than two classes, none of them said to be positive"
    if by_class and average:
        return f"`over class` and `average = {average}` exclude one another: take one of them"
    if FEATURE in over and by_class:
        return "`over feature` and `class` exclude one another"
    if several and not by_class and not average and not card.multiclass and {*card.needs} & {*OF_CLASS}:
        return f"of several classes `{call.name}` needs `over class`, or an average: {call.name}(average = macro)"
    if average == "micro" and not card.apart:
        return f"a micro average would count a row of {call.name} more than once: take average = macro"
    return ""


def _average(call: MeasureCall) -> Average:
    found: Average = dict(call.options).get("average", "")  # type: ignore[assignment]
    return found


def _needs(requirement: Requirement, call: MeasureCall, what: tuple[str, Card, Grouping], binding: Binding,
           features: Sequence[Feature]) -> tuple[tuple[Need, ...], tuple[Item, ...]]:
    """What is to be counted, for each item."""
    name, card, over = what
    module = registry.find("measures", name)
    given = {"column": call.columns[0] if call.columns else "score", "filter": str(call.filter or ""),
             **_answers(answer_of(requirement, call)), **options_of(call, card)}
    axes, sums = _written(module, given)
    made = (FEATURE, CLASS, *([GROUP] if asks_groups(over, binding) else []))
    groups = tuple(group for group in requirement.within + over if group not in made)
    average = _average(call)
    plain = Need(requirement.where, groups, axes, sums, weight=weight_of(requirement))
    if FEATURE in over and card.probe:
        asked = [_written(module, {**given, **_answers(answer_of(requirement, call, feature.name))})
                 for feature in features]
        return (tuple(replace(plain, axes=its, sums=some) for its, some in asked),
                tuple(((FEATURE, feature.name),) for feature in features))
    if FEATURE in over or asks_groups(over, binding):
        each = tuple(features) if FEATURE in over else _groups_of(binding)
        return (tuple(replace(plain, axes=_axes_of(feature, axes)) for feature in each),
                tuple(((over[0], feature.name),) for feature in each))
    if average or CLASS in (*requirement.within, *over):
        support = ("label",) if average == "weighted" and "label" not in axes else ()
        return (tuple(replace(plain, axes=axes + support, of=one) for one in binding.classes),
                tuple(((CLASS, one),) for one in binding.classes))
    return (plain,), ((),)


def asks_groups(over: Grouping, binding: Binding) -> bool:
    """Whether the shares of every group are asked for; a group of the file that is called so is meant first."""
    return over == (GROUP,) and all(group.name != GROUP for group in binding.groups)


def _groups_of(binding: Binding) -> tuple[Feature, ...]:
    return tuple(Feature(group.name, f"group:{group.name}") for group in binding.groups)


def _written(module: Any, given: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The axes and sums of a measure, for the arguments of a call."""
    axes, sums = (tuple(text.format(**given) for text in getattr(module, part, ())) for part in ("AXES", "SUMS"))
    return axes, sums


def _answers(answer: str) -> dict[str, str]:
    return {"answer": answer, "written": written_name(answer)}


def answer_of(requirement: Requirement, call: MeasureCall, feature: str = "") -> str:
    """The column that the probe of a measure adds to the log; empty where it has none."""
    module = registry.find("measures", registry.named(call.name).id)
    column = feature or (call.columns[0] if call.columns else "")
    return str(getattr(module, "ANSWER", "")).format(column=column, against=requirement.against)


def weight_of(requirement: Requirement) -> str:
    """The column of weights that makes the rows like those of the line's population; empty where it names none."""
    return "" if requirement.population is None else f"weight on {requirement.population}"


def weights_of(requirement: Requirement) -> tuple[str, ...]:
    """The columns that a line on a population wants besides those of the log."""
    weight = weight_of(requirement)
    return (weight, noise_of(weight), *replicates_of(weight)) if weight else ()


def _axes_of(feature: Feature, axes: tuple[str, ...]) -> tuple[str, ...]:
    """The axes of a measure, asked of a feature: those of a column become those of the feature."""
    if any(axis.startswith("missing:") for axis in axes):
        return (f"missing:{feature.name}",)
    if any(axis.startswith("value:") for axis in axes):
        return tuple(feature.axis if axis.startswith("value:") else axis for axis in axes)
    return (feature.axis,)


def _lacks(card: Card, binding: Binding) -> str:
    """Why a log cannot tell it."""
    for role in card.needs:
        if not _has(role, binding) and not (card.estimates and role == "label"):    # the reference has them
            what = {"scores": "score column for each class", "covered": "set, nor lower and upper columns"}
            if role == "size":
                return "the file names no model whose size could be known: [subject] model = \"…\""
            return f"the log has no {what.get(role, f'{role} column')}"
    return ""


def _has(role: str, binding: Binding) -> bool:
    if role == "scores" or (role in ("score", "decision") and binding.kind == "multiclass"):
        return bool(binding.scores) or (role == "decision" and binding.column(role) is not None)
    if role == "decision" and binding.column("score") and binding.threshold is not None:
        return True
    if role in dict(binding.facts):
        return True
    if role == "covered":
        return binding.column("set") is not None or None not in (binding.column("lower"), binding.column("upper"))
    return binding.column(role) is not None
