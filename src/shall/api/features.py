"""Which columns `over feature` asks about."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa

from shall.adapters.answers import DECISION, SCORE
from shall.core.errors import ShallError
from shall.core.log import Binding, Log
from shall.phases.parts import FEATURE, Feature, weights_of
from shall.spec import ShallFile


def features_of(file: ShallFile, log: Log, binding: Binding) -> tuple[Feature, ...]:
    """The columns that `over feature` means: those that are neither a role nor a group."""
    if not any(FEATURE in grouping for requirement in file.requirements for grouping in requirement.over):
        return ()
    used = {column.name for _, column in binding.roles} | {group.column for group in binding.groups}
    used |= {name for requirement in file.requirements for name in weights_of(requirement)}
    return tuple(Feature(field.name, f"{_axis(field.type)}:{field.name}") for field in log.schema
                 if field.name not in used and _axis(field.type))


def not_asked(file: ShallFile, log: Log, binding: Binding, other: Callable[[str], Log]) -> Iterator[str]:
    """A sentence on the columns that only other data have: a feature that comes no more has no row to be counted in."""
    asking = {line.against: line for line in file.requirements
              if line.against and line.against in file.data and any(FEATURE in grouping for grouping in line.over)}
    answered = {SCORE, DECISION, file.subject.target, *(column.name for column in file.columns.values())}
    for name in asking:
        try:
            there = features_of(file, other(name), binding)
        except ShallError:
            continue                        # told where its rows are counted
        if lost := [one.name for one in there if one.name not in answered | {*log.schema.names}]:
            yield f"`over feature` asks about the columns of the log: of `{name}` it lacks {', '.join(lost)}"


def _axis(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return "value"
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_boolean(kind)
    return "category" if text or pa.types.is_dictionary(kind) else ""
