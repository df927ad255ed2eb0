"""What labels that came later say of an estimate that was recorded as decided."""

from __future__ import annotations

from typing import NamedTuple


class Refuted(NamedTuple):
    """A line that was decided by an estimate, what was found then, and why it is refuted."""

    name: str
    was: str
    why: str

    def told(self, window: str) -> str:
        """In a sentence."""
        return (f"{window}: {self.name} was {self.was} by an estimate, before labels came, and that stays recorded; "
                f"{self.why}")
