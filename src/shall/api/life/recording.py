"""What a watch finds, in the store: verdicts of windows and alarms, each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shall.api.life.standing import Standing, told_of
from shall.core.errors import StoreError
from shall.core.store import Store

ALARM: Final = "alarm"                      # kinds of records
VERDICTS: Final = "verdicts"


@dataclass(slots=True)
class Recording:
    """``subject``: whose log it is, as the store names it; ``said``: what could not be recorded yet, to be told."""

    store: Store | None
    subject: str
    said: list[str] = field(default_factory=list)

    def verdicts(self, window: str, body: Mapping[str, Any], key: str) -> bool:
        """Record what was found in a window; whether that was done."""
        if self.store is None:
            return True
        try:
            self.store.append(VERDICTS, self.subject, body, key=key)
        except StoreError as error:
            self.said.append(f"the verdicts of {window} could not be recorded yet: {error}")
            return False
        return True

    def alarms(self, standing: Standing, life: str) -> None:
        """An alarm is told and responded to also where the store cannot be written to: it is recorded later."""
        if self.store is None:
            return
        try:
            for alarm in standing.to_record:
                self.store.append(ALARM, self.subject, {**told_of(alarm), "life": life},
                                  key=f"{life} {alarm.name} {alarm.row}")
        except StoreError as error:
            standing.unrecorded = len(standing.to_record)
            self.said.append(f"the alarms could not be recorded yet: {error}")
        else:
            standing.unrecorded = 0

    def taken(self) -> list[str]:
        """What is to be told, once."""
        said, self.said = self.said, []
        return said
