"""`shall build`: options to the library, reports by suffix, an exit code."""

from __future__ import annotations

import pytest

from shall.phases.build import BuildResult
from shall.phases.building.candidates import Tried
from shall.phases.building.frontier import frontier_of

TRIED = (Tried("lightgbm", 0.9, (0.7,), (False,), (False,), 3.0, spans=((0.6, 0.8),), span=(0.89, 0.91)),)
BUILT = BuildResult("s", 100, 300, "accuracy", (), ("fair",), TRIED, (), None, in_the_way="fair: at best 0.7", trials=1,
                    frontier=frontier_of(TRIED, ((),), 0.5), lines=("recall over sex >= 0.9",))
BEGINS = {"txt": "s  300 rows to learn from", "md": "## s: no model found", "json": "{", "html": "<!DOCTYPE html>",
          "svg": "<?xml"}


@pytest.fixture
def asked(api):
    """What the library was asked for."""
    asked: list[dict] = []

    def build(file, **more):
        asked.append({"file": file, **{key: more[key] for key in ("seconds", "trials", "workers", "output")}})
        return BUILT
    api(build=build)
    return asked


def test_options_go_to_the_library(shall, asked):
    ran = shall("build", "f.toml", "--trials", "40", "--workers", "2", "--seconds", "1.5", "--output", "out")
    assert ran.code == 1
    assert asked == [{"file": "f.toml", "seconds": 1.5, "trials": 40, "workers": 2, "output": "out"}]
    assert "in the way: fair: at best 0.7" in ran.out
    assert shall("build").code == 1
    assert asked[1] == {"file": "shall.toml", "seconds": None, "trials": None, "workers": None, "output": None}


@pytest.mark.parametrize("wrong", [["--trials", "0"], ["--workers", "-1"], ["--seconds", "0"]])
def test_a_budget_of_nothing_is_refused(shall, asked, wrong):
    assert (shall("build", *wrong).code, asked) == (2, [])


def test_the_suffix_says_the_format(shall, asked, tmp_path):
    paths = {suffix: tmp_path / f"build.{suffix}" for suffix in BEGINS}
    ran = shall("build", *(word for path in paths.values() for word in ("--report", str(path))))
    assert ran.code == 1 and ran.err.splitlines() == [f"written to {path}" for path in paths.values()]
    for suffix, path in paths.items():
        assert path.read_text(encoding="utf-8").startswith(BEGINS[suffix]), suffix


@pytest.mark.parametrize(("path", "said"), [("build.xml", "one of .html, .json, .md, .svg, .txt"),
                                            ("absent/build.html", "its folder does not exist")])
def test_a_report_that_cannot_be_is_refused_before_the_search(shall, asked, tmp_path, path, said):
    ran = shall("build", "--report", str(tmp_path / path))
    assert (ran.code, asked) == (2, [])
    assert said in ran.err


def test_json_is_of_a_versioned_schema(shall, asked):
    assert '"shall_report": 1' in shall("build", "--json").out

