"""Labels that came from outside, as a log keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any, Final, NamedTuple

from shall.core.decisions import Label
from shall.core.errors import Fault, Faults
from shall.graph.fields import nearest

TRUTHS: Final = {"true": "1", "false": "0", "1": "true", "0": "false"}
MOST: Final = 100                           # faults that are told


class Taken(NamedTuple):
    """What may be a label: a ``number``, or one of some ``classes``; any text where these are not known."""

    number: bool = False
    classes: tuple[str, ...] = ()


def text_of(value: Any) -> str | None:
    """A class as a log has it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def labelled(labels: Sequence[Label], taken: Taken, rows: Sequence[int] = ()) -> list[Label]:
    """The same labels: of a regressor as numbers, else as the texts of its classes. Faults with every fault.

    ``rows``: where each stood, to be told of a fault; else its place among them.
    """
    faults: list[Fault] = []
    found = []
    for place, label in zip(rows or range(len(labels)), labels, strict=True):
        if not label.decision:
            faults.append(Fault(place, "decision", "a label names no decision", "give the evidence id of its answer"))
        value = _number(label, place) if taken.number else _class(label, place, taken.classes)
        if isinstance(value, Fault):
            faults.append(value)
        else:
            found.append(label._replace(label=value))
    if faults:
        more = (Fault(None, "", f"there may be more than these {MOST} faults", "mend these"),)
        raise Faults((*faults[:MOST], *(more if len(faults) > MOST else ())))
    return found


def _number(label: Label, place: int) -> float | Fault:
    if isinstance(label.label, int | float) and not isinstance(label.label, bool) and isfinite(label.label):
        return float(label.label)
    return Fault(place, "label", f"the label {label.label!r:.60} is no number", "give what the number turned out to be")


def _class(label: Label, place: int, texts: Sequence[str]) -> str | Fault:
    said = str(text_of(label.label))
    if not texts or said in texts:
        return said
    if TRUTHS.get(said) in texts:
        return TRUTHS[said]
    near = nearest(said, texts)
    return Fault(place, "label", f"there is no class {said[:60]}",
                 f"did you mean {near}?" if near else f"the classes are {', '.join(texts[:20])}")
