"""The command line: one file a verb, each loaded when it is called.

A verb's file reads its arguments, calls the library, prints a report and returns an exit code.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import click

import shall as package
from shall.cli import _faults
from shall.core.errors import ShallError

VERBS: Final = {
    "init": "Propose a shall file for a data set.",
    "split": "Make train and gate of one data set.",
    "lint": "Read a shall file and name everything that is wrong with it.",
    "check": "Decide whether every requirement is met: a gate.",
    "build": "Search for a model that meets every requirement.",
    "ship": "Make one graph of a model, prove it equal, and pack it.",
    "compress": "Make a model smaller and faster as far as every requirement is met.",
    "prove": "Hold a graph against Python on real rows and every edge.",
    "suspects": "Rank the labels that are likely to be wrong, to have them labelled again.",
    "intersections": "Measure every intersection of the groups.",
    "slices": "Find the rows where the subject fails.",
    "images": "Test a model with images as they may be met.",
    "watch": "Follow every requirement through a log of decisions.",
    "keys": "Make a key to sign with.",
    "sign": "Vouch for a bundle.",
    "verify": "Refuse a bundle that is not what was signed.",
    "predict": "Score a file of rows by a bundle.",
    "serve": "Answer over HTTP, and log every decision before it is answered.",
    "page": "Show the evidence of a store in a browser.",
    "recall": "Take a version back: every server refuses it.",
    "responses": "Show what was done about broken promises, and end it.",
    "retrain": "Train a bundle again on fresh decisions, and propose it.",
    "rules": "Make alert rules for Prometheus, and their tests.",
    "propose": "Change a line of a shall file: with what it would have meant, and a signature.",
    "review": "Look at the cases that wait for people, and say what they are.",
    "tokens": "Make, list and revoke the tokens of a server.",
    "log": "Verify and salvage a log of decisions, and add labels to it.",
    "store": "Verify, read and salvage the evidence that is kept.",
    "list": "List the measures and packs, and what a shall file asks for.",
    "describe": "Explain one measure or pack.",
    "migrate": "Rewrite a shall file of an older spelling.",
    "schema": "Print the JSON schema of the shall file, for editors.",
}
CODES: Final = """\b
Exit codes:
  0    every requirement is met, or waived
  1    some requirement is broken; no model was found; or a bundle is refused
  2    the command, an address or a file is wrong
  3    some requirement is undecided: too little evidence
  4    shall itself is at fault, or what it kept is damaged
  130  interrupted
"""


class Verbs(click.Group):
    """Sub-commands that are imported when they are called, not when they are listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order in which one meets them."""
        return [*VERBS]                     # not list(…): the module `list` of this package shadows it

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"shall.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str],
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that was meant; an unknown one is answered with the nearest."""
        if args[0] in VERBS or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        near = difflib.get_close_matches(args[0], VERBS, 1)
        raise click.UsageError(f"There is no verb {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""), ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs and what they do, without loading them."""
        with formatter.section("Verbs"):
            formatter.write_dl([*VERBS.items()])


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"shall {package.__version__}")
        ctx.exit()


@click.group(cls=Verbs, subcommand_metavar="VERB [ARGS]...", epilog=CODES,
             context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
              help="Print the version.")
def shall() -> None:
    """Say once what a model shall satisfy; it is enforced while the model is built, before it ships, and as it runs.

    \b
    Begin with your data:
      shall init decisions.parquet      propose a shall file
      shall check                       are its requirements met?
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; every error ends here."""
    given = sys.argv[1:] if arguments is None else arguments
    _faults.PRINTED.set(False)
    try:
        code: Any = shall.main(args=given, prog_name="shall", standalone_mode=False)
    except BaseException as error:
        code = _ended(error)
        _faults.tell_program(given, code, error)
    return code if isinstance(code, int) else 0


def _ended(error: BaseException) -> int:
    """Print an error for people; its exit code."""
    match error:
        case click.ClickException():
            error.show()
            return 2
        case KeyboardInterrupt() | click.Abort():
            _faults.tell_interrupted()
            return 130
        case ShallError():
            _faults.tell(error)
            return error.exit_code
        case OSError() if error.errno in _faults.MENDED:
            _faults.tell_refused(error)
            return 2
        case Exception():                   # the last door: anything that comes here is a fault of shall
            _faults.tell_own_fault(error)
            return 4
    raise error


def main() -> NoReturn:
    """The entry point of the `shall` command."""
    _stand_in()
    # Arrow's own allocator keeps what it once had: a large log would take a fifth more memory
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    sys.exit(run())


def _stand_in() -> None:
    """Put the null device where stdin, stdout or stderr is closed; else a file that is opened next takes its number."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w",
                                         encoding="utf-8"))
