"""How a log looks in a notebook: its name, and what is known of it without reading its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from shall.core.errors import ShallError

SHOWN: Final = 8                            # columns that are named


class Shown:
    """The `repr` of a log. It reads no rows: what is not known yet is not told."""

    name: str

    def __repr__(self) -> str:
        rows, schema = self._known("rows"), self._known("schema")
        names = vars(self).get("_names") if schema is None else schema.names
        parts = [] if rows is None else [f"{rows:,} row{'s' * (rows != 1)}"]
        parts += [] if names is None else [_few(names)]
        return f"{type(self).__name__}({self.name!r}: {'; '.join(parts) or 'not read yet'})"

    def _at_once(self) -> bool:
        """Whether asking for rows and schema takes no reading."""
        return False

    def _known(self, what: str) -> Any:
        if not {what, "_seen"} & vars(self).keys() and not self._at_once():
            return None
        try:
            return getattr(self, what)
        except (ShallError, OSError, pa.ArrowException):    # a look at a log raises nothing
            return None


def _few(names: Sequence[str]) -> str:
    more = f", … {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN]) or 'no columns'}{more}"
