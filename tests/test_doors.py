"""The doors that others open: hooks of pre-commit, and the commands that the guide to pipelines shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from shall.cli.check import command as check
from shall.cli.lint import command as lint

ROOT = Path(__file__).resolve().parent.parent
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "guide" / "ci.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"(?:run:|-|\$) (shall (?:check|lint)\b[^\n]*)", GUIDE)


@pytest.mark.parametrize("line", [*COMMANDS, *re.findall(r"entry: (shall [^\n]*)", HOOKS)])
def test_a_command_that_is_shown_exists(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, verb, *words = shlex.split(line.partition("#")[0])
    command: click.Command = {"check": check, "lint": lint}[verb]
    assert command.make_context(verb, words).params


def test_the_guide_shows_some():
    assert len(COMMANDS) >= 2
    assert set(re.findall(r"- id: (shall-\w+)", GUIDE)) == set(re.findall(r"- id: (shall-\w+)", HOOKS))


@pytest.mark.parametrize(("path", "taken"), [
    ("shall.toml", True), ("models/shall.toml", True), ("income.shall.toml", True), ("models/income.shall.toml", True),
    ("marshall.toml", False), ("shall.toml.bak", False), ("pyproject.toml", False),
])
def test_the_hook_takes_shall_files_and_no_others(path, taken):
    pattern = re.search(r"files: (.+)", HOOKS)
    assert pattern is not None
    assert bool(re.search(pattern[1], path)) is taken
