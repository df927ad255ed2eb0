"""Errors as one readable block on stderr: what is wrong, where, and what to do; for `--json` also as JSON."""

from __future__ import annotations

import errno
import json
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

import shall
from shall.core.errors import FileError, Problem, ShallError
from shall.reports._layout import safe, width_of

MOST: Final = 20                            # problems that are printed in full
JSON: Final = "--json"
MENDED: Final = frozenset((errno.EACCES, errno.EDQUOT, errno.EEXIST, errno.EISDIR, errno.ENAMETOOLONG, errno.ENOENT,
                           errno.ENOSPC, errno.ENOTDIR, errno.EPERM, errno.EROFS))  # what a user can mend
LONGEST: Final = 1 << 20                    # bytes of a file that is read to quote a line of it
REPORT: Final = 1                           # as `shall.reports.json.VERSION`, which is loaded where a report is made
PRINTED: Final = ContextVar("printed", default=False)   # whether anything was printed on stdout


def tell(error: ShallError) -> None:
    """Print an error that shall raised on purpose."""
    if os.environ.get("SHALL_DEBUG"):
        traceback.print_exception(error)
    if isinstance(error, FileError):
        _say("\n".join(_problems(error.problems)))
    else:
        _say(click.style("error: ", fg="red", bold=True) + safe(str(error), keep="\n"))


def tell_refused(error: OSError) -> None:
    """Print that a path cannot be read or written: it is in the way of the user, and no fault of shall."""
    if os.environ.get("SHALL_DEBUG"):
        traceback.print_exception(error)
    why = str(error.strerror or error).partition(". Detail:")[0]        # Arrow's own, which ends with the path
    where = f"{error.filename}: " if error.filename else ""
    what = f"{where}{why}. Check the path, its rights, and the room on the disk"
    _say(click.style("error: ", fg="red", bold=True) + safe(what))


def tell_own_fault(error: Exception) -> None:
    """Print a fault of shall: short, and how to report it."""
    if os.environ.get("SHALL_DEBUG"):
        traceback.print_exception(error)
    _say(click.style("This is a fault of shall, not yours. ", fg="red", bold=True)
         + safe(f"{type(error).__name__}: {error}") + "\n"
         f"shall {shall.__version__}, Python {'.'.join(map(str, sys.version_info[:3]))}, {sys.platform}\n"
         "To report it: run the command again with SHALL_DEBUG=1 set, and send what it prints with these lines.")


def tell_program(arguments: Sequence[str], code: int, error: BaseException) -> None:
    """Print an error on stdout as a line of JSON, where JSON was asked for and nothing else was printed there."""
    if JSON not in arguments or PRINTED.get():
        return
    message = error.format_message() if isinstance(error, click.ClickException) else str(error) or "interrupted"
    problems = [asdict(problem) for problem in error.problems] if isinstance(error, FileError) else []
    told = {"shall_report": REPORT, "verb": arguments[0] if arguments[0] != JSON else "", "error": {
        "kind": _kind(error), "code": code, "message": message, "problems": problems}}
    with suppress(BrokenPipeError):
        click.echo(json.dumps(told, sort_keys=True))


def _kind(error: BaseException) -> str:
    """What sort of error it is, by a name that no library chooses."""
    match error:
        case click.ClickException():
            return "UsageError"
        case click.Abort() | KeyboardInterrupt():
            return "Interrupted"
    return type(error).__name__


def tell_interrupted() -> None:
    """Print that somebody pressed Ctrl-C."""
    _say("interrupted")


def _problems(problems: tuple[Problem, ...]) -> Iterator[str]:
    for problem in problems[:MOST]:
        yield click.style(f"{problem.place}: ", bold=True) + safe(problem.message)
        yield from _quoted(problem)
        if problem.fix:
            yield "    " + safe(problem.fix, keep="\n").replace("\n", "\n    ")
    left = len(problems) - MOST
    number = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
    yield click.style(number, fg="red", bold=True) + (f", {left} of them not shown" if left > 0 else "")


def _quoted(problem: Problem) -> Iterator[str]:
    """The line of the file, and a caret below the place."""
    path = Path(problem.file)
    if not problem.line or not path.is_file() or path.stat().st_size > LONGEST:
        return
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if problem.line > len(lines):
        return
    number = str(problem.line)
    quoted = lines[problem.line - 1].replace("\t", " ")
    yield click.style(f"  {number} | ", dim=True) + safe(quoted)
    if problem.column:
        before = width_of(safe(quoted[:problem.column - 1]))
        yield click.style(f"  {' ' * len(number)} | ", dim=True) + " " * before + click.style("^", fg="red", bold=True)


def _say(block: str) -> None:
    click.echo(block, err=True)
