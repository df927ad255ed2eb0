"""`Trainer`: runs `shall retrain` beside a server, in a process of its own, and once at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from shall.api.storing import VARIABLE
from shall.core.errors import StoreError
from shall.core.responses import RETRAIN, Response
from shall.core.store import Store

FOLDER: Final = "retrained"
RETRAINED: Final = "retrained"              # kind of a record
LOG: Final = "retrain.log"
GENTLEST: Final = "19"                      # it takes what others leave of the processors


@dataclass(slots=True)
class Trainer:
    """Begins what `command` says, and looks whether it has ended; it ends by itself when the server does not wait.

    ``command``: the arguments of `shall retrain` for a response; nothing where it cannot be trained.
    """

    folder: Path                            # of all runs
    command: Callable[[Response], Sequence[str]]
    store: Store | None = None
    address: str = ""                       # of the store: it goes by the environment, since others see arguments
    problem: str = ""                       # why the last run came to no end of its own; nothing: it did
    _waiting: list[Response] = field(default_factory=list)
    _current: Response | None = None
    _running: subprocess.Popen[bytes] | None = None

    def begin(self, response: Response) -> str:
        """Train again as soon as nothing else is trained. What was begun, in a sentence.

        A promise that goes on being broken sounds again and again: a version is trained again once, unless nothing was
        found.
        """
        if (found := self._proposed().get(response.model)) is not None:
            return f"it was trained again already: version {found} is proposed"
        if self.runs and any(one.model == response.model for one in (*self._waiting, self._current) if one is not None):
            return "it is being trained again already"
        if not self.command(response):
            return "it cannot be trained again: its bundle is not there, or has no shall file"
        self._waiting.append(response)
        self.go_on()
        return f"it is trained again beside the server, see {self.folder / LOG}; what comes of it is proposed"

    def resume(self, standing: Sequence[Response]) -> None:
        """Go on with what was begun by a server that is gone; what it came to is in the store."""
        done = self._proposed()
        last = {one.model: one for one in standing if one.way == RETRAIN and one.model not in done}
        self._waiting += last.values()
        self.go_on()

    def _proposed(self) -> dict[str, str]:
        """The version that was found for each model that was trained again, as far as the store can be read."""
        try:
            records = () if self.store is None else self.store.records(RETRAINED)
        except StoreError:
            return {}
        return {record.subject: str(record.body.get("version")) for record in records if record.body.get("found")}

    def go_on(self) -> None:
        """Begin the next one if nothing runs. To be called now and then."""
        if self._running is not None and self._running.poll() is None:
            return
        if self._running is not None:
            self.problem = self._how(self._running.returncode)
        self._running = None
        while self._waiting and self._running is None:
            self._current = self._waiting.pop(0)
            arguments = self.command(self._current)
            if arguments:
                self._start(arguments)

    def _start(self, arguments: Sequence[str]) -> None:
        """Begin a process. What the system does not give (room on the disk, a process) is told, and no answer waits."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / LOG).open("ab") as log:
                self._running = subprocess.Popen(
                    [sys.executable, "-m", "shall", "retrain", "--nice", GENTLEST, *arguments],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                    env={**os.environ, **({VARIABLE: self.address} if self.address else {})})
        except OSError as error:
            self.problem = self._said(f"could not begin: {error.strerror or error}")

    def _how(self, code: int) -> str:
        """What it says that a run ended; one that found nothing has said so itself, in the store."""
        if code in (0, 1):
            return ""
        return self._said(f"was killed by signal {-code}" if code < 0 else f"failed, see {self.folder / LOG}")

    def _said(self, what: str) -> str:
        model = "" if self._current is None else self._current.model
        return f"{model} is not trained again: the process {what}. It is begun anew when its promise sounds again"

    @property
    def runs(self) -> bool:
        """Whether something is trained, or waits for it."""
        return bool(self._waiting) or (self._running is not None and self._running.poll() is None)
