"""`slices`: open what the file names, and find the rows where the subject fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from shall import registry
from shall.api.apart import lacking
from shall.api.opening import File, file_of, opened
from shall.core.errors import InputError
from shall.core.line import Bound, Number
from shall.core.requirement import Requirement
from shall.phases.check import Progress
from shall.phases.slices.failing import FailingSlices, Worst
from shall.phases.slices.slicing import UNBOUND, Asked, base_of
from shall.phases.slices.slicing import slices as searched
from shall.spec import ShallFile
from shall.subjects import looked_for

ERRORS: Final = ("accuracy", "false_negative_rate", "false_positive_rate", "true_negative_rate", "true_positive_rate",
                 "brier", "log_loss", "multiclass_log_loss", "mean_absolute_error", "quantile_loss", "precision",
                 "selective_risk", "top_k_accuracy")

GATE: Final = ("these are the rows of the gate: a model that is built or chosen by what is found here needs another "
               "gate, or other rows to search: --data")


def slices(file: File = "shall.toml", data: Any = None, *, measure: str | None = None,
           over: Sequence[str] | None = None, depth: int = 3, top: int = 10, at_least: int | None = None,
           bins: int = 8, worst: Worst | None = None, halves: bool = False, progress: Progress | None = None,
           ) -> FailingSlices:
    """The rows where a subject fails: its worst slices by one measure, such as `AGEP >= 55 and SEX = '2'`.

    Every slice of up to ``depth`` features is considered, and the ``top`` worst are found exactly; of two that share
    more than half of their rows only the worse one is told. Bounds hold for all slices at once.

    Args:
        file: path of a shall file, or a mapping with its keys.
        data: the log: a path, or any frame; else `log` or `gate` of the file.
        measure: the name of a requirement, or a measure such as "accuracy" or "mean(cost)"; else the first requirement
            on errors of single rows, or "accuracy".
        over: columns and groups; else all columns that have no role.
        at_least: rows that a slice has; else half a per cent of all, and 50.
        bins: ranges that a number is cut into, of as many rows each; a slice has one or several of them.
        worst: "high" or "low", where neither the measure nor its bound says it.
        halves: search on one half of the rows and judge on the other: with many features, bounds are narrower.
        progress: called with what is being done and the rows done since the last call.

    Returns what was found: `.slices[i].filter` is text of the language, `.write(file, which)` makes a requirement of
    it, `.tree` is an overview.

    Raises FileError where the file has problems, DataError where the data have, InputError where slices cannot be
    searched by the measure.
    """
    if bins < 2 or worst not in (None, "high", "low"):
        raise InputError("bins are 2 or more, and worst is \"high\" or \"low\"")
    shall_file = file_of(file)
    base = base_of(_requirement(shall_file, measure))
    subject = opened(replace(shall_file, requirements=(base,)), data)
    asked = Asked(over, depth, top, at_least, bins, worst, halves, looked_for(shall_file.subject.target))
    found = searched(subject.log, subject.binding, base, asked, shall_file.confidence, progress)
    gate = data is None and (subject.model is not None or "log" not in shall_file.data)
    left = [lacking("no slices by", subject.apart, subject.log.name)] if subject.apart and over is None else []
    return replace(found, subject=shall_file.subject.name, file=str(shall_file.path or ""),
                   notes=(*subject.notes, *left, *found.notes, *((GATE,) if gate else ())))


def _requirement(file: ShallFile, measure: str | None) -> Requirement:
    """The requirement of a name, or one made of a measure alone."""
    named = {requirement.name: requirement for requirement in file.requirements}
    if measure is None:
        usual = "mean_absolute_error" if file.subject.kind == "regressor" else "accuracy"
        measure = next((line.name for line in file.requirements if _tells_errors(line)), usual)
    if measure in named:
        return named[measure]
    if measure.isidentifier() and measure not in registry.names():
        raise InputError(f"there is neither a requirement nor a measure {measure}; requirements: "
                         f"{', '.join(named) or 'none'}; `shall list` shows the measures")
    return replace(Requirement.parse(f"{measure} >= 0"), bound=Bound(high=Number(UNBOUND)))


def _tells_errors(line: Requirement) -> bool:
    """Whether a line is about errors of single rows."""
    return line.against is None and line.population is None and registry.named(line.measures[0].name).id in ERRORS
