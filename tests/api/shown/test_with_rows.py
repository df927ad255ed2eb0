"""Commands to copy: a shell reads them as they are meant, whatever stands in a line."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from shall.api.shown.comparing import Side
from shall.api.shown.with_rows import page_with, propose_at
from shall.bundle.manifest import NAME

SIDE = Side("3", 3, "2026-11-22T06:24:00Z", (), 7, "ab", file="/of ana/shall.toml", data="/of ana/2015.parquet")


def test_the_page_is_started_with_the_rows_of_the_check():
    assert page_with(SIDE) == "shall page --file '/of ana/shall.toml' --data '/of ana/2015.parquet'"
    assert page_with(replace(SIDE, labels="/l.csv")).endswith(" --data '/of ana/2015.parquet' --labels /l.csv")
    assert page_with(replace(SIDE, data="")) == "shall page --file '/of ana/shall.toml'"
    assert page_with(None) == page_with(replace(SIDE, file="", data="")) == "shall page --file shall.toml"


def test_beside_a_bundle_the_store_is_named_since_it_is_not_in_it(tmp_path: Path):
    (tmp_path / "v1").mkdir()
    (tmp_path / "v1" / NAME).write_text("{}")
    told = shlex.split(page_with(replace(SIDE, file=str(tmp_path / "v1" / "shall.toml"))))
    assert told[-2:] == ["--store", str(tmp_path / ".shall" / "shall.db")]


@pytest.mark.parametrize("value", ["women", "it's", "$(rm -rf ~)", "a `b`", 'say "no"!', "back\\slash", "'; ls"])
def test_a_line_comes_out_of_a_shell_as_it_went_in(value):
    line = f"accuracy >= 0.60 where city = {value!r}"
    assert shlex.split(propose_at(SIDE, "a", line, "found as a slice")) == [
        "shall", "propose", "a", line, "--why", "found as a slice", "--file", "/of ana/shall.toml"]
    assert "'\"'\"'" not in propose_at(None, "a", "accuracy >= 0.60 where sex = 'women'", "so"), "for people, too"
