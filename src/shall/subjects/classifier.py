"""A classifier: a decision, a label and perhaps scores in each row; of two classes, or of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pyarrow as pa

from shall.core.errors import DataError
from shall.core.log import Binding, Column
from shall.subjects._classes import CODES, classes_of, decided_of, in_order, negative_of, positive_of, values_of
from shall.subjects._roles import DECISION, LABEL, ROWS, Asked, guessed, numbers_in, roles_of

NAMES: Final = {                            # by which names a role goes where the file does not say
    **ROWS,
    "score": ("score", "probability", "predicted_probability", "y_pred_proba", "y_score", "proba", "p"),
    "decision": DECISION,
    "label": LABEL,
    "abstained": ("abstained", "rejected", "deferred"),
    "set": ("prediction_set", "predicted_set"),
}
PREFIXES: Final = ("score_", "probability_", "proba_", "p_")    # before a class, in the name of its score


def bind(peek: pa.Table, asked: Asked) -> Binding:
    """Which column plays which role; guessed by its name where the file does not say.

    ``peek`` is a table with some rows of the log. With more than two classes, and none that is said to be the
    positive one, the subject is multiclass. Raises DataError where a named column is missing or cannot be what it is
    said to be.
    """
    roles = roles_of(peek, asked, NAMES)
    base = Binding(tuple(roles.items()), groups=asked.groups, units=asked.units)
    return _multiclass(peek, base, asked) if _several(peek, roles, asked) else _binary(peek, base, asked)


def guessed_roles(peek: pa.Table) -> dict[str, Column]:
    """The roles that columns seem to play by their names; a score that is no probability plays none."""
    found = guessed(peek, NAMES, {}, None)
    try:
        _check_score(peek, found.get("score"))
    except DataError:
        del found["score"]
    return found


def values_of_column(peek: pa.Table, name: str) -> tuple[str, ...]:
    """What a column holds, as text: numbers in their order, before other texts."""
    return in_order(values_of(peek, name))


def _several(peek: pa.Table, roles: Mapping[str, Column], asked: Asked) -> bool:
    """Whether there are more than two classes, and none is the positive one."""
    if asked.positive is not None:
        return False
    if len(asked.classes) > 2 or len(asked.scores) > 2:
        return True
    role = "label" if "label" in roles else "decision"
    values = values_of(peek, roles[role].name) if role in roles else set()
    return len(values) > 2 and not values <= CODES


def _binary(peek: pa.Table, base: Binding, asked: Asked) -> Binding:
    roles = dict(base.roles)
    _check_score(peek, roles.get("score"))
    names = {role: column.name for role, column in roles.items()}
    chosen = positive_of(peek, names, asked.positive)
    threshold = asked.threshold
    if threshold is None and "decision" not in roles and "score" in roles:
        threshold = 0.5
    return replace(base, positive=chosen, threshold=threshold, decided=decided_of(peek, names, chosen),
                   negative=negative_of(peek, names, chosen))


def _multiclass(peek: pa.Table, base: Binding, asked: Asked) -> Binding:
    roles = dict(base.roles)
    score = roles.pop("score", None)
    if score is not None and not score.guessed:
        raise DataError(f"one score column ({score.name}) does not tell several classes apart: name one for each "
                        f"class, [columns] scores = {{ CLASS = \"…\" }}, or call them {PREFIXES[0]}CLASS")
    classes = asked.classes or classes_of(peek, {role: column.name for role, column in roles.items()}, asked.scores)
    scores = {**_scores_by_name(peek, classes), **asked.scores}
    if scores and (without := [name for name in classes if name not in scores]):
        raise DataError(f"class {without[0]} has no score column, others have: name it too, "
                        f"[columns] scores = {{ {without[0]} = \"…\" }}")
    for name in scores:
        _check_score(peek, Column(scores[name]))
    return replace(base, roles=tuple(roles.items()), kind="multiclass", classes=tuple(classes),
                   scores=tuple((name, scores[name]) for name in classes if name in scores))


def _scores_by_name(peek: pa.Table, classes: tuple[str, ...]) -> dict[str, str]:
    """``score_cat`` for the class cat, where every class has such a column."""
    for prefix in PREFIXES:
        if {prefix + name for name in classes} <= {*peek.column_names}:
            return {name: prefix + name for name in classes}
    return {}


def _check_score(peek: pa.Table, column: Column | None) -> None:
    if column is None:
        return
    if pa.types.is_boolean(peek.schema.field(column.name).type):
        raise DataError(f"the score column {column.name} is bool: a score is a number from 0 to 1; give one, "
                        "or name another column, [columns] score = \"…\"")
    known = numbers_in(peek, column.name, "score").to_numpy()   # in numpy: a plain number makes Arrow load pandas
    outside = known[(known < 0) | (known > 1)]
    if len(outside):
        raise DataError(f"the score column {column.name} has values outside of 0 to 1, such as {outside[0]:g}: "
                        "give probabilities, or name another column, [columns] score = \"…\"")
