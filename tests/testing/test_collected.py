"""The plug-in of pytest, in a pytest of its own: real shall files on a real log."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import load_breast_cancer

pytest_plugins = ["pytester"]

FILE = """
shall = 1
[subject]
name = "tumours"
target = "malignant"
positive = "1"
threshold = 0.5
[data]
log = "log.parquet"
[groups]
texture = { column = "texture", cut = [18.0] }
[requirements]
useful = "roc_auc >= 0.80"
wide = "ratio of selection_rate over texture >= 0.80"
few = "precision >= 0.90 where texture >= 30"
[requirements.sure]
that = "recall >= 0.99"
waive = { until = 2999-01-31, by = "the board", why = "a new model is on its way" }
[requirements.live]
that = "accuracy >= 0.99"
phases = ["watch"]
"""


@pytest.fixture
def folder(pytester, monkeypatch):
    """A folder with a log, and a pytest that has the plug-in, installed or not."""
    data = load_breast_cancer()
    radius, texture = data.data[:, 0], data.data[:, 1]
    log = pa.table({"score": np.clip((radius - 6) / 18, 0, 1), "texture": texture, "malignant": 1 - data.target})
    pq.write_table(log, pytester.path / "log.parquet")
    if not any(point.name == "shall" for point in entry_points(group="pytest11")):
        monkeypatch.setenv("PYTEST_PLUGINS", "shall.testing.pytest_plugin")
    return pytester


def test_every_requirement_is_a_test(folder):
    folder.makefile(".toml", shall=FILE)
    result = folder.runpytest_inprocess("-rA")
    result.assert_outcomes(passed=2, failed=2, warnings=1)      # `live` is of another phase
    result.stdout.fnmatch_lines([
        "*broken*wide*0.*>= 0.80*", "*worst pair: texture=*", "*undecided*few*", "*to settle it: about *",
        "*WaivedWarning: sure is waived until 2999-01-31 by the board: a new model is on its way",
        "FAILED shall.toml::wide*", "FAILED shall.toml::few*"], consecutive=False)
    assert "Traceback" not in result.stdout.str()


def test_a_named_requirement_runs_alone(folder):
    folder.makefile(".shall.toml", tumours=FILE)
    folder.runpytest_inprocess("tumours.shall.toml::useful").assert_outcomes(passed=1)


def test_one_check_serves_all_tests_of_a_file(folder, monkeypatch):
    import shall.api
    calls, check = [], shall.api.check
    monkeypatch.setattr(shall.api, "check", lambda file: calls.append(file) or check(file), raising=False)
    folder.makefile(".toml", shall=FILE)
    folder.runpytest_inprocess().assert_outcomes(passed=2, failed=2, warnings=1)
    assert len(calls) == 1


def test_a_wrong_file_is_an_error_of_collection_with_its_own_words(folder):
    folder.makefile(".toml", shall=FILE.replace("roc_auc", "roc_auk"))
    result = folder.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*shall.toml:12:*roc_auk*", "*did you mean*roc_auc*"])


def test_rows_that_cannot_be_read_fail_with_their_own_words(folder):
    folder.makefile(".toml", shall=FILE.replace("log.parquet", "absent.parquet"))
    result = folder.runpytest_inprocess()
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(["*absent.parquet*"])
    assert "Traceback" not in result.stdout.str()


def test_other_files_are_left_alone(folder):
    folder.makefile(".toml", pyproject="", marshall=FILE)
    folder.makepyfile(test_other="def test_it(): assert True")
    folder.runpytest_inprocess().assert_outcomes(passed=1)


def test_nothing_is_loaded_before_a_shall_file_is_met():
    code = "import shall.testing.pytest_plugin, sys; print(sorted(name for name in sys.modules if 'shall' in name))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "['shall', 'shall.testing', 'shall.testing.pytest_plugin']"


def test_a_waiver_may_be_made_to_fail(folder):
    folder.makefile(".toml", shall=FILE)
    result = folder.runpytest_subprocess("-W", "error::shall.testing.collected.WaivedWarning")
    result.assert_outcomes(passed=1, failed=3)
