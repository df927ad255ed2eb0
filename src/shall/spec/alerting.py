"""Reads ``[alert]`` of a serve file: which webhooks hear of an alarm.

    [alert]
    webhooks = ["https://hooks.example.org/shall"]
    header = { Authorization = "Bearer $HOOK_TOKEN" }
    secret = "$HOOK_SECRET"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shall.core.webhooks import wrong
from shall.spec.problems import Problems
from shall.spec.table import Table, kind_of

KEYS: Final = ("webhooks", "header", "secret", "allow_private")
VARIABLE: Final = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
OWN: Final = ("content-length", "content-type", "host", "transfer-encoding", "connection", "shall-signature")
EXAMPLE: Final = '"https://hooks.example.org/shall"'


@dataclass(frozen=True, slots=True)
class AlertOptions:
    """The webhooks that hear of every alarm. ``header`` and ``secret`` name variables of the environment, ``$NAME``."""

    webhooks: tuple[str, ...] = ()
    header: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""
    allow_private: bool = False


def read_alert(root: Mapping[str, Any], problems: Problems) -> AlertOptions:
    """The table, where there is one."""
    table = Table(root, ("alert",), problems)
    table.only(KEYS)
    webhooks = table.texts("webhooks", EXAMPLE)
    for place, url in enumerate(webhooks):
        if why := wrong(url):
            problems.at_value(("alert", "webhooks", place), why, f"write: webhooks = [{EXAMPLE}]")
    if "alert" in root and not webhooks and isinstance(root["alert"], dict) and not table.given.get("webhooks"):
        problems.at_key(("alert",), "[alert] names no webhook", f"add: webhooks = [{EXAMPLE}]")
    secret = table.text("secret", "", "$HOOK_SECRET")
    if secret and not VARIABLE.fullmatch(secret):
        table.wrong("secret", "`secret` is no name of a variable of the environment", 'write: secret = "$HOOK_SECRET"')
    allowed = table.given.get("allow_private", False)
    if not isinstance(allowed, bool):
        table.wrong("allow_private", f"`allow_private` is true or false, not {kind_of(allowed)}",
                    "write: allow_private = true")
    return AlertOptions(webhooks, _header(table), secret, allowed is True)


def _header(table: Table) -> dict[str, str]:
    inner = Table(table.given, (*table.path, "header"), table.problems, 'header = { Authorization = "Bearer $TOKEN" }')
    found = {}
    for name in inner.given:
        value = inner.text(name, "", "Bearer $HOOK_TOKEN")
        if not NAME.fullmatch(name) or name.lower() in OWN:
            table.problems.at_key((*inner.path, name), f"`{name[:40]}` is no header that can be given here",
                                  'write: header = { Authorization = "Bearer $HOOK_TOKEN" }')
        elif value and not VARIABLE.search(value):
            inner.wrong(name, "a header that is given here has a secret, and a file has none",
                        f'name a variable of the environment: {name} = "Bearer $HOOK_TOKEN"')
        found[name] = value
    return found
