"""What a line that nobody asked yet would be found to be now: of rows, or of the counts that the newest check kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from shall.adapters.sources import EMPTY
from shall.api.shown.drilling import ROWS, Drill, Drilling
from shall.api.shown.proposing import store_to_read
from shall.api.shown.rows_at_hand import AtHand
from shall.core.errors import DataError, InputError, ShallError
from shall.core.requirement import Requirement
from shall.core.store import Store
from shall.phases.measuring import prepare
from shall.reports._figures import scale_of
from shall.spec import load


def foreseen(drilling: Drilling, model: str, text: str) -> Drill | None:
    """A line on the rows of the newest check of a model; where what that kept does not tell it, on the rows at hand.
    None where neither does, or it is no verdict.

    InputError, DataError.
    """
    line = Requirement.parse(text)
    checked, at_hand = drilling.checked(model), drilling.at_hand(model)
    if checked is not None and prepare([line], checked.asked.plan.binding).references:
        return None                         # it is held against something that this has not at hand
    whole = replace(line, where=None)
    asked = next((one for one in drilling.requirements(model) if Requirement.parse(str(one)) == whole), whole)
    where, found = "" if line.where is None else str(line.where), None
    try:
        found = drilling.drill(model, asked, where)
    except ShallError:
        if at_hand is None:
            raise
    if at_hand is not None and (found is None or found.drilled.verdict is None):
        found = drilling.drill(model, asked, where, ROWS)
    told = found is not None and found.drilled.verdict is not None and not prepare([line], found.binding).references
    return found if told else None


def of_check(file: str | Path, text: str, store: Store | str | None = None) -> Drill | None:
    """A line on the rows of the newest check of the subject of a shall file; None where what that kept does not tell.
    """
    with store_to_read(Path(file), store) as opened:
        model = load(Path(file)).subject.name
        drilling = Drilling(opened)
        if drilling.checked(model) is None:
            return None
        try:
            return foreseen(drilling, model, text)
        except ShallError:
            return None


def of_rows(file: str | Path, text: str, data: str) -> Drill:
    """A line on rows of a log, read as a shall file reads them. InputError where these do not tell; DataError."""
    path, line = Path(file), Requirement.parse(text)
    if not data:
        raise DataError(EMPTY)
    drilling = Drilling(None, lambda _: AtHand(path, data))
    found = drilling.drill(load(path).subject.name, replace(line, where=None),
                           "" if line.where is None else str(line.where), ROWS)
    if others := prepare([line], found.binding).references:
        raise InputError(f"{line} is compared with {', '.join(others)}, which is not at hand here: put the line into "
                         "the file, and `shall check` says it")
    if found.drilled.verdict is None:
        raise InputError(found.drilled.refused or found.drilled.lacks)
    return found


def told(found: Drill) -> str:
    """In a sentence."""
    verdict, stand = found.drilled.verdict, found.stand
    assert verdict is not None
    part, scale = verdict.deciding, scale_of(verdict, verdict.deciding)
    what = part.reason if part.value is None else (
        f"{scale(part.value)} {scale.between(part.low, part.high)}, n {part.n:,}")
    rows = f"the newest check ({stand.at[:10]}, record {stand.record})" if stand.record else stand.log
    return f"on the rows of {rows} it would be {verdict.verdict}: {what}"
