"""`guard`: which answers of a model may leave, made of rows that it did not learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shall.adapters.frames import table_of
from shall.core.errors import InputError
from shall.phases.guarding import Asked, Known, Trained, guard_of
from shall.runtimes.guard import Guard


def guard(said: Any, label: Any, *, classes: Sequence[Any], rows: Any = None, training: Any = None,
          training_label: Any = None, columns: Sequence[str] | None = None, threshold: float | None = None,
          alpha: float = 0.05, coverage: float | None = None, risk: float | None = None, confidence: float = 0.95,
          groups: Any = None, seed: int = 0) -> Guard:
    """A guard that decides which answers may leave, and says why the others may not.

    Args:
        said: what the model says of rows that it did not learn from: probabilities [n, classes], or the outputs of a
            scorer by name. At least some hundred rows.
        label: their true classes [n].
        classes: the classes in the order of the probabilities.
        rows: the same rows, any table; needed with ``training``.
        training: rows that the model learned from: what is unlike them is not answered. ``columns``: those to look at,
            else all that both tables have; of more than 64, such as pixels, ``training_label`` [n] helps.
        threshold: from which probability of the last of two classes on that class is decided; else the likeliest is.
        alpha: the share of rows like those of training that are taken for unlike, at most.
        coverage: not answered where a set that holds the true class of so many rows has several classes, or none.
        risk: the share of wrong answers among all that are answered, at most, with so much ``confidence``; in each of
            ``groups`` [n], where they are given.

    Half of the rows place the line of training and the limit of the sets, the other half the line of the risk, on those
    that the first two let pass. Raises InputError where nothing is asked, DataError where rows do not fit together.
    """
    if training is None and coverage is None and risk is None:
        raise InputError("a guard has to be asked for something: training=…, coverage=… or risk=…")
    if training is not None and rows is None:
        raise InputError("what is unlike training takes the rows that the answers are about, too: rows=…")
    outputs = said if isinstance(said, Mapping) else {"probabilities": said}
    known = Known(outputs, label, None if rows is None else table_of(rows), groups)
    trained = None if training is None else Trained(table_of(training), columns, training_label)
    return guard_of(Asked(classes, threshold, alpha, coverage, risk, confidence, seed), known, trained)
