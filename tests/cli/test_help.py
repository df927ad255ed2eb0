"""Every example of every help is understood as it is written; unknown words are answered with what is near."""

from __future__ import annotations

import importlib
import re
import shlex
from typing import Final

import click
import pytest

from shall.cli import VERBS
from shall.cli import shall as door


def commands() -> list[tuple[str, click.Command]]:
    """Every command, also those of a group, by its words."""
    found = []
    for verb in VERBS:
        command = importlib.import_module(f"shall.cli.{verb}").command
        found.append((verb, command))
        if isinstance(command, click.Group):
            found += [(f"{verb} {name}", one) for name, one in command.commands.items()]
    return found


def examples(command: click.Command) -> list[str]:
    """The command lines of a help, without what is said of them beside."""
    told = [line.strip() for line in (command.epilog or "").splitlines() if re.match(r" {2,}shall ", line)]
    return [re.split(r"\s{2,}|\s[|>]\s", line)[0] for line in told]


EVERY: Final = [(name, line) for name, command in commands() for line in examples(command)]
HEAD: Final = f"120:{'a' * 64}"             # in the place of one that is shown in short


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_every_command_has_an_example(name, command):
    assert any(line.split()[1] == name.split()[0] for line in examples(command))


@pytest.mark.parametrize("command", [one for _, one in commands() if isinstance(one, click.Group)])
def test_what_commands_do_is_listed_to_the_end(command):
    assert "..." not in command.get_help(click.Context(command)).partition("Commands:")[2]


@pytest.mark.parametrize(("name", "line"), EVERY, ids=[f"{name}: {line}" for name, line in EVERY])
def test_an_example_is_understood(name, line, tmp_path, monkeypatch):
    """By the parser of its command: options that are there, values that they take, nothing left over."""
    monkeypatch.chdir(tmp_path)
    words = [HEAD if word.startswith(("$(", "120:")) else word for word in shlex.split(line)[1:]]
    context = door.make_context("shall", [*words])
    named, command, rest = door.resolve_command(context, words)
    assert command is not None
    while isinstance(command, click.Group):
        context = command.make_context(named, [*rest], parent=context)
        named, command, rest = command.resolve_command(context, rest)
        assert command is not None
    command.make_context(named, [*rest], parent=context)


@pytest.mark.parametrize(("words", "near"), [
    ("store verfy", "verify"), ("log salvge decisions", "salvage"), ("keys nw", "new"), ("images tst", "test"),
    ("tokens lst", "list"), ("recall --lst", "--list"), ("serve --prt 3", "--port"), ("watch --folow", "--follow"),
    ("chck", "check"),
])
def test_what_is_unknown_is_answered_with_what_is_near(shall, words, near):
    ran = shall(*words.split())
    assert (ran.code, ran.out) == (2, "") and near in ran.err.splitlines()[-1]
