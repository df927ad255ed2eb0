"""The door: help, unknown words, errors and exit codes."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from importlib.resources import files

import click
import jsonschema
import pytest

from shall.cli import VERBS
from shall.cli._out import look, say
from shall.core.errors import DataError, FileError, LooksSpent, NoModel, Problem, StoreError
from shall.reports.json import VERSION

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))


def test_help_names_every_verb_and_exit_code(shall):
    ran = shall("--help")
    assert ran.code == 0
    for verb in VERBS:
        assert f"  {verb}" in ran.out
    assert "3    some requirement is undecided" in ran.out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_shows_an_example(shall, verb):
    ran = shall(verb, "--help")
    assert ran.code == 0
    assert f"  shall {verb}" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


@pytest.mark.parametrize("verb", VERBS)
def test_where_to_write_is_said_alike(verb):
    command = importlib.import_module(f"shall.cli.{verb}").command
    for one in command.commands.values() if isinstance(command, click.Group) else [command]:
        options = [{*option.opts} for option in one.params]
        makes = [names for names in options if names & {"-o", "--output", "--out"}]
        assert all(names >= {"-o", "--output"} for names in makes) and len(makes) <= 1, one.name
        reports = [names for names in options if "--report" in names]
        assert len(reports) <= 1 and (not reports or makes), one.name       # in one option, where nothing else is made


def test_version(shall):
    ran = shall("--version")
    assert ran.code == 0
    assert ran.out.startswith("shall ")


@pytest.mark.parametrize(("word", "meant"), [("chek", "check"), ("liste", "list"), ("descrbe", "describe")])
def test_an_unknown_verb_is_answered_with_the_nearest(shall, word, meant):
    ran = shall(word)
    assert (ran.code, ran.out) == (2, "")
    assert f"There is no verb '{word}'. Did you mean '{meant}'?" in ran.err


def test_an_unknown_option_is_answered_with_the_nearest(shall):
    ran = shall("check", "--jsn")
    assert ran.code == 2
    assert "--json" in ran.err


def raising(error: BaseException):
    def verb(*_, **__):
        raise error
    return verb


@pytest.mark.parametrize(("error", "code"), [
    (DataError("the log has no column age"), 2), (LooksSpent("20 of 20 looks are used"), 2),
    (NoModel("no model found"), 1), (StoreError("the store is damaged"), 4), (KeyboardInterrupt(), 130),
    (ZeroDivisionError("division by zero"), 4),
])
def test_every_error_has_its_exit_code_and_one_block_on_stderr(shall, api, error, code):
    api(check=raising(error))
    ran = shall("check")
    assert (ran.code, ran.out) == (code, "")
    assert str(error) in ran.err
    assert "Traceback" not in ran.err


def test_our_fault_says_how_to_report_it(shall, api, monkeypatch):
    api(check=raising(ZeroDivisionError("division by zero")))
    assert "not yours. ZeroDivisionError: division by zero" in shall("check").err
    assert "SHALL_DEBUG=1" in shall("check").err
    monkeypatch.setenv("SHALL_DEBUG", "1")
    assert "Traceback" in shall("check").err


def test_problems_are_quoted_with_a_caret(shall, api, tmp_path):
    path = tmp_path / "shall.toml"
    path.write_text('shall = 1\n[requirements]\na = "aucc >= 0.8"\n', encoding="utf-8")
    problems = (Problem(str(path), 3, 6, "there is no measure `aucc`", "did you mean `auc`?"),
                Problem(str(path), 0, 0, "there is no [groups]"))
    api(check=raising(FileError(problems)))
    lines = shall("check", str(path)).err.splitlines()
    assert lines == [f"{path}:3:6: there is no measure `aucc`", '  3 | a = "aucc >= 0.8"', "    |      ^",
                     "    did you mean `auc`?", f"{path}: there is no [groups]", "2 problems"]


def test_a_message_cannot_drive_the_terminal(shall, api):
    api(check=raising(DataError("column \x1b[2J is odd")))
    assert "\x1b" not in shall("check").err


def _python(*arguments: str, **more) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, **more)


LIGHT = [["--help"], ["--version"], ["list"], ["describe", "p99"], ["lint", "--help"], ["check", "--help"]]


@pytest.mark.parametrize("arguments", LIGHT, ids=" ".join)
def test_nothing_heavy_is_loaded_to_answer(arguments):
    code = ("import sys; from shall.cli import run; code = run(sys.argv[1:]); "
            "heavy = {'numpy', 'pyarrow', 'pandas', 'scipy', 'sklearn', 'rich'} & set(sys.modules); "
            "print(heavy, file=sys.stderr); sys.exit(code or bool(heavy))")
    ran = _python("-c", code, *arguments)
    assert ran.returncode == 0, ran.stderr


def test_a_closed_pipe_is_no_error():
    code = "import sys; from shall.cli import main; main()"
    ran = subprocess.run(["bash", "-o", "pipefail", "-c", f"{sys.executable} -c '{code}' list | true"],
                         capture_output=True, text=True, check=False, env=os.environ)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_no_exit_code(closed, tmp_path):
    """Of a service manager or a scheduler that closes them; `sign` asks stdin whether it is a terminal."""
    code = "import sys; from shall.cli import main; main()"
    asked = {"list": 0, "describe nothing": 2, f"sign {tmp_path} --key {tmp_path / 'no.key'}": 2}
    for words, expected in asked.items():
        ran = subprocess.run(["bash", "-c", f"'{sys.executable}' -c '{code}' {words} {closed}"], capture_output=True,
                             text=True, check=False, cwd=tmp_path)
        assert ran.returncode == expected and "a fault of shall" not in ran.stderr, (words, ran.stderr)


def test_ascii_terminals_get_ascii():
    code = f"from shall.cli._out import say; say({'✓ met … – ▁█'!a})"     # no argument may have more than ASCII
    ran = _python("-c", code, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert ran.stdout == "+ met ~ - 18\n"


def test_a_pipe_is_wide_and_a_terminal_as_wide_as_it_is(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    piped = subprocess.run([sys.executable, "-c", "from shall.cli._out import look; print(look().width)"], check=True,
                           capture_output=True, text=True)
    assert piped.stdout == "120\n"
    monkeypatch.setenv("COLUMNS", "90")
    assert look().width == 90


def test_with_json_an_error_is_json_too(shall, api, tmp_path):
    api(check=raising(FileError((Problem("shall.toml", 3, 6, "there is no measure `aucc`", "did you mean `auc`?"),))))
    ran = shall("check", "--json")
    told = json.loads(ran.out)
    jsonschema.validate(told, SCHEMA)
    assert told == {"shall_report": VERSION, "verb": "check", "error": {
        "kind": "FileError", "code": 2,
        "message": "shall.toml:3:6: there is no measure `aucc`\n    did you mean `auc`?",
        "problems": [{"file": "shall.toml", "line": 3, "column": 6, "message": "there is no measure `aucc`",
                      "fix": "did you mean `auc`?"}]}}
    assert "1 problem" in ran.err


@pytest.mark.parametrize(("error", "kind", "code"), [
    (KeyboardInterrupt(), "Interrupted", 130), (ZeroDivisionError("division"), "ZeroDivisionError", 4),
    (NoModel("none"), "NoModel", 1), (PermissionError(13, "Permission denied", "x.parquet"), "PermissionError", 2),
])
def test_every_end_has_its_kind(shall, api, error, kind, code):
    api(check=raising(error))
    told = json.loads(shall("check", "--json").out)["error"]
    assert (told["kind"], told["code"]) == (kind, code)
    assert json.loads(shall("check", "--json", "--nonsense").out)["error"]["kind"] == "UsageError"


def test_what_was_printed_stays_the_only_json(shall, api):
    def verb(*_, **__):
        say('{"whole": 1}')
        raise NoModel("and then this")
    api(check=verb)
    ran = shall("check", "--json")
    assert (ran.code, json.loads(ran.out)) == (1, {"whole": 1}) and "and then this" in ran.err


def test_a_file_that_may_not_be_read_is_no_fault_of_shall(shall, api):
    api(check=raising(PermissionError(13, "Permission denied", "gate.parquet")))
    ran = shall("check")
    told = "error: gate.parquet: Permission denied. Check the path, its rights, and the room on the disk\n"
    assert (ran.code, ran.err) == (2, told)
    api(check=raising(OSError(28, "Failed to write 'x'. Detail: [errno 28] No space left")))
    assert shall("check").err.startswith("error: Failed to write 'x'. Check the path")
    api(check=raising(OSError("something odd")))
    assert shall("check").code == 4
