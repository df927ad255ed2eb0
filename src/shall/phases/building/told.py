"""What a trial came to as text, so that workers and databases can pass it on, bit for bit."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

import numpy as np

from shall.phases.building.candidates import Tried
from shall.phases.building.trial import Outcome

EMPTY: Final = Tried("", 0.0, (), (), (), 0.0)
NUMBER: Final = "number"


def written(outcome: Outcome) -> str:
    """As JSON, which knows neither infinity nor nan: they are text. What cannot be written is a failed trial."""
    try:
        return json.dumps(_plain(asdict(outcome)))
    except (TypeError, ValueError) as error:
        return json.dumps(_plain(asdict(Outcome(failed=f"its candidates cannot be written down: {error}"))))


def read(text: str) -> Outcome:
    """From `written`."""
    told: dict[str, Any] = json.loads(text, object_hook=_number)
    return Outcome(tuple(_tried(one) for one in told["tried"]), told["failed"], told["loss"], told["seconds"],
                   tuple(told["notes"]), told["says"])


def _tried(told: Mapping[str, Any]) -> Tried:
    spans = tuple(None if span is None else tuple(span) for span in told["spans"])
    lists = {name: tuple(told[name]) for name in ("values", "within", "held", "span")}
    return replace(EMPTY, **{**told, **lists, "spans": spans})


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {NUMBER: str(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _number(told: dict[str, Any]) -> Any:
    return float(told[NUMBER]) if [*told] == [NUMBER] else told
