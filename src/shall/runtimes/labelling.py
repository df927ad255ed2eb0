"""Labels that came from outside, as a log keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Final

from shall.core.decisions import Label
from shall.core.errors import Fault, Faults
from shall.graph.fields import nearest
from shall.runtimes.deciding import text_of
from shall.runtimes.version import Version

TRUTHS: Final = {"true": "1", "false": "0", "1": "true", "0": "false"}


def labelled(labels: Sequence[Label], version: Version) -> list[Label]:
    """The same labels: of a regressor as numbers, else as the texts of its classes. Faults with every fault."""
    faults: list[Fault] = []
    found = []
    columns = version.columns
    texts = columns.labels or [str(text_of(one)) for one in version.deciding.classes]
    if columns.positive and columns.positive not in texts:      # labels are called otherwise than decisions
        texts = []
    for place, label in enumerate(labels):
        if not label.decision:
            faults.append(Fault(place, "decision", "a label names no decision", "give the evidence id of its answer"))
        value = _number(label, place) if columns.kind == "regressor" else _class(label, place, texts)
        if isinstance(value, Fault):
            faults.append(value)
        else:
            found.append(label._replace(label=value))
    if faults:
        raise Faults(tuple(faults))
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
