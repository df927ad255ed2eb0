"""The commands below a verb, such as `shall store verify`."""

from __future__ import annotations

from typing import Final

import click

WHOLE: Final = 500                          # letters: a sentence is told to its end, on as many lines as it takes


class Commands(click.Group):
    """Commands whose first sentences are listed whole."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands and what they do."""
        told = [(name, self.commands[name].get_short_help_str(WHOLE)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(told)
