"""The settings of a learner: what is given, and the default of each choice that is not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from shall.core.errors import InputError
from shall.methods.task import Choice, Scalar


def chosen(space: Sequence[Choice], settings: Mapping[str, Scalar] | None) -> dict[str, Any]:
    """The value of each choice. InputError where a name is unknown or a value is not within its choice."""
    given = dict(settings or {})
    names = [choice.name for choice in space]
    if unknown := sorted(set(given) - set(names)):
        raise InputError(f"there is no setting {unknown[0]}; there are: {', '.join(names)}")
    return {choice.name: _checked(choice, given.get(choice.name, choice.default)) for choice in space}


def _checked(choice: Choice, value: Scalar) -> Scalar:
    if choice.options:
        if value not in choice.options:
            raise InputError(f"{choice.name} must be one of {', '.join(map(str, choice.options))}, not {value!r}")
        return value
    if isinstance(choice.default, str):
        if not isinstance(value, str):
            raise InputError(f"{choice.name} must be text, not {value!r}")
        return value
    return _number(choice, value)


def _number(choice: Choice, value: Scalar) -> Scalar:
    right = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not right or (choice.whole and value != int(value)):
        raise InputError(f"{choice.name} must be a {'whole ' if choice.whole else ''}number, not {value!r}")
    if not choice.low <= float(value) <= choice.high:
        raise InputError(f"{choice.name} must lie between {choice.low:g} and {choice.high:g}, and is {value}")
    return int(value) if choice.whole else float(value)
