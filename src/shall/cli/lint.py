"""`shall lint`: everything that is wrong with a shall file, at once."""

from __future__ import annotations

import click

from shall import api, spec
from shall.cli import _faults
from shall.cli._out import say
from shall.core.errors import FileError, Problem
from shall.reports import json, text
from shall.spec import serving
from shall.spec.migrations import may_mend

EXAMPLES = """\b
Examples:
  shall lint                                shall.toml of this folder
  shall lint a.shall.toml b.shall.toml
  shall lint serve.toml                     for shall serve, and its bundles
"""


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def command(files: tuple[str, ...], as_json: bool) -> int:
    """Name everything that is wrong with FILES (shall.toml, serve.toml): where it is, and how to mend it."""
    problems: list[Problem] = []
    right: list[spec.ShallFile] = []
    served: list[str] = []
    for file in files or ("shall.toml",):
        try:
            if serving.is_one(file):
                served.append(f"{file}: nothing is wrong. {serving.told(api.lint_served(file))}")
            else:
                right.append(spec.load(file))
        except FileError as error:
            problems += error.problems
    if as_json:
        say(json.problems(problems))
        return 2 if problems else 0
    for asked in right:
        say(text.linted(asked))
    for line in served:
        say(line)
    if not problems:
        return 0
    _faults.tell(FileError(tuple(problems)))
    old = dict.fromkeys(problem.file for problem in problems if may_mend(problem))
    if old:
        click.echo(f"`shall migrate {' '.join(old)}` can mend some of it", err=True)
    return 2
