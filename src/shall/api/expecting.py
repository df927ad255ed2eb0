"""The columns that a graph takes, looked for in a log before anything is counted."""

from __future__ import annotations

from collections.abc import Iterable

from shall.core.errors import DataError
from shall.core.log import Log


def expect(log: Log, names: Iterable[str], whose: str) -> None:
    """DataError with every column that ``whose`` graph takes and the log does not have."""
    there = log.schema.names
    if lacking := [name for name in names if name not in there]:
        many = len(lacking) > 1
        raise DataError(f"{log.name} has no column{'s' if many else ''} {', '.join(lacking)}, which {whose} takes; it "
                        f"has {', '.join(there)}. Where nothing is known of {'them' if many else 'it'}, add "
                        f"{'them' if many else 'it'} empty")
