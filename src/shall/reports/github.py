"""A check as GitHub Actions reads it: annotations on the lines of the shall file."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from shall.core.verdict import Finding, Verdict
from shall.reports import _told
from shall.reports._layout import safe
from shall.reports._shapes import Checked

COMMANDS: Final = {Finding.BROKEN: "error", Finding.UNDECIDED: "error", Finding.WAIVED: "warning"}


def check(report: Checked, root: str = "") -> str:
    """A workflow command a requirement that is not met; paths are relative to ``root`` where they lie below it."""
    return "".join(_command(verdict, report, root) + "\n" for verdict in report.verdicts if verdict.verdict in COMMANDS)


def fenced(text: str, token: str) -> str:
    """A text in which GitHub looks for no commands: names of groups come out of data."""
    return f"::stop-commands::{token}\n{text.rstrip()}\n::{token}::\n"


def _command(verdict: Verdict, report: Checked, root: str) -> str:
    line, column = report.places.get(verdict.name, (1, 1))
    path = PurePath(report.file)
    file = path.relative_to(root) if root and path.is_relative_to(root) else path
    given = {"file": file.as_posix(), "line": str(line), "col": str(column)} if report.file else {}
    given["title"] = f"{verdict.name} is {verdict.verdict}"
    properties = ",".join(f"{name}={_property(safe(value))}" for name, value in given.items())
    return f"::{COMMANDS[verdict.verdict]} {properties}::{_data(chr(10).join(_said(verdict)))}"


def _said(verdict: Verdict) -> list[str]:
    return [_told.figures(verdict), *_told.lines(verdict)]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
