"""`build` on real rows: what it finds, what it says before, and what it does when there is nothing to find."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall.core.errors import DataError, FileError
from shall.core.verdict import Finding
from shall.phases.build import BuildResult

FAIR = {"useful": "roc_auc >= 0.80", "fair": "ratio of selection_rate over sex >= 0.80"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train and gate of Adult."""
    place = tmp_path_factory.mktemp("adult")
    table = pa.concat_tables([pq.read_table(fetch("adult") / name) for name in ("train.parquet", "test.parquet")])
    table = table.take(np.random.default_rng(1).permutation(table.num_rows)[:48_000])
    pq.write_table(table.slice(0, 24_000), place / "train.parquet")
    pq.write_table(table.slice(24_000), place / "gate.parquet")
    return place


def write(folder: Path, requirements: dict[str, str], name: str = "shall.toml", looks: int = 2, more: str = "") -> Path:
    lines = [f"{key} = {json.dumps(line)}" for key, line in requirements.items()]
    path = folder / name
    path.write_text("\n".join([
        "shall = 1", "[subject]", 'name = "income"', 'target = "income"', 'positive = ">50K"', "[data]",
        'train = "train.parquet"', 'gate = "gate.parquet"', f"looks = {looks}", "[groups]", 'sex = "sex"',
        "[requirements]", *lines, more]))
    return path


@pytest.fixture(scope="module")
def built(folder: Path) -> tuple[BuildResult, list[str]]:
    """A search under two requirements, and everything it said in its order."""
    said: list[str] = []
    found = shall.build(write(folder, FAIR), trials=3, say=said.append,
                        progress=lambda what, done: said.append("a candidate" if done else what))
    return found, said


def test_a_model_is_found_and_certified(built: tuple[BuildResult, list[str]]) -> None:
    found, _ = built
    assert found.found
    assert {verdict.verdict for verdict in found.verdicts} == {Finding.MET}
    assert found.looks is not None
    assert (found.looks.number, found.looks.budget) == (1, 2)
    chosen = [one for one in found.tried if one.chosen]
    assert len(chosen) == 1
    assert all(chosen[0].within)
    plain = next(one for one in found.tried if one.name == "lightgbm")
    assert plain.values[1] is not None and plain.values[1] < 0.4            # what is to be mended is there


def test_it_says_where_it_aims_before_it_searches(built: tuple[BuildResult, list[str]]) -> None:
    found, said = built
    first = said.index("a candidate")
    assert any("24,000 gate rows can certify fair >= 0.80" in sentence for sentence in said[:first])
    assert "a candidate" in said and not any("can certify" in sentence for sentence in said[first:])
    fair = next(aim for aim in found.aims if aim.name == "fair")
    assert 0.85 < fair.aim < 0.95


def test_the_gate_decides_of_the_saved_model_as_build_did(built: tuple[BuildResult, list[str]], folder: Path) -> None:
    found, _ = built
    file = write(folder, FAIR, "again.toml")
    file.write_text(file.read_text().replace("[data]", f"model = {json.dumps(found.model)}\n[data]"))
    report = shall.check(file)
    assert report.looks is not None and report.looks.repeated
    assert [verdict.evidence for verdict in report.verdicts] == [verdict.evidence for verdict in found.verdicts]


def test_the_same_seed_gives_the_same_model(built: tuple[BuildResult, list[str]], folder: Path) -> None:
    again = shall.build(write(folder, FAIR, "anew.toml", more='[build]\nstudy = "sqlite://"'), trials=3)
    assert again.candidate is not None and built[0].candidate is not None
    assert again.candidate.digest == built[0].candidate.digest
    assert again.tried == built[0].tried
    assert again.looks is not None and again.looks.repeated                 # so it costs no look


def test_what_no_candidate_keeps_is_named_and_spends_no_look(folder: Path) -> None:
    found = shall.build(write(folder, {"superhuman": "roc_auc >= 0.999"}, "super.toml"), trials=2)
    assert not found.found
    assert found.verdicts == ()
    assert found.looks is None
    assert found.candidate is None
    assert "superhuman" in found.in_the_way and "0.9" in found.in_the_way
    assert found.tried


def test_the_gate_refuses_when_its_looks_are_spent(folder: Path, tmp_path: Path) -> None:
    for name in ("train.parquet", "gate.parquet"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    assert shall.build(write(tmp_path, FAIR, looks=1), trials=1).looks is not None
    found = shall.build(write(tmp_path, {"useful": "roc_auc >= 0.80"}, looks=1), trials=1)
    assert not found.found and not found.verdicts
    assert "are spent" in found.in_the_way
    assert found.candidate is not None                                  # for a fresh gate; nothing is lost


def test_a_budget_of_trials_is_kept(folder: Path) -> None:
    found = shall.build(write(folder, FAIR, "few.toml", more="[build]\ntrials = 2"))
    assert found.trials == 2
    assert {one.trial for one in found.tried} <= {0, 1}


def test_an_interrupted_search_goes_on_with_the_best_so_far(folder: Path, tmp_path: Path) -> None:
    for name in ("train.parquet", "gate.parquet"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    seen: list[Any] = []

    def stop(what: str, done: int) -> None:
        seen.append(what)
        if len(seen) == 3:                                              # the first call is before the search
            raise KeyboardInterrupt

    found = shall.build(write(tmp_path, FAIR), progress=stop)
    assert found.trials == 2
    assert any("interrupted" in note for note in found.notes)
    assert found.verdicts


def test_labels_of_one_class_and_missing_files_are_errors(folder: Path, tmp_path: Path) -> None:
    table = pq.read_table(folder / "train.parquet")
    only = table.filter(pa.compute.equal(table["income"], "<=50K"))
    for name in ("train.parquet", "gate.parquet"):
        pq.write_table(only, tmp_path / name)
    with pytest.raises(DataError, match=r"one class only|no label is"):
        shall.build(write(tmp_path, FAIR))
    (tmp_path / "train.parquet").unlink()
    with pytest.raises((DataError, FileError)):
        shall.build(write(tmp_path, FAIR))


@pytest.mark.parametrize("which", ["train", "gate"])
def test_data_without_rows_are_an_error(folder: Path, tmp_path: Path, which: str) -> None:
    for name in ("train", "gate"):
        rows = pq.read_table(folder / f"{name}.parquet").slice(0, 0 if name == which else 100)
        pq.write_table(rows, tmp_path / f"{name}.parquet")
    with pytest.raises(DataError, match=f"{which}.parquet has no rows"):
        shall.build(write(tmp_path, FAIR))
