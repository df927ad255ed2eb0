"""Runs the command line as a person or a pipeline would, without another process."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from shall.cli import run


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def shall(capsys, monkeypatch):
    """Runs `shall …` in a width of 80 and without colours."""
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("FORCE_COLOR", "SHALL_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def shall(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(arguments)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)
    return shall


@pytest.fixture
def api(monkeypatch):
    """Puts a stand-in in the place of a verb of the library: `api(check=…)`."""
    import shall.api

    def put(**verbs):
        for name, verb in verbs.items():
            monkeypatch.setitem(shall.api.__dict__, name, verb)
    return put
