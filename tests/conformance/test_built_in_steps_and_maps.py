"""Every preparation and every calibration keeps the rules that a plug-in must keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from shall import registry
from shall.testing import check_map, check_step

ROOM = Path(str(registry.__file__)).parent / "methods"
TABLE = {"encode"}                          # from a table to a matrix, so no step


def ids(folder: str) -> list[str]:
    return sorted(file.stem for file in (ROOM / folder).glob("*.py") if not file.stem.startswith("_"))


@pytest.mark.parametrize("step", sorted({*ids("prepare")} - TABLE))
def test_a_step_keeps_the_rules(step: str) -> None:
    check_step(registry.find("methods", step))


@pytest.mark.parametrize("calibration", ids("calibrate"))
def test_a_calibration_keeps_the_rules(calibration: str) -> None:
    check_map(registry.find("methods", calibration))


def test_there_are_some() -> None:
    assert {"impute", "scale", "one_hot", "target_encoding", "select"} <= {*ids("prepare")}
    assert {"temperature", "platt", "beta", "isotonic"} <= {*ids("calibrate")}
