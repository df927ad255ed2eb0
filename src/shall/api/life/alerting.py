"""`Alerts`: webhooks that hear of alarms, by a queue on the disk, so that none is lost while a receiver is down."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from shall.adapters.webhook import Hook, NotTold, checked
from shall.core.errors import InputError, StoreError
from shall.reports import alert
from shall.spec.alerting import VARIABLE, AlertOptions
from shall.stores.outbox import Message, Outbox

FOLDER: Final = "alerts"
AT_ONCE: Final = 16                         # messages in one round, so that one slow receiver holds up no others long
BREAKS: Final = re.compile(r"[\r\n\0]")


@dataclass(slots=True)
class Alerts:
    """Tells webhooks. `tell` only puts into the queue; `send`, in a thread of its own, sends what is due."""

    hooks: Mapping[str, Hook]               # by URL: the list of those that may be called
    outbox: Outbox
    clock: Callable[[], float] = time.time
    counts: Counter[str] = field(default_factory=Counter)       # sent, failed, dropped
    problem: str = ""                       # why the last message was not taken; nothing: it was

    @property
    def waiting(self) -> int:
        """Messages that nobody has taken yet."""
        return len(self.outbox)

    @property
    def queued(self) -> str:
        """How many wait, in words."""
        return f"{self.waiting} alert waits" if self.waiting == 1 else f"{self.waiting} alerts wait"

    def tell(self, told: Mapping[str, Any]) -> str:
        """Put an alert into the queue of every webhook. Never fails: what the disk does not take is sent at once."""
        body = alert.written(told).decode()
        for url in self.hooks:
            try:
                if not self.outbox.put(url, body, str(told["id"]), self.clock()):
                    self.counts["dropped"] += 1
                    self.problem = "too many alerts wait"
            except StoreError as error:
                self.problem = str(error)
                self._sent(Message("", url, body, self.clock()))
        number = len(self.hooks)
        return f"on its way to {number} webhook{'s' * (number > 1)}" if number else "no webhook is named"

    def send(self) -> int:
        """Send what is due. How many messages were taken."""
        due = [message for message, _ in zip(self.outbox.due(self.clock()), range(AT_ONCE), strict=False)]
        return sum([self._sent(message) for message in due])

    def _sent(self, message: Message) -> bool:
        hook = self.hooks.get(message.to)
        if hook is None:                    # it is not on the list any more
            self.outbox.done(message)
            self.counts["dropped"] += 1
            return False
        try:
            hook.post(message.body.encode(), int(self.clock()))
        except NotTold as error:
            self.problem = str(error)
            self.counts["failed"] += 1
            if message.name:
                self._again(message)
            return False
        self.problem = ""
        self.counts["sent"] += 1
        if message.name:
            self.outbox.done(message)
        return True

    def _again(self, message: Message) -> None:
        try:
            if not self.outbox.failed(message, self.clock()):
                self.counts["dropped"] += 1
        except StoreError as error:         # then it is due again at once
            self.problem = str(error)


def alerts_of(options: AlertOptions, folder: str | Path, environment: Mapping[str, str] = os.environ) -> Alerts | None:
    """The webhooks that some options name, with their queue in a folder; None where they name none.

    InputError where a variable of the environment is not there.
    """
    if not options.webhooks:
        return None
    headers = {name: filled(value, environment) for name, value in options.header.items()}
    secret = filled(options.secret, environment)
    hooks = {url: Hook(checked(url), headers, secret, options.allow_private) for url in options.webhooks}
    return Alerts(hooks, Outbox(Path(folder) / FOLDER))


def alerts_for(webhooks: Sequence[str], folder: str | Path, *, secret: str = "", allow_private: bool = False
               ) -> Alerts | None:
    """The same for a command line; ``secret``: the name of a variable, with or without its dollar."""
    named = f"${secret.removeprefix('$')}" if secret else ""
    return alerts_of(AlertOptions(tuple(dict.fromkeys(webhooks)), {}, named, allow_private), folder)


def filled(text: str, environment: Mapping[str, str]) -> str:
    """A text with the variables that it names. InputError where one is not set, or has a line break."""
    for name in VARIABLE.findall(text):
        if not environment.get(name) or BREAKS.search(environment[name]):
            raise InputError(f"the variable ${name} of the environment is not set, or not a line: a webhook needs it")
    return VARIABLE.sub(lambda match: environment[match.group(1)], text)
