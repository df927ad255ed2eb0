"""Every command with every address that is mistaken: exit code 2, a sentence, JSON where asked for, nothing made."""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Final

import click
import jsonschema
import pandas as pd
import pytest

from shall.api import verifying
from shall.cli import VERBS
from shall.core.decisions import Field, Record
from shall.stores import open_store
from shall.stores.decisions import open_log
from tests.http.process import SPEC, packed

SCHEMA: Final = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))
VALIDATOR: Final = jsonschema.Draft202012Validator({"$defs": SCHEMA["$defs"], "$ref": "#/$defs/error"})
SERVER: Final = "postgresql://me:hush@127.0.0.1:1/db"
NO_STORE: Final = ("folder", ".", "notes.toml", "other.db", "notes.toml/x.db", SERVER, "mysql://host/db", "", " ")
ABSENT: Final = ("none.db", "none/x.db", "empty")           # where a store may be made, these are none that is mistaken
MAKE: Final = {
    "watch": "watch --log rows.parquet --respond --store", "follow": "watch --follow --log rows.parquet --store",
    "serve": "serve loans.zip --port 0 --log made --store",
    "retrain": "retrain loans.zip --log decisions/loans --as loans@1 --output made --store",
    "propose": "propose useful accuracy>=0.8 --why x --store", "propose sign": "propose --sign 1 --store",
}
READ: Final = {
    "propose list": "propose --list --store", "preview": "propose useful accuracy>=0.8 --preview --store",
    "page": "page --port 0 --store", "recall": "recall loans@1 --why x --store", "recalls": "recall --list --store",
    "lift": "recall loans@1 --lift --why x --key user.key --store", "responses": "responses --store",
    "end": "responses --end loans@1 useful --why x --store", "review": "review decisions/loans --store",
    "store verify": "store verify", "store head": "store head", "store list": "store list",
}
NO_ROWS: Final = ("none.parquet", "none.csv", "folder", "notes.toml", "notes.parquet", "empty", "empty.parquet", "",
                  "mysql://host/db", f"{SERVER}?table=rows")
