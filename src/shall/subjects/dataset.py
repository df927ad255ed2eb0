"""A data set: rows and columns, perhaps with a label; nothing decides on it."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from shall.core.errors import DataError
from shall.core.log import Binding
from shall.subjects._classes import positive_of
from shall.subjects._roles import LABEL, ROWS, Asked, roles_of

NAMES: Final = {**ROWS, "label": LABEL}     # by which names a role goes where the file does not say


def bind(peek: pa.Table, asked: Asked) -> Binding:
    """Which column plays which role; DataError where a named one is missing, or has not the positive label."""
    roles = roles_of(peek, asked, NAMES)
    names = {role: column.name for role, column in roles.items()}
    try:
        positive = positive_of(peek, names, asked.positive)
    except DataError:
        if asked.positive is not None:
            raise
        positive = ""                       # of several classes, or of numbers: none is the positive one
    return Binding(tuple(roles.items()), positive, groups=asked.groups, units=asked.units, kind="dataset")
