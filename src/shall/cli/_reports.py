"""Reports into files, by their suffix, and to the places that GitHub Actions reads."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from shall.cli._out import WIDEST, say, tell_written
from shall.core.errors import InputError
from shall.reports import github, html, json, junit, markdown, sarif, svg, text
from shall.reports._intersections import Intersections
from shall.reports._shapes import Built, Checked, Watched
from shall.reports._slices import Slices

Formats = Mapping[str, Callable[[Any], str]]
WIDE: Final = text.Look(width=WIDEST)

CHECKS: Final[dict[str, Callable[[Checked], str]]] = {
    ".html": html.check, ".json": json.check, ".md": markdown.check,
    ".sarif": lambda report: sarif.check(report, root()), ".svg": svg.check, ".xml": junit.check,
    ".txt": partial(text.check, look=WIDE),
}
BUILDS: Final[dict[str, Callable[[Built], str]]] = {
    ".html": html.build, ".json": json.build, ".md": markdown.build, ".svg": svg.build,
    ".txt": partial(text.build, look=WIDE),
}
WATCHES: Final[dict[str, Callable[[Watched], str]]] = {
    ".html": html.watch, ".json": json.watch, ".svg": svg.watch, ".txt": partial(text.watch, look=WIDE),
}
SLICES: Final[dict[str, Callable[[Slices], str]]] = {
    ".html": html.slices, ".json": json.slices, ".md": markdown.slices, ".svg": svg.slices,
    ".txt": partial(text.slices, look=WIDE),
}
INTERSECTIONS: Final[dict[str, Callable[[Intersections], str]]] = {
    ".html": html.intersections, ".json": json.intersections, ".svg": svg.intersections,
    ".txt": partial(text.intersections, look=WIDE),
}


def wanted(formats: Formats) -> Callable[[click.Context, click.Parameter, Sequence[str]], tuple[Path, ...]]:
    """The files to write; a usage error for one that cannot be, before anything is counted."""
    def checked(_: click.Context, __: click.Parameter, paths: Sequence[str]) -> tuple[Path, ...]:
        for path in map(Path, paths):
            if path.suffix.lower() not in formats:
                raise click.UsageError(f"{path}: the suffix says the format, one of {', '.join(formats)}")
            if path.is_dir() or not path.absolute().parent.is_dir():
                said = "it is a folder" if path.is_dir() else "its folder does not exist"
                raise click.UsageError(f"{path}: {said}")
        return tuple(map(Path, paths))
    return checked


def write(report: Checked | Built | Watched | Slices | Intersections, paths: Sequence[Path], formats: Formats) -> None:
    """Each report into its file, and say so."""
    for path in paths:
        _put(path, formats[path.suffix.lower()](report), "w")
        tell_written(path)


def tell_github(report: Checked, printed: str) -> None:
    """The printed report with its commands off, an annotation a requirement, and the summary of the job."""
    say(github.fenced(printed, secrets.token_hex(16)))
    say(github.check(report, root()) or "\n")
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        _put(Path(summary), markdown.check(report), "a")


def root() -> str:
    """The folder that paths of an annotation are relative to: of the repository, else this one."""
    return os.environ.get("GITHUB_WORKSPACE") or str(Path.cwd())


def _put(path: Path, content: str, mode: str) -> None:
    try:
        with path.open(mode, encoding="utf-8", errors="backslashreplace", newline="\n") as out:
            out.write(content)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from None
