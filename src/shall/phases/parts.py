"""A requirement taken apart: one measure, one grouping, one side of the bound each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shall import registry
from shall.core.card import Card
from shall.core.errors import InputError
from shall.core.log import Binding
from shall.core.requirement import Grouping, MeasureCall, Number, Reference, Requirement, Side
from shall.tally import Need

FEATURE = "feature"                 # the reserved group: every feature on its own


@dataclass(frozen=True, slots=True)
class Feature:
    """A column that is neither a role nor a group; ``axis`` says how its values are counted."""

    name: str
    axis: str                       # "value:AGE" or "category:STATE"


@dataclass(frozen=True, slots=True)
class Part:
    """One measure over one grouping, against one side of the bound."""

    requirement: Requirement
    call: MeasureCall
    measure: str                    # the id, aliases resolved
    card: Card
    grouping: Grouping              # the bands of `within` first
    side: Side
    needs: tuple[Need, ...]         # one, or one a feature
    features: tuple[str, ...] = ()
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
        """The options of the call; those that an alias sets come first."""
        return {**dict(registry.named(self.call.name).preset), **dict(self.call.options)}

    @property
    def references(self) -> tuple[str, ...]:
        """What it is compared with: keys of [data], `previous`, `logged` or `overall`."""
        of_limit = (self.limit.name,) if isinstance(self.limit, Reference) else ()
        return of_limit + ((self.requirement.against,) if self.requirement.against else ())


def take_apart(requirement: Requirement, binding: Binding, features: Sequence[Feature] = ()) -> tuple[Part, ...]:
    """The parts of a requirement, in the order in which they were written."""
    return tuple(_parts(requirement, binding, features))


def _parts(requirement: Requirement, binding: Binding, features: Sequence[Feature]) -> Iterator[Part]:
    bound = requirement.bound
    both: tuple[tuple[Side, object], ...] = ((">=", bound.low), ("<=", bound.high))
    sides = [side for side, limit in both if limit is not None]
    for call in requirement.measures:
        name, card, _ = registry.named(call.name)
        for over in requirement.over or ((),):
            for side in sides:
                yield _part(requirement, call, (name, card, over, side), binding, features)


def _part(requirement: Requirement, call: MeasureCall, what: tuple[str, Card, Grouping, Side],
          binding: Binding, features: Sequence[Feature]) -> Part:
    name, card, over, side = what
    if "class" in over:
        raise InputError(f"{requirement.name or call.name}: `over class` needs a multiclass subject")
    if isinstance(requirement.bound.low or requirement.bound.high, Reference) and requirement.aggregate != "each":
        raise InputError(f"{requirement.name or call.name}: a limit that names a reference goes with `each`, "
                         f"not with `{requirement.aggregate} of`")
    by_feature = FEATURE in over
    grouping = requirement.within + tuple(group for group in over if group != FEATURE)
    if by_feature and grouping:
        raise InputError(f"{requirement.name or call.name}: `over feature` stands alone, without other groups")
    module = registry.find("measures", name)
    axes = tuple(axis.format(column=call.columns[0] if call.columns else "score") for axis in module.AXES)
    sums = tuple(getattr(module, "SUMS", ()))
    lacks = next((f"the log has no {role} column" for role in card.needs if not _has(role, binding)), "")
    chosen = tuple(features) if by_feature else ()
    if by_feature and not chosen:
        lacks = "the log has no column left that is a feature"
    needs = tuple(Need(requirement.where, (), (feature.axis,), ()) for feature in chosen) if by_feature else (
        Need(requirement.where, grouping, axes, sums),)
    return Part(requirement, call, name, card, over if by_feature else grouping, side,
                () if lacks else needs, tuple(feature.name for feature in chosen), lacks)


def _has(role: str, binding: Binding) -> bool:
    if role == "decision" and binding.column("score") and binding.threshold is not None:
        return True
    return binding.column(role) is not None
