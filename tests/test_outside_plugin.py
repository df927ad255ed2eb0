"""A plug-in that is a package of its own: installed, found by its entry points, and used like what is built in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).with_name("outside_plugin")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process in which the plug-in is installed."""
    folder = tmp_path_factory.mktemp("outside")
    shutil.copytree(PLUGIN, folder / "source", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", str(folder / "site"), str(folder / "source")], check=True, timeout=120)
    paths = [str(folder / "site"), *(path for path in sys.path if path)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}


def run(environment: dict[str, str], *arguments: str, cwd: Path) -> str:
    """What a Python process says; it must end well."""
    ended = subprocess.run([sys.executable, *arguments], env=environment, cwd=cwd, text=True, capture_output=True,
                           timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_both_are_found_by_their_ids(installed: dict[str, str], tmp_path: Path) -> None:
    code = """
from shall import registry
for room, name in (("measures", "borderline"), ("methods", "naive_bayes")):
    print(registry.find(room, name).__name__, name in registry.ids(room))
"""
    assert run(installed, "-c", code, cwd=tmp_path) == (
        "shall_outside.borderline True\nshall_outside.naive_bayes True\n")


def test_its_measure_is_a_requirement_like_any_other(installed: dict[str, str], tmp_path: Path) -> None:
    code = """
import json, pyarrow, shall
frame = pyarrow.table({"score": [0.1, 0.9, 0.5, 0.95] * 1000, "sex": ["F", "F", "M", "M"] * 1000})
lines = {"few": "borderline over sex <= 10%", "some": "borderline <= 30%"}
report = shall.check({"subject": {"kind": "classifier"}, "groups": {"sex": "sex"}, "requirements": lines}, frame)
print(json.dumps({verdict.name: [verdict.verdict, verdict.deciding.value] for verdict in report.verdicts}))
"""
    assert json.loads(run(installed, "-c", code, cwd=tmp_path)) == {"few": ["broken", 0.5], "some": ["met", 0.25]}


def test_its_method_learns_a_model_like_any_other(installed: dict[str, str], tmp_path: Path) -> None:
    code = """
import numpy, pyarrow
from shall import registry
from shall.core.log import Binding, Column, GroupDef
from shall.methods.model import Model, load
from shall.methods.prepare import encode
from shall.phases.building.fitting import sample
chance = numpy.random.default_rng(0)
label = chance.integers(0, 2, 1000)
table = pyarrow.table({"x": label + chance.normal(0, 0.5, 1000), "city": chance.choice(["a", "b"], 1000),
                       "sex": chance.choice(["F", "M"], 1000), "label": label})
binding = Binding((("label", Column("label")),), groups=(GroupDef("sex", "sex"),))
encoding = encode.fit(table, ["x", "city"])
rows = sample(table, binding, encoding, ["sex"])
model = Model("naive_bayes", encoding, registry.find("methods", "naive_bayes").fit(rows.X, rows.label, encoding.sizes))
again = load(model.save("model"), lambda name: registry.find("methods", name))
print(model.learner, (model.decide(table) == label).mean() > 0.8, (again.score(table) == model.score(table)).all())
"""
    assert run(installed, "-c", code, cwd=tmp_path) == "naive_bayes True True\n"


def test_its_own_tests_pass(installed: dict[str, str], tmp_path: Path) -> None:
    said = run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(PLUGIN), "-c", os.devnull,
               "--import-mode=importlib", str(PLUGIN / "tests"), cwd=tmp_path)
    assert "passed" in said
