"""Nothing but a FileError comes of a file that cannot be read."""

from __future__ import annotations

import contextlib
import datetime
import random
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from shall import spec
from shall.core.errors import FileError
from shall.registry import Named

GOOD = Path(__file__).parent / "good.toml"
TODAY = datetime.date(2026, 11, 21)
Measures = Mapping[str, Named]

PIECES = [*"\"'[]{}=,.#\n\\ `()<>%0-", '"""', "'''", "[x]\n", "true", "nan", "inf", "1e999",
          "2027-01-01", "{}", "[]", "[[a]]\n", "[[", "\u0000", "\u00e9", "requirements", "fair.x", "\r",
          "= 1\n", '= "x"\n', "[requirements]\n", "12:00:00", "-0", "0x1F",
          "1_000", '"a" = 1\n', "over sex ", "ratio of "]


def mutants(text: str, number: int) -> list[str]:
    random_ = random.Random(7)
    lines = text.splitlines(keepends=True)
    found = []
    for _ in range(number):
        mutant = text
        if random_.random() < 0.3:                  # lines moved, doubled or left out
            mixed = list(lines)
            at, to = random_.randrange(len(mixed)), random_.randrange(len(mixed))
            mixed.insert(to, mixed[at] if random_.random() < 0.5 else mixed.pop(at))
            mutant = "".join(mixed[:random_.randint(5, len(mixed))])
        for _ in range(random_.randint(0, 4)):
            at, size = random_.randrange(len(mutant) + 1), random_.randint(0, 12)
            middle = random_.choice([random_.choice(PIECES), "", mutant[at:at + size] * 2])
            mutant = mutant[:at] + middle + mutant[at + size:]
        found.append(mutant)
    return found


def test_mutants_of_a_good_file_are_read_or_told(measures: Measures) -> None:
    outcomes = {"read": 0, "told": 0}
    for mutant in mutants(GOOD.read_text(), 1_500):
        try:
            file = spec.loads(mutant, on=TODAY, measures=measures)
        except FileError as error:
            outcomes["told"] += 1
            assert error.problems and all(problem.message for problem in error.problems)
            assert str(error)
        else:
            outcomes["read"] += 1
            for requirement in file.requirements:
                str(requirement)
    assert min(outcomes.values()) > 50


GROUPS = "".join(f"g{number} = 'G'\n" for number in range(15_000))
HOSTILE = {
    "many groups, none of them named": f"[groups]\n{GROUPS}[requirements]\n" + "".join(
        f"r{number} = 'accuracy over h{number} >= 0.5'\n" for number in range(900)),
    "a line over many groups": f"[groups]\n{GROUPS[:120_000]}[requirements]\n" + "".join(
        f"r{number} = 'accuracy over {','.join(f'h{other}' for other in range(1200))} >= 0.5'\n"
        for number in range(10)),
    "a line of many measures": "[requirements]\n" + "".join(
        f"r{number} = 'm{',m'.join(map(str, range(1500)))} >= 0.5'\n" for number in range(20)),
    "filters of many columns": "shall = 1\n[subject]\n[requirements]\n" + "".join(
        f"r{number} = 'rows >= 5 where {' and '.join(f'c{column} = 1' for column in range(600))}'\n"
        for number in range(25)),
    "many escapes": '[requirements]\na = """' + "\\\n " * 60_000 + '"""',
    "many keys": "[requirements]\n" + "".join(f"a{number} = 1\n" for number in range(20_000)),
    "an open text": "a = \"\"\"" + "\\" * 200_000,
    "many open brackets": "[" * 250_000,
    "many dots": "." * 250_000,
    "long words": "[requirements]\n" + "".join(f"a{number} = '{'x' * 9_000} >= 1'\n" for number in range(25)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_takes_no_more_than_a_moment(text: str, measures: Measures) -> None:
    before = time.process_time()
    with contextlib.suppress(FileError):
        spec.loads(text, on=TODAY, measures=measures)
    assert time.process_time() - before < 5


ODD_VALUES = ["1", "-1", "0", "1.5", "nan", "inf", '""', '" "', '"x"', "true", "[]", "[1]",
              '["x"]', '["x", "x"]', "[[]]", "{}", "{ a = 1 }", "2027-01-31", "2027-01-31T00:00:00", "12:00:00",
              "9223372036854775808", '"roc_auc >= 0.5"', "[{}]"]


KEYS = """
    shall confidence extends subject data columns groups requirements build watch serve trust subject.name
    subject.kind subject.target subject.positive subject.threshold subject.model data.train data.looks columns.label
    columns.x columns.x.unit columns.label.column groups.a groups.a.column groups.a.cut groups.a.at_least
    groups.a.rest requirements.a requirements.a.that requirements.a.why requirements.a.controls
    requirements.a.phases requirements.a.on_broken requirements.a.waive requirements.a.waive.until
    requirements.a.waive.by build.maximise build.seconds build.trials build.use_groups watch.windows
    watch.false_alarms serve.durable trust.regulator trust.required trust.smallest_cell
"""


def test_every_key_with_every_kind_of_value(measures: Measures) -> None:
    for key in KEYS.split():
        for value in ODD_VALUES:
            try:
                spec.loads(f"{key} = {value}\n", on=TODAY, measures=measures)
            except FileError as error:
                assert all(problem.line >= 1 for problem in error.problems)
