"""What a line that nobody asked yet would be found to be now: a slice of a requirement whose counts a check kept."""

from __future__ import annotations

from dataclasses import replace

from shall.api.shown.drilling import Drill, Drilling
from shall.core.requirement import Requirement


def foreseen(drilling: Drilling, model: str, text: str) -> Drill | None:
    """A line with a filter, as the slice of the requirement that says the same of all rows; None where none does.

    InputError, DataError.
    """
    line = Requirement.parse(text)
    if line.where is None:
        return None
    whole = replace(line, where=None)
    base = next((one for one in drilling.requirements(model) if Requirement.parse(str(one)) == whole), None)
    return None if base is None else drilling.drill(model, base.name, str(line.where))
