"""Other data that lines are compared with, read by the columns of the log that they stand beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from shall import adapters
from shall.adapters.answers import ABSTAINED, DECISION, LOWER, SCORE, SET, UPPER
from shall.adapters.frames import apart_of
from shall.adapters.renamed import RenamedLog
from shall.api.opening import Opened, log_at, path_of
from shall.core.errors import DataError, InputError
from shall.core.log import Binding, Log
from shall.phases.measuring import Examination
from shall.spec import ShallFile

BY_CHECK: Final = {"score": SCORE, "decision": DECISION, "abstained": ABSTAINED, "set": SET, "lower": LOWER,
                   "upper": UPPER}          # how what a model answers is called where it is put to rows
BY_SERVICE: Final = {"score": ("score", "prediction")}     # in a log of decisions; the others as their role


def reference(subject: Opened, examination: Examination, name: str) -> tuple[Examination, Log]:
    """What is counted of other data, and these. InputError where they are not named, DataError where they are not
    there, and either where they lack a column."""
    asked = examination.compared_with(name)
    there = adapters.shared(log_at(subject.file, path_of(subject.file, name), subject.untrusted))
    log = alike(there, subject.file, asked.binding)
    missing = [column for column in asked.plan.columns if column not in log.schema.names]
    if not missing:
        return asked, log
    if missing[0] in (apart := apart_of(there)):
        raise DataError(f"`{name}` cannot be compared with: {apart[missing[0]]}")
    tried = dict(_answers(subject.file, asked.binding)).get(missing[0], ())
    also = [one for one in dict.fromkeys(tried) if one != missing[0]]
    hint = (f" (nor {', '.join(also)}). It is what the model answered on each of these rows: `shall predict` writes it"
            if also else "")
    raise InputError(f"`{name}` cannot be compared with: {log.name} has no column {missing[0]}, which the requirements "
                     f"need{hint}")


def alike(log: Log, file: ShallFile, binding: Binding) -> Log:
    """Other data, in which what a model answered is called as in the log that the binding is of.

    A model that is put to rows answers in `shall_score`, a server writes `score`, and a file may name its own: other
    data may have it under any of these.
    """
    there = {*log.schema.names}
    names = {here: next((one for one in some if one in there), "") for here, some in _answers(file, binding)
             if here not in there}
    found = {here: name for here, name in names.items() if name}
    return RenamedLog(log, found) if found else log


def _answers(file: ShallFile, binding: Binding) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each column of the binding that a model fills, and every name that it may have elsewhere, the likeliest first."""
    for role, name in BY_CHECK.items():
        column = binding.column(role)
        if column is not None:
            own = (file.columns[role].name,) if role in file.columns else ()
            served = BY_SERVICE.get(role, (role,))
            yield column, (*own, name, *served, *(f"decision_{one}" for one in served))
    for label, column in binding.scores:
        own = (file.scores[label],) if label in file.scores else ()
        yield column, (*own, f"{SCORE}_{label}", f"score_{label}", f"decision_score_{label}")
