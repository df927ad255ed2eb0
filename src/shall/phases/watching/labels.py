"""Which lines need labels, and the file split into those that do and those that do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from shall.core.log import Binding
from shall.phases.parts import Part
from shall.tally import Need
from shall.tally.axes import columns_of, columns_of_axis, columns_of_quantity
from shall.tally.expressions import quantities


def needs_labels(parts: Sequence[Part], binding: Binding) -> bool:
    """Whether anything that a line counts reads the label of a row; an estimate reads those of its reference."""
    label = binding.column("label")
    reading = [part for part in parts if not part.card.estimates or part.requirement.against == "previous"]
    return label is not None and any(label in _columns(need, binding) for part in reading for need in part.needs)


def without_labels(binding: Binding) -> Binding:
    """The same rows, read without their labels."""
    return replace(binding, roles=tuple(pair for pair in binding.roles if pair[0] != "label"))


def _columns(need: Need, binding: Binding) -> Iterator[str]:
    yield from columns_of(need.where)
    for axis in need.axes:
        yield from columns_of_axis(need.axis(axis), binding)
    for text in need.sums:
        for quantity in quantities(need.sum(text)):
            yield from columns_of_quantity(quantity, binding)
    yield from (group.column for group in binding.groups if group.name in need.groups)
