"""The Python builder makes what the parser makes."""

from __future__ import annotations

import pytest

from shall.core.builder import Draft, measure
from shall.core.errors import FileError, InputError
from shall.core.requirement import Comparison, Number, Reference, Requirement

SAME = [
    (measure("roc_auc") >= 0.75, "roc_auc >= 0.75"),
    (measure("brier") <= 1, "brier <= 1"),
    (measure("accuracy") >= "80%", "accuracy >= 80%"),
    (measure("roc_auc") >= 0.75, "roc_auc >= 0.75"),
    (measure("selection_rate").over("sex").ratio >= 0.80, "ratio of selection_rate over sex >= 0.80"),
    (measure("selection_rate").ratio.to("F").over("sex").between(0.8, 1.25),
     "ratio(to = 'F') of selection_rate over sex between 0.8 and 1.25"),
    (measure("true_positive_rate").also("false_positive_rate").over("sex").by("race").difference.confidence(99) <= 0.10,
     "difference of true_positive_rate, false_positive_rate over sex by race <= 0.10 with 99% confidence"),
    (measure("recall").over("sex", "race").difference.within("band") <= 0.1,
     "difference of recall over sex, race within band <= 0.1"),
    (measure("recall").where("AGEP >= 55 and SEX = '2'") >= 0.7, "recall >= 0.7 where AGEP >= 55 and SEX = '2'"),
    (measure("recall").where(Comparison("AGEP", ">=", 55)) >= 0.7, "recall >= 0.7 where AGEP >= 55"),
    (measure("p99", "latency") <= "2 ms", "p99(latency) <= 2 ms"),
    (measure("p99", "latency") <= Number(2, "ms"), "p99(latency) <= 2 ms"),
    (measure("calibration_error", bins=15).over("race").each <= 0.05, "calibration_error(bins = 15) over race <= 0.05"),
    (measure("attack_success", norm="linf", radius=0.03) <= "20%", "attack_success(norm = linf, radius = 0.03) <= 20%"),
    (measure("share", filter="toxicity < 0.5") >= 0.99, "share(toxicity < 0.5) >= 0.99"),
    (measure("population_stability").over("feature").against("train") <= 0.2,
     "population_stability over feature against train <= 0.2"),
    (measure("roc_auc").over("sex").on("hospital_b") >= 0.75, "roc_auc over sex on hospital_b >= 0.75"),
    (measure("roc_auc") >= "previous - 0.01", "roc_auc >= previous - 0.01"),
    (measure("roc_auc") >= Reference("train", share=Number(90, "%")), "roc_auc >= 90% of train"),
    (measure("mean", "odd column") >= -1.5, "mean(`odd column`) >= -1.5"),
]


@pytest.mark.parametrize(("built", "text"), SAME)
def test_the_builder_makes_what_the_parser_makes(built: Requirement, text: str) -> None:
    assert built == Requirement.parse(text)


def test_a_draft_is_not_changed_by_its_steps() -> None:
    draft = measure("recall")
    draft.over("sex").where("a = 1")
    assert str(draft >= 0.5) == "recall >= 0.5"
    assert isinstance(draft, Draft)


def test_what_the_parser_refuses_the_builder_refuses() -> None:
    with pytest.raises(FileError, match="compares groups"):
        _ = measure("recall").ratio >= 0.8
    with pytest.raises(FileError, match="from 50%"):
        _ = measure("recall").confidence(0.95) >= 0.8
    with pytest.raises(FileError, match="is not expected here"):
        _ = measure("recall") >= "0.8 where a = 1"
    with pytest.raises(FileError, match="is not expected here"):
        measure("recall").where("a = 1 with 99% confidence")
    with pytest.raises(InputError, match="follows over"):
        measure("recall").by("sex")
    with pytest.raises(InputError, match="cannot be written"):
        _ = measure("recall", k=float("nan")) >= 0.5


@pytest.mark.parametrize("limit", [True, None, [0.8], float("nan"), float("inf")])
def test_a_limit_is_a_number_or_a_text(limit: object) -> None:
    with pytest.raises(InputError):
        _ = measure("recall") >= limit  # type: ignore[operator]


def test_two_comparisons_in_a_row_are_refused() -> None:
    with pytest.raises(TypeError, match="between"):
        _ = 0.7 <= measure("recall") <= 0.9
