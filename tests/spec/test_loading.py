"""A whole file: what a good one says, and that every problem of a bad one comes at once."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from shall import spec
from shall.core.errors import FileError
from shall.core.log import Column, GroupDef
from shall.core.requirement import Requirement, Waiver
from shall.registry import Named

HERE = Path(__file__).parent
GOOD = HERE / "good.toml"
TODAY = datetime.date(2026, 11, 21)
Measures = Mapping[str, Named]

HEAD = """shall = 1
[subject]
target = "y"
positive = "1"
[groups]
sex = "SEX"
[data]
train = "t.parquet"
[requirements]
"""


def read(text: str, measures: Measures) -> spec.ShallFile:
    return spec.loads(text, on=TODAY, measures=measures)


def told(text: str, measures: Measures) -> str:
    with pytest.raises(FileError) as caught:
        read(text, measures)
    return str(caught.value)


def test_a_good_file(measures: Measures) -> None:
    file = spec.load(GOOD, on=TODAY, measures=measures)
    assert file.path == GOOD
    assert file.subject == spec.Subject("employment", "classifier", "employed", "1", 0.5)
    assert file.confidence == 95 and file.looks == 20
    assert file.data == {"train": str(HERE / "2015/train.parquet"), "gate": str(HERE / "2015/gate.parquet"),
                         "log": "https://example.org/decisions/"}
    assert file.columns == {"unit": Column("household"), "time": Column("when")}
    assert file.units == (("latency", "ms"),)
    assert file.groups == (
        GroupDef("sex", "SEX"),
        GroupDef("race", "RAC1P", at_least=200, rest="pool"),
        GroupDef("age_band", "AGEP", cut=(25.0, 45.0, 65.0)),
    )
    assert file.build == spec.BuildOptions("roc_auc", seconds=60, trials=40, use_groups=("age_band",))
    assert file.watch == spec.WatchOptions(("1 day", "10000 rows"), "1 per year")
    assert file.serve == {"durable": "try"}
    assert file.trust == {"regulator": "keys/regulator.pub", "required": ("regulator",), "smallest_cell": 10}
    assert spec.lint(GOOD, on=TODAY, measures=measures) == ()


def test_the_requirements_of_a_good_file(measures: Measures) -> None:
    file = spec.load(GOOD, on=TODAY, measures=measures)
    section = GOOD.read_text().split("[requirements]\n")[1].split("\n\n")[0]
    lines = [line.split("=", 1) for line in section.splitlines()]
    written = {name.strip(): text.strip().strip('"') for name, text in lines}
    for requirement in file.requirements[:-1]:
        assert str(requirement) == written[requirement.name]
        assert requirement.phases == ("build", "check", "watch")
    assert file.requirements[1] == replace(Requirement.parse("ratio of selection_rate over sex >= 0.80"), name="fair")
    robust = file.requirements[-1]
    assert str(robust) == "attack_success(norm = linf, radius = 0.03) <= 20%"
    assert (robust.name, robust.why) == ("robust", "internal standard 4.2")
    assert robust.controls == ("NIST AI RMF MEASURE 2.7",)
    assert (robust.phases, robust.on_broken) == (("build", "check"), ("fall back",))
    assert robust.waive == Waiver(datetime.date(2027, 1, 31), "risk committee", "retraining planned")


def test_defaults(measures: Measures) -> None:
    file = read(HEAD + 'useful = "roc_auc >= 0.75"', measures)
    assert file.path is None and file.confidence == 95 and file.looks is None
    assert file.data == {"train": str(Path.cwd() / "t.parquet")}
    assert file.requirements[0].phases == ("build", "check", "watch")
    assert file.requirements[0].confidence is None
    assert file.watch.windows == () and file.build == spec.BuildOptions()


@pytest.mark.parametrize(("given", "text"), [('"1"', "1"), ("1", "1"), ("true", "true"), ('">50K"', ">50K")])
def test_the_positive_value_is_a_text(given: str, text: str, measures: Measures) -> None:
    file = read(HEAD.replace('positive = "1"', f"positive = {given}") + 'useful = "roc_auc >= 0.75"', measures)
    assert file.subject.positive == text


def test_a_label_column_is_a_target(measures: Measures) -> None:
    file = read(HEAD.replace('target = "y"\n', "") + 'a = "roc_auc >= 0.75"\n[columns]\nlabel = "z"', measures)
    assert file.subject.target == "z"


def test_a_file_without_a_need_for_labels_needs_no_target(measures: Measures) -> None:
    assert read('shall = 1\n[subject]\n[requirements]\na = "rows >= 10"', measures).subject.target is None
    decided = 'shall = 1\n[subject]\n[requirements]\na = "selection_rate >= 0.1"'
    assert "does not say `positive`" in told(decided, measures)


def test_a_measure_that_is_not_live_is_not_watched_unless_that_is_said(measures: Measures) -> None:
    file = read(HEAD + 'a = "attack_success <= 20%"\nb = "accuracy, attack_success <= 20%"', measures)
    assert [requirement.phases for requirement in file.requirements] == [("build", "check")] * 2
    said = HEAD + '[requirements.a]\nthat = "attack_success <= 20%"\nphases = ["watch"]'
    assert "cannot be watched live" in told(said, measures)


def test_phases_come_in_their_order(measures: Measures) -> None:
    file = read(HEAD + '[requirements.a]\nthat = "accuracy >= 20%"\nphases = ["watch", "check"]', measures)
    assert file.requirements[0].phases == ("check", "watch")


def test_arguments_are_settled_by_the_card(measures: Measures) -> None:
    file = read(HEAD + "a = \"share(flag = 1) >= 0.5\"\nb = \"attack_success(norm = 'l2', radius = 1) <= 0.5\"\n"
                "c = \"share(SEX = 'F') >= 0.5\"", measures)
    share, attack, sex = (requirement.measures[0] for requirement in file.requirements)
    assert str(share) == "share((flag = 1))" and not share.options
    assert attack.filter is None and dict(attack.options) == {"norm": "l2", "radius": 1}
    assert str(sex) == "share(SEX = 'F')"
    for requirement in file.requirements:
        again = read(HEAD + f'{requirement.name} = "{requirement}"', measures).requirements[0]
        assert again == requirement


def test_a_waiver_holds_on_its_last_day(measures: Measures) -> None:
    text = HEAD + '[requirements.a]\nthat = "accuracy >= 20%"\nwaive = { until = 2026-11-21, by = "x", why = "y" }'
    assert read(text, measures).requirements[0].waive is not None
    with pytest.raises(FileError, match="the waiver ended on 2026-11-21"):
        spec.loads(text, on=datetime.date(2026, 11, 22), measures=measures)


def test_everything_is_told_at_once_in_the_order_of_the_file(measures: Measures) -> None:
    text = (HEAD.replace("positive", "postive") + 'a = "roc_acu >= 0.75"\nb = "recall over sx >= 0.75"\n'
            'c = "recall > 0.5"\n[watch]\nwindows = ["daily"]\n')
    with pytest.raises(FileError) as caught:
        read(text, measures)
    problems = caught.value.problems
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    assert {(problem.line, problem.column) for problem in problems} >= {(4, 1), (10, 6), (11, 18), (12, 13), (14, 12)}
    assert all(problem.fix for problem in problems)


def test_a_thousand_requirements_and_no_more(measures: Measures) -> None:
    lines = "".join(f'r{number} = "rows >= {number}"\n' for number in range(1001))
    assert "more than 1,000" in told(HEAD + lines, measures)
    assert len(read(HEAD + lines[:lines.rindex("r1000")], measures).requirements) == 1000


def test_versions(measures: Measures) -> None:
    line = 'a = "accuracy >= 0.75"'
    assert read(HEAD.replace("shall = 1", "shall = 1.3") + line, measures)
    for version, said in (("2", "version 2"), ("0", "version 0"), ('"1"', "not a text"), ("true", "not true or false")):
        assert said in told(HEAD.replace("shall = 1", f"shall = {version}") + line, measures)


def test_a_path_that_is_no_file(tmp_path: Path) -> None:
    (problem,) = spec.lint(tmp_path / "none.toml")
    assert "no such file" in problem.message and problem.line == 0


def test_lint_loads_nothing_that_counts(tmp_path: Path) -> None:
    file = tmp_path / "shall.toml"
    file.write_text(HEAD + 'useful = "accuracy >= 0.75"\nwrong = "acuracy >= 0.75"')
    code = ("import sys; from shall import spec; found = spec.lint(sys.argv[1])\n"
            "names = ('numpy', 'pyarrow', 'tomlkit', 'narwhals', 'apsw', 'rich')\n"
            "heavy = [name for name in names if name in sys.modules]\n"
            "print(heavy, [problem.fix for problem in found])")
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)})
    assert done.stdout.strip() == "[] ['did you mean `accuracy`?']"
