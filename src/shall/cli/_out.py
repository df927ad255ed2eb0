"""Where a report goes: the width, the colours and the letters that the place can show."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from typing import Any, Final

import click

from shall.cli._faults import PRINTED
from shall.core.verdict import Finding
from shall.reports._layout import plain, safe
from shall.reports.text import Look

WIDEST: Final = 120
STYLES: Final[dict[str, dict[str, Any]]] = {
    "met": {"fg": "green"}, "broken": {"fg": "red", "bold": True}, "undecided": {"fg": "yellow"},
    "waived": {"fg": "cyan"}, "head": {"bold": True}, "name": {"bold": True}, "line": {"dim": True},
}
LETTERS: Final = str.maketrans("✓✗·…–▁▂▃▄▅▆▇█", "+x-~-12345678")     # for a place that shows ASCII only


def look(groups: bool = False) -> Look:
    """How to print on this stdout: as wide as its terminal; a pipe or a file has no end of a line that could clip."""
    width = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
    return Look(width=width, groups=groups, paint=painted if coloured() else plain)


def painted(text: str, style: str) -> str:
    """A Paint of ANSI colours; a style without a colour leaves the text alone."""
    return click.style(text, **STYLES[style]) if style in STYLES else text


def coloured() -> bool:
    """Whether stdout shows colours: a terminal, unless NO_COLOR says no or FORCE_COLOR says yes."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def say(text: str) -> None:
    """Print a report; a reader that closed the pipe has seen enough, which changes no exit code."""
    PRINTED.set(True)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(LETTERS).encode(encoding, errors="backslashreplace").decode(encoding)
    try:
        click.echo(text, nl=not text.endswith("\n"), color=coloured())
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell_written(place: object, what: str = "", *, err: bool = True) -> None:
    """Say that a file was written, and ``what`` into it: beside the report, which may be read by a program."""
    click.echo(f"written to {safe(str(place))}" + (f": {what}" if what else ""), err=err)


def exit_code(found: Iterable[Finding]) -> int:
    """The worst of broken 1, undecided 3, met or waived 0; nothing found is undecided."""
    kinds = set(found)
    if Finding.BROKEN in kinds:
        return 1
    return 3 if Finding.UNDECIDED in kinds or not kinds else 0
