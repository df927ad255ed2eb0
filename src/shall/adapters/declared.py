"""Types that a shall file declares, `[columns.types] zip = "string"`, held against what a log gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from shall.adapters.frames import is_text
from shall.core.errors import DataError

Types = Mapping[str, str]                   # by column
NONE: Final[Types] = {}


def matches(word: str, kind: pa.DataType) -> bool:
    """Whether an Arrow type is what a word of the shall file says."""
    if pa.types.is_null(kind):
        return True
    if pa.types.is_dictionary(kind) and not is_text(kind):
        return matches(word, kind.value_type)
    return bool({
        "string": is_text, "integer": pa.types.is_integer, "boolean": pa.types.is_boolean,
        "number": lambda kind: pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind),
        "date": pa.types.is_date, "timestamp": pa.types.is_timestamp,
    }[word](kind))


def hold(schema: pa.Schema, types: Types, name: str) -> None:
    """DataError where a column of a log that has types of its own is not what the file declares."""
    for column, word in types.items():
        if column in schema.names and not matches(word, kind := schema.field(column).type):
            raise DataError(f"column {column} of {name} is {kind}, and the shall file declares "
                            f'{column} = "{word}" under [columns.types]')


def line_for(column: str, word: str) -> str:
    """The line that declares a type."""
    bare = all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in column)
    return f'[columns.types] {column if bare and column else chr(34) + column + chr(34)} = "{word}"'
