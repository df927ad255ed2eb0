"""Which labels and decisions occur, so that a positive class that is never there can be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from shall.core.log import Binding
from shall.tally.codes import FEW

_NEGATIVES = {"0", "false"}                 # written so, nobody meant them as the positive class


@dataclass(frozen=True, slots=True)
class Seen:
    """For each role: whether the positive value occurs, and the first few others, sorted."""

    roles: tuple[tuple[str, bool, tuple[str, ...]], ...] = ()

    @staticmethod
    def added(parts: Iterable[Seen]) -> Seen:
        """What is seen in some logs together; the same in any order."""
        occurs: dict[str, bool] = {}
        others: dict[str, set[str]] = {}
        for part in dict.fromkeys(parts):
            for role, positive, values in part.roles:
                occurs[role] = occurs.get(role, False) or positive
                others.setdefault(role, set()).update(values)
        roles = sorted(occurs, reverse=True)                   # label, then decision
        return Seen(tuple((role, occurs[role], tuple(sorted(others[role])[:FEW])) for role in roles))

    def doubts(self, binding: Binding, rows: Callable[[str], int | None]) -> Iterator[str]:
        """A sentence for each role whose positive value never occurs though others do, that has several values beside
        the positive one, or an unknown class. ``rows``: how many rows of a role have another value, where it is known.
        """
        for role, occurs, others in self.roles:
            if binding.classes:
                if others:
                    yield (f"column {binding.column(role)} also has {', '.join(others)}, which is no class of the "
                           "subject: list every class under [subject] classes")
                continue
            wanted = (binding.decided if role == "decision" else None) or binding.positive
            if occurs and len(others) > 1:
                yield _several(role, wanted, others, rows(role))
            if occurs or not others or {*others} <= _NEGATIVES:
                continue
            likely = [value for value in others if value.lower() in ("1", "true", "yes", "y")] or others[-1:]
            shown = ", ".join(f"'{value}'" for value in others)
            yield f"no {role} equals \"{wanted}\"; seen: {shown}: set [subject] positive = \"{likely[0]}\""


def _several(role: str, wanted: str, others: tuple[str, ...], rows: int | None) -> str:
    shown = ", ".join(f"'{value}'" for value in others) + (" and more" if len(others) == FEW else "")
    counted = "rows" if rows is None else f"{rows:,} rows" if rows > 1 else "1 row"
    return (f"{counted} with another {role} than \"{wanted}\" ({shown}) count as its opposite: leave out those that do "
            "not, or leave out [subject] positive, which makes a class of each")


NOTHING = Seen()