ROWS: Final = {
    "check": "check --data", "check labels": "check --labels", "init": "init --output made",
    "split": "split --into made", "suspects": "suspects --data", "intersections": "intersections --data",
    "slices": "slices --measure useful --data", "predict": "predict loans.zip -o made", "prove": "prove loans.zip",
    "compress": "compress loans.zip -o made --data", "retrain": "retrain loans.zip --as loans@1 -o made --log",
    "preview": "propose useful accuracy>=0.8 --preview --data",
    "page": "page --port 0 --store shall.db --file shall.toml --data", "log label": "log label decisions/loans",
}
NO_BUNDLE: Final = ("none.zip", "notes.toml", "empty", "notes.toml/x.zip")
BUNDLES: Final = {
    "serve": "serve --port 0 --log made", "predict": "predict -o made {} rows.parquet", "sign": "sign --key user.key",
    "verify": "verify --unsigned", "retrain": "retrain --log decisions/loans --as loans@1 -o made", "ship": "ship",
    "compress": "compress -o made", "prove": "prove {} rows.parquet",
}
NO_LOG: Final = ("none", "folder", "notes.toml", "")
LOGS: Final = {
    "page": "page --port 0 --store shall.db --log", "review": "review --store shall.db", "log verify": "log verify",
    "log head": "log head", "log label": "log label {} rows.parquet", "log salvage": "log salvage -o made",
}
NO_FILE: Final = ("none.toml", "folder", "notes.toml", "empty", "notes.toml/x.toml")
FILES: Final = {
    **{verb: verb for verb in ("check", "build", "watch", "lint", "list", "rules", "suspects", "intersections",
                               "slices --measure useful")},
    "page": "page --port 0 --store shall.db --file", "propose": "propose --list --file", "ship": "ship --spec",
}
EVERY: Final = [(command, (*NO_STORE, *ABSENT)) for command in READ.values()] + [
    ("watch --log", [one for one in NO_ROWS if one != "folder"])] + [       # files may come into an empty one
    (command, given) for commands, given in ((MAKE, NO_STORE), (ROWS, NO_ROWS), (BUNDLES, NO_BUNDLE), (LOGS, NO_LOG),
                                             (FILES, NO_FILE)) for command in commands.values()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a bundle, a log of decisions, rows, a store, a key, and much that is none of it."""
    here = tmp_path_factory.mktemp("here")
    packed(here)
    rows = {"id": range(40), "label": ["yes", "no"] * 20, "decision": ["yes", "no"] * 20, "age": range(40)}
    pd.DataFrame(rows).to_parquet(here / "rows.parquet")
    (here / "shall.toml").write_text(SPEC.replace("[requirements]", '[data]\ngate = "rows.parquet"\n[requirements]'))
    with open_store(here / "shall.db") as store:
        store.append("shipped", "loans", {"version": "1"}, key="1")
    with open_log(here / "decisions" / "loans", (Field("age", "number"), Field("decision", "text"))) as log:
        log.write([Record(log.next_id(), 1_700_000_000_000_000, "", "loans@1", "ab" * 32, "live", (41.0, "yes"))])
    verifying.new_key(here / "user")
    (here / "folder").mkdir()
    (here / "notes.toml").write_text("what = 'no store'\n" * 40)
    (here / "notes.parquet").write_text("no rows\n" * 40)
    for name in ("empty", "empty.parquet"):
        (here / name).touch()
    with sqlite3.connect(here / "other.db") as other:
        other.execute("CREATE TABLE rows (a)")
    other.close()
    return here


@pytest.fixture
def here(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    monkeypatch.setattr(os, "nice", lambda by: by)          # of this process, for a training that is not begun
    return folder


@pytest.mark.parametrize(("command", "addresses"), EVERY, ids=[command for command, _ in EVERY])
def test_an_address_that_is_mistaken(shall, here, command, addresses):
    before = {path: path.stat().st_size for path in here.rglob("*")}
    for address in addresses:
        words = [word.replace("{}", address) for word in command.split()] + ([] if "{}" in command else [address])
        ran = shall(*words)
        assert (ran.code, ran.out) == (2, ""), (words, ran)
        assert "Traceback" not in ran.err and "hush" not in ran.err and "fault of shall" not in ran.err, (words, ran)
        assert _named(address) in ran.err, (words, ran)
        if command not in ("lint",) and _json_of(words):
            said_json(shall, words, ran)
    assert {path: path.stat().st_size for path in here.rglob("*")} == before


def said_json(shall, words, plain):
    """The same error as one line of JSON on stdout."""
    ran = shall(*words, "--json")
    told = json.loads(ran.out)
    VALIDATOR.validate(told)
    assert (ran.code, told["verb"], told["error"]["code"]) == (2, words[0], 2)
    assert ran.err == plain.err and told["error"]["message"].split("\n")[0][:40] in plain.err.replace("\n", " ")


def _named(address: str) -> str:
    """What a message calls it by."""
    if "://" in address:
        return address.partition("://")[0]
    return Path(address).name if address.strip() else ""


def _json_of(words: list[str]) -> bool:
    return "--json" in {option for one in _commands(words[0]) for param in one.params for option in param.opts
                        if one.name in words}


def _commands(verb: str) -> list[click.Command]:
    command = importlib.import_module(f"shall.cli.{verb}").command
    return [*command.commands.values()] if isinstance(command, click.Group) else [_called(command, verb)]


def _called(command: click.Command, verb: str) -> click.Command:
    command.name = verb
    return command


def test_every_command_that_takes_a_store_or_rows_is_tried():
    """A new one belongs into a table above."""
    tried = {words.split()[0] + " " + option for words, _ in EVERY for option in ("--store", "--data", "--log")
             if words.endswith(option)}
    there = {f"{verb} {option}" for verb in VERBS for one in _commands(verb) for param in one.params
             for option in param.opts if option in ("--store", "--data", "--log")}
    assert there - tried == {"serve --log"}                 # it makes the folder: see below


@pytest.mark.parametrize("place", ["notes.toml", "notes.toml/x", "", "mysql://host/db", SERVER])
def test_decisions_lie_in_a_folder(shall, here, place):
    before = {*here.rglob("*")}
    ran = shall("serve", "loans.zip", "--port", "0", "--log", place)
    assert ran.code == 2 and "Traceback" not in ran.err and _named(place) in ran.err
    assert {*here.rglob("*")} == before


BARRED: Final = (
    "check", "watch --log rows.parquet --respond", "watch --follow --log rows.parquet", "build", "suspects",
    "serve loans.zip --port 0 --log made", "serve loans.zip --port 0 --log . --store none.db",
    "propose useful accuracy>=0.8 --why x", "page --port 0 --store shall.db", "recall --list --store shall.db",
    "store list shall.db", "init rows.parquet --force", "split rows.parquet", "keys new -o ana",
    "tokens new web --role user", "predict loans.zip rows.parquet -o scores.csv", "rules -o rules.yml",
    "check --no-record -o check.html", "log salvage decisions/loans -o made", "check --data secret.parquet",
    "store verify secret.parquet", "sign loans.zip --key secret.parquet",
)
RUNNER: Final = """
import contextlib, io, json, sys
from shall.cli import run
found = []
for words in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as told:
        code = run(words)
    found.append([code, told.getvalue()])
print(json.dumps(found))
"""


def ordinary() -> None:
    """For a root who is barred as others are: what it runs may not read and write past the rights of files."""
    for capability in (1, 2):                               # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)    # PR_CAPBSET_DROP


@pytest.mark.slow
def test_a_place_that_may_not_be_written_or_read(folder, tmp_path):
    here = tmp_path / "here"
    shutil.copytree(folder, here)
    (here / "secret.parquet").write_bytes(b"")
    (here / "secret.parquet").chmod(0)
    for path in (*here.rglob("*"), here):
        if path.name != "secret.parquet":
            path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        ran = subprocess.run([sys.executable, "-c", RUNNER, json.dumps([words.split() for words in BARRED])], cwd=here,
                             capture_output=True, text=True, timeout=120, preexec_fn=ordinary, check=False,
                             env={**os.environ, "SHALL_STORE": ""})
        found = dict(zip(BARRED, json.loads(ran.stdout), strict=True))
    finally:
        for path in (here, *here.rglob("*")):
            path.chmod(0o755)
    wrong = {words: told for words, told in found.items()
             if told[0] != 2 or "Traceback" in told[1] or "fault of shall" in told[1]}
    assert not wrong
