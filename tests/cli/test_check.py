"""`shall check`: arguments to the library, a report, an exit code."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from shall.cli._out import exit_code
from shall.core.verdict import Finding

MET, WAIVED, UNDECIDED, BROKEN = Finding


@pytest.mark.parametrize(("found", "code"), [
    ([MET], 0), ([MET, WAIVED], 0), ([UNDECIDED, MET], 3), ([UNDECIDED, BROKEN], 1), ([BROKEN, WAIVED], 1), ([], 3),
])
def test_the_worst_verdict_is_the_exit_code(found, code):
    assert exit_code(found) == code


@pytest.fixture
def asked(api):
    """What `check` was called with; it finds nothing broken."""
    calls: list[tuple] = []

    def check(file, **more):
        calls.append((file, more))
        return SimpleNamespace(subject="s", file=file, rows=3, notes=(), digests={}, looks=None, verdicts=(),
                               verdict=UNDECIDED)
    api(check=check)
    return calls


def test_the_file_of_this_folder_is_checked(shall, asked):
    assert shall("check").code == 3         # no verdict is no pass
    file, more = asked[0]
    assert (file, more["data"], more["labels"], more["record"]) == ("shall.toml", None, None, True)


def test_every_option_reaches_the_library(shall, asked):
    shall("check", "my.toml", "--data", "d.parquet", "--labels", "l.csv", "--no-record")
    file, more = asked[0]
    assert (file, more["data"], more["labels"], more["record"]) == ("my.toml", "d.parquet", "l.csv", False)


def test_json_alone_is_on_stdout(shall, asked):
    assert json.loads(shall("check", "--json").out)["shall_report"] == 1


def test_a_picture_is_drawn(shall, asked, tmp_path):
    shall("check", "--picture", str(tmp_path / "check.svg"))
    assert (tmp_path / "check.svg").read_text(encoding="utf-8").startswith("<svg")


def test_plan_needs_no_model(shall, api):
    api(plan=lambda file, **more: SimpleNamespace(subject="s", file=file, rows=None, notes=(), lines=()))
    ran = shall("check", "--plan")
    assert ran.code == 0
    assert "ROWS NEEDED" in ran.out
