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
                               verdict=UNDECIDED, on="2026-11-21", curves=(), places={})
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


def test_a_cluster_and_a_fresh_reading_reach_the_library(shall, asked):
    shall("check", "--on", "spark://here:7077", "--reread")
    assert (asked[0][1]["spark"], asked[0][1]["reread"]) == ("spark://here:7077", True)
    shall("check")
    assert (asked[1][1]["spark"], asked[1][1]["reread"]) == (None, False)


def test_json_alone_is_on_stdout(shall, asked, tmp_path):
    ran = shall("check", "--json", "-o", str(tmp_path / "check.md"))
    assert json.loads(ran.out)["shall_report"] == 1 and ran.err == f"written to {tmp_path / 'check.md'}\n"


BEGINS = {"html": "<!DOCTYPE html>", "json": "{", "md": "## s", "sarif": "{", "svg": "<svg", "txt": "s  shall.toml",
          "xml": "<?xml"}


def test_the_suffix_says_the_format(shall, asked, tmp_path):
    paths = {suffix: tmp_path / f"check.{suffix}" for suffix in BEGINS}
    ran = shall("check", *(word for path in paths.values() for word in ("--report", str(path))))
    assert (ran.code, len(asked)) == (3, 1)
    assert ran.err.splitlines() == [f"written to {path}" for path in paths.values()]
    for suffix, path in paths.items():
        assert path.read_text(encoding="utf-8").startswith(BEGINS[suffix])


@pytest.mark.parametrize(("path", "said"), [
    ("check.pdf", "one of .html, .json, .md, .sarif"), ("absent/check.html", "its folder does not exist"),
    ("folder.html", "it is a folder"),
])
def test_a_report_that_cannot_be_is_refused_before_anything_is_counted(shall, asked, tmp_path, path, said):
    (tmp_path / "folder.html").mkdir()
    ran = shall("check", "--report", str(tmp_path / path))
    assert (ran.code, asked) == (2, [])
    assert said in ran.err


def test_a_disk_that_takes_no_report_is_an_error_after_the_verdict(shall, asked):
    ran = shall("check", "--report", "/proc/check.html")
    assert ran.code == 2
    assert "0 requirements" in ran.out
    assert "/proc/check.html cannot be written" in ran.err


@pytest.mark.parametrize("more", [["--github", "--json"], ["--plan", "--github"], ["--plan", "--report", "a.html"]])
def test_what_does_not_go_together(shall, asked, more):
    assert (shall("check", *more).code, asked) == (2, [])


def test_github_gets_annotations_and_a_summary(shall, asked, tmp_path, monkeypatch):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    lines = shall("check", "--github").out.splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert len(token) == 32
    assert f"::{token}::" in lines[1:]
    assert summary.read_text(encoding="utf-8").startswith("before\n## s: ")


def test_plan_needs_no_model(shall, api):
    api(plan=lambda file, **more: SimpleNamespace(subject="s", file=file, rows=None, notes=(), lines=()))
    ran = shall("check", "--plan")
    assert ran.code == 0
    assert "ROWS NEEDED" in ran.out


@pytest.mark.parametrize("option", ["-o", "--output", "--report"])
def test_what_it_makes_is_a_report(shall, asked, tmp_path, option):
    assert shall("check", option, str(tmp_path / "check.md")).code == 3
    assert (tmp_path / "check.md").read_text(encoding="utf-8").startswith("## s")


@pytest.mark.parametrize(("key", "instead"), [("log", "--data PATH"), ("gate", "--data PATH")])
def test_a_file_that_was_copied_without_its_data_says_which_line_and_what_else(
        shall, tmp_path, monkeypatch, key, instead):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shall.toml").write_text(f'shall = 1\n[subject]\nname = "x"\ntarget = "y"\npositive = "1"\n'
                                         f'[data]\n{key} = "../rows.parquet"\n[requirements]\na = "accuracy >= 0.5"\n')
    for verb in ("check", "watch"):
        ran = shall(verb)
        assert ran.code == 2 and f"under [data] as `{key}`" in ran.err and instead in ran.err, ran
    ran = shall("check", "--data", "other.parquet")
    assert ran.code == 2 and f"other.parquet: a relative path begins at {tmp_path}" in ran.err
    assert not (tmp_path / ".shall").exists()
