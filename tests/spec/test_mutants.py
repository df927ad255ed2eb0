"""Nothing but a FileError comes of a file that cannot be read."""

from __future__ import annotations

import contextlib
import datetime
import json
import random
import subprocess
import sys
import time
import tracemalloc
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


@pytest.mark.parametrize(("number", "seed"), [(400, 1), pytest.param(10_000, 7, marks=pytest.mark.slow)])
def test_mutants_of_all_good_files_in_a_small_child(number: int, seed: int, tmp_path: Path) -> None:
    script = Path(__file__).parent / "mutated.py"
    done = subprocess.run([sys.executable, str(script), str(number), str(seed), str(tmp_path)], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["told"] + figures["read"] == number and figures["read"] > number // 100
    assert figures["slowest_s"] < 1 and figures["more_mb"] < 64


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
    "many items, all different": "[subject]\nclasses = [" + ",".join(f'"{n}"' for n in range(25_000)) + "]",
    "many packs": "extends = [" + ",".join(f'"x{n}"' for n in range(20_000)) + "]",
    "many tables of packs": "".join(f"[packs.x{n}]\n" for n in range(15_000)),
    "many scores": "[columns.scores]\n" + "".join(f"x{n}='{n}'\n" for n in range(15_000)),
    "many dotted keys": "".join(f"a{n}.b.c.d.e.f.g.h=1\n" for n in range(10_000)),
    "long words": "[requirements]\n" + "".join(f"a{number} = '{'x' * 9_000} >= 1'\n" for number in range(25)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_takes_no_more_than_a_moment(text: str, measures: Measures) -> None:
    before = time.process_time()
    with contextlib.suppress(FileError):
        spec.loads(text, on=TODAY, measures=measures)
    assert time.process_time() - before < 3


CAPS = {                                            # refused before the standard parser sees them
    "40 KB of a dotted key": ("a." * 20_000 + "a = 1", "more than 8 parts"),
    "40 KB of a dotted table": ("[" + "a." * 20_000 + "a]", "more than 8 parts"),
    "a dotted key in quotes": ('"a".' * 10_000 + "a = 1", "more than 8 parts"),
    "lists in lists": ("a = " + "[" * 100_000 + "]" * 100_000, "nested deeper than 16"),
    "tables in tables": ("a = " + "{a=" * 50_000, "nested deeper than 16"),
    "one list too deep": ("a = " + "[" * 18 + "]" * 18, "nested deeper than 16"),
    "a whole number of 200,000 digits": ("a = " + "9" * 200_000, "longer than 100 characters"),
    "a hexadecimal one": ("a = 0x" + "f" * 200_000, "longer than 100 characters"),
    "a fraction of 200,000 digits": ("a = 0." + "9" * 200_000, "longer than 100 characters"),
    "a date of 200,000 digits": ("a = 2027-01-01T00:00:00." + "9" * 200_000, "longer than 100 characters"),
    "more than 256 KB": ("#" * (256 * 1024 + 1), "larger than 256 KB"),
    "a million keys": ("a=1\n" * 1_000_000, "larger than 256 KB"),
    "a NUL": ("shall = 1\n\0", "control character U.0000"),
}


@pytest.mark.parametrize(("text", "said"), CAPS.values(), ids=CAPS)
def test_what_costs_the_parser_is_refused_before_it(text: str, said: str, measures: Measures) -> None:
    tracemalloc.start()
    with pytest.raises(FileError, match=said):
        spec.loads(text, on=TODAY, measures=measures)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    took = []
    for _ in range(5):                                  # garbage of other tests may be collected in one of them
        before = time.process_time()
        with pytest.raises(FileError):
            spec.loads(text, on=TODAY, measures=measures)
        took.append(time.process_time() - before)
    assert min(took) < 0.05
    assert peak < 20e6


ODD_VALUES = ["1", "-1", "0", "1.5", "nan", "inf", '""', '" "', '"x"', "true", "[]", "[1]",
              '["x"]', '["x", "x"]', "[[]]", "{}", "{ a = 1 }", "2027-01-31", "2027-01-31T00:00:00", "12:00:00",
              "9223372036854775808", '"roc_auc >= 0.5"', "[{}]"]


KEYS = """
    shall confidence extends subject data columns groups packs packs.a packs.a.groups packs.a.without requirements
    build watch serve trust subject.name subject.kind subject.target subject.positive subject.classes
    subject.threshold subject.model data.train data.looks columns.label columns.x columns.scores columns.scores.a
    columns.x.unit columns.label.column groups.a groups.a.column groups.a.cut groups.a.at_least groups.a.rest
    requirements.a requirements.a.that requirements.a.why requirements.a.controls requirements.a.phases
    requirements.a.on_broken requirements.a.waive requirements.a.waive.until requirements.a.waive.by build.maximise
    build.seconds build.trials build.use_groups watch.windows watch.false_alarms watch.matured watch.every serve.durable
    trust.regulator trust.required trust.smallest_cell
"""


def test_every_key_with_every_kind_of_value(measures: Measures) -> None:
    for key in KEYS.split():
        for value in ODD_VALUES:
            try:
                spec.loads(f"{key} = {value}\n", on=TODAY, measures=measures)
            except FileError as error:
                assert all(problem.line >= 1 for problem in error.problems)
