"""Annotations of GitHub Actions: a command a line, and nothing out of data is a command."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from shall.reports import github
from tests.reports.conftest import required
from tests.reports.hostile import NAMES

COMMAND = re.compile(r"::(error|warning) ([^:]*)::([^\r\n]*)")


def test_what_is_not_met_is_annotated_at_its_line(checked):
    lines = github.check(replace(checked, file="/repo/models/shall.toml"), "/repo").splitlines()
    assert [COMMAND.fullmatch(line)[1] for line in lines] == ["error", "error", "error", "warning", "error"]
    assert lines[0] == (
        "::error file=models/shall.toml,line=33,col=1,title=fair is broken::0.645, 95%25 bounds [0.633, 0.658], "
        "limit >= 0.80%0Aratio of selection_rate over sex >= 0.80%0Aworst pair: sex=F 0.310 / sex=M 0.480"
        "%0Awhy: the four-fifths rule")
    assert "to settle it: about 1,240 more rows" in lines[2]


def test_without_a_file_there_is_no_place(checked):
    assert github.check(replace(checked, file="")).startswith("::error title=fair is broken::")


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_hostile_name_is_no_command(checked, found, measured, name):
    verdict = found(required("accuracy >= 0.6", name, why=name), measured("accuracy", 0.4, 0.3, 0.5, settles=name))
    lines = github.check(replace(checked, verdicts=(verdict,), file=name)).split("\n")
    assert lines[1:] == [""]
    assert COMMAND.fullmatch(lines[0])
    lines[0].encode("utf-8")


def test_what_is_printed_is_read_for_no_commands():
    assert github.fenced("a\n::error::b\n", "7f") == "::stop-commands::7f\na\n::error::b\n::7f::\n"
