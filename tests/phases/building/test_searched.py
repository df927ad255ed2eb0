"""Lines that only the rows decide are asked of the gate, once: no model keeps them, and none is held back by them."""

from __future__ import annotations

from pathlib import Path

import pytest

import shall
from shall.core.verdict import Finding
from shall.phases.build import BuildResult
from tests.phases.building.searching import rows

pytest.importorskip("lightgbm")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("compas")
    rows(place)
    return place


def built(folder: Path, **requirements: str) -> tuple[BuildResult, list[str]]:
    told: list[str] = []
    found = shall.build({
        "subject": {"target": "two_year_recid", "positive": "1"}, "groups": {"sex": "sex"},
        "requirements": requirements, "data": {name: str(folder / f"{name}.parquet") for name in ("train", "gate")},
        "build": {"trials": 1, "learners": ["logistic_regression"], "readiness": "off"}},
        progress=lambda what, done: told.append(what))
    return found, told


def test_rows_are_counted_at_the_gate_alone(folder: Path) -> None:
    """The 700 rows to learn from are too few for the line, the 3,000 at the gate are not."""
    found, _ = built(folder, enough="rows >= 2000", useful="roc_auc >= 0.60")
    assert found.requirements == ("useful",) and found.found
    assert all(len(one.values) == 1 for one in found.tried)
    assert [(verdict.name, verdict.verdict) for verdict in found.verdicts] == [
        ("enough", Finding.MET), ("useful", Finding.MET)]
    assert found.verdicts[0].deciding.value == 3000


def test_what_the_gate_lacks_is_said_of_the_gate(folder: Path) -> None:
    found, _ = built(folder, useful="roc_auc >= 0.60", enough="rows >= 5000")
    assert not found.found and "enough is broken at the gate" in str(found)


def test_a_file_of_facts_alone_is_a_search_for_the_best(folder: Path) -> None:
    found, told = built(folder, enough="rows >= 2000")
    assert found.found and found.requirements == ()
    assert any("within every aim" in what for what in told)


def test_progress_names_the_requirement_that_is_furthest_from_its_aim(folder: Path) -> None:
    found, told = built(folder, useful="roc_auc >= 0.60", fair="ratio of selection_rate over sex >= 0.95",
                        sure="roc_auc >= 0.99")
    assert not found.found
    furthest = max(found.tried, key=lambda one: one.shortfall).furthest
    assert any(" but sure 0." in what and "(aim >= 0.99" in what for what in told), told
    assert furthest.startswith("sure 0.") and "margins" not in " ".join(told)
    within = [one for one in found.tried if one.shortfall == 0]
    assert not any(one.furthest for one in within)
