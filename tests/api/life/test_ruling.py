"""Alert rules: Prometheus reads them, each is quiet on a good day, and fires on a bad one."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

import shall.http.metrics
from shall.api.life.ruling import rules
from shall.core.errors import FileError, InputError
from tests.api.packed import SERVE, SPEC, pack, packs

ODD = """shall = 1
[subject]
name = "My Loans, 2"
target = "paid"
positive = "1"
[groups]
sex = "sex"
[requirements]
right = "accuracy >= 0.5"
[requirements."it's \\"odd\\" {{x}} \\\\ λ"]
that = "ratio of selection_rate over sex >= 0.8 where region = 'no\\"rth {{ $labels.x }}'"
on_broken = ["fall back", "retrain"]
why = "a law: {{ x }} # no comment"
[requirements.shipped]
that = "recall >= 0.5"
phases = ["check"]
[watch]
every = "5 minutes"
"""


def written(place: Path, folder: Path) -> dict[str, object]:
    made = rules(place, "loans.yml")
    (folder / "loans.yml").write_text(made.rules)
    (folder / "loans.test.yml").write_text(made.tests)
    assert yaml.safe_load(made.tests)["rule_files"] == ["loans.yml"]
    found: dict[str, object] = yaml.safe_load(made.rules)
    return found


def promtool(*arguments: str, folder: Path) -> str:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed")
    ran = subprocess.run(["promtool", *arguments], cwd=folder, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def test_of_a_shall_file(tmp_path: Path) -> None:
    (tmp_path / "shall.toml").write_text(ODD)
    groups = written(tmp_path / "shall.toml", tmp_path)["groups"]
    own, server = groups
    assert (own["name"], server["name"]) == ("shall-my-loans-2", "shall-server")
    broken = [rule for rule in own["rules"] if rule["alert"] == "ShallPromiseBroken"]
    assert [rule["labels"]["severity"] for rule in broken] == ["warning", "critical"]
    assert "fall back, retrain" in broken[1]["annotations"]["description"]
    assert any("> 3000" in rule["expr"] for rule in own["rules"])       # ten looks
    assert "10 rules found" in promtool("check", "rules", "loans.yml", folder=tmp_path)
    assert "SUCCESS" in promtool("test", "rules", "loans.test.yml", folder=tmp_path)


def test_rules_that_never_fire_fail_their_tests(tmp_path: Path) -> None:
    """What promtool runs is a test of each of them."""
    (tmp_path / "shall.toml").write_text(ODD)
    written(tmp_path / "shall.toml", tmp_path)
    text = (tmp_path / "loans.yml").read_text()
    dead, number = re.subn(r"expr: .*", 'expr: "vector(0) > 1"', text)
    (tmp_path / "loans.yml").write_text(dead)
    promtool("check", "rules", "loans.yml", folder=tmp_path)
    ran = subprocess.run(["promtool", "test", "rules", "loans.test.yml"], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode != 0 and (ran.stdout + ran.stderr).count("alertname:") == number == 10


def test_of_a_serve_file(tmp_path: Path) -> None:
    """The requirements of every bundle; of one name in two, those of the one in charge."""
    place = packs(tmp_path, serve=SERVE + '[other]\nbundles = { 1 = "8.zip" }\n')
    pack(tmp_path / "8.zip", "8", SPEC.replace("accuracy >= 0.5", "accuracy >= 0.6") + 'more = "recall >= 0.1"\n')
    loans, other, _ = written(place, tmp_path)["groups"]
    told = [rule["annotations"]["summary"] for rule in loans["rules"]]
    assert any("right: accuracy >= 0.5" in one for one in told) and any("more: recall" in one for one in told)
    assert any("accuracy >= 0.6" in rule["annotations"]["summary"] for rule in other["rules"])
    assert "duplicate" not in promtool("check", "rules", "loans.yml", folder=tmp_path)
    promtool("test", "rules", "loans.test.yml", folder=tmp_path)


def test_what_has_no_shall_file(tmp_path: Path) -> None:
    place = packs(tmp_path)
    pack(tmp_path / "7.zip", "7", None)
    with pytest.raises(InputError, match="nothing is promised of loans"):
        rules(place)
    with pytest.raises(FileError):
        rules(tmp_path / "none.toml")


def test_every_figure_is_one_of_the_server(tmp_path: Path) -> None:
    (tmp_path / "shall.toml").write_text(ODD)
    text = rules(tmp_path / "shall.toml").rules
    known = {family.name: family.labels for family in vars(shall.http.metrics).values()
             if isinstance(family, shall.http.metrics.Family)}
    asked = set(re.findall(r"\b(shall_[a-z_]+)", text))
    assert asked - known.keys() == set() and len(asked) == 8
