"""The command that shows the page with rows, so that it can count what the counts of a check do not hold."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from shall.api.keeping import home
from shall.api.shown.comparing import Side
from shall.api.storing import FILE

USUAL: Final = "shall.toml"


def page_with(check: Side | None) -> str:
    """As a shell reads it; with the shall file and the rows that the check names, where it names them."""
    file = check.file if check is not None and check.file else USUAL
    folder = Path(file).absolute().parent
    beside = home(folder)                   # of a bundle: its store lies outside of it
    store = [] if beside == folder else ["--store", str(beside / FILE)]
    data = ["--data", check.data] if check is not None and check.data else []
    data += ["--labels", check.labels] if check is not None and check.labels else []
    return _command("page", "--file", file, *data, *store)


def propose_at(check: Side | None, name: str, line: str, why: str) -> str:
    """The command that proposes a line for the shall file of a check, as a shell reads it."""
    file = ["--file", check.file] if check is not None and check.file else []
    return _command("propose", name, line, "--why", why, *file)


def _command(*words: str) -> str:
    return " ".join(("shall", *map(_quoted, words)))


def _quoted(word: str) -> str:
    """In double quotes where it has single ones, as a line with a text in it has: nothing in these means more there."""
    return f'"{word}"' if "'" in word and not {*word} & {*'"$`\\!'} else shlex.quote(word)
