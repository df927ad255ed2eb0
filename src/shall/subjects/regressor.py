"""A regressor: a prediction and a target in each row, both numbers; perhaps an interval around the prediction."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from shall.core.log import Binding, Column
from shall.subjects._roles import LABEL, ROWS, Asked, guessed, numbers_in, roles_of

NAMES: Final = {                            # by which names a role goes where the file does not say
    **ROWS,
    "score": ("prediction", "predicted", "y_pred", "pred", "y_hat", "estimate", "score"),
    "label": LABEL,
    "lower": ("lower", "lower_bound", "prediction_lower"),
    "upper": ("upper", "upper_bound", "prediction_upper"),
    "abstained": ("abstained", "rejected", "deferred"),
}
NUMBERS: Final = {"score": "prediction", "label": "target", "lower": "lower bound", "upper": "upper bound"}


def bind(peek: pa.Table, asked: Asked) -> Binding:
    """Which column plays which role: ``score`` is the prediction, ``label`` the target.

    Raises DataError where a named column is missing or holds no numbers.
    """
    roles = roles_of(peek, asked, NAMES)
    for role, what in NUMBERS.items():
        if role in roles:
            numbers_in(peek, roles[role].name, what)
    return Binding(tuple(roles.items()), groups=asked.groups, units=asked.units, kind="regressor")


def guessed_roles(peek: pa.Table) -> dict[str, Column]:
    """The roles that columns seem to play by their names."""
    return guessed(peek, NAMES, {}, None)
