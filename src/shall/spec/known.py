"""What the names in a line may refer to: measures, groups, data."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shall.core.log import GroupDef
from shall.core.words import written_name
from shall.registry import Named
from shall.spec.characters import meant
from shall.spec.problems import did_you_mean, nearest
from shall.spec.sections import RESERVED_DATA, RESERVED_GROUPS

# What other libraries and papers call one word is an aggregate of a measure here.
ELSEWHERE: Final = {
    "demographic_parity": "difference of selection_rate over GROUP <= 0.10",
    "demographic_parity_difference": "difference of selection_rate over GROUP <= 0.10",
    "statistical_parity": "difference of selection_rate over GROUP <= 0.10",
    "statistical_parity_difference": "difference of selection_rate over GROUP <= 0.10",
    "demographic_parity_ratio": "ratio of selection_rate over GROUP >= 0.80",
    "disparate_impact": "ratio of selection_rate over GROUP >= 0.80",
    "four_fifths": "ratio of selection_rate over GROUP >= 0.80",
    "equal_opportunity": "difference of true_positive_rate over GROUP <= 0.10",
    "equalized_odds": "difference of true_positive_rate, false_positive_rate over GROUP <= 0.10",
    "equalised_odds": "difference of true_positive_rate, false_positive_rate over GROUP <= 0.10",
    "equalized_odds_difference": "difference of true_positive_rate, false_positive_rate over GROUP <= 0.10",
    "predictive_parity": "difference of precision over GROUP <= 0.10",
    "tpr": "true_positive_rate",
    "fpr": "false_positive_rate",
    "tnr": "true_negative_rate",
    "fnr": "false_negative_rate",
    "ppv": "precision",
    "ece": "calibration_error",
    "psi": "population_stability",
    "equal_opportunity_difference": "difference of true_positive_rate over GROUP <= 0.10",
    "predictive_equality": "difference of false_positive_rate over GROUP <= 0.10",
    "acceptance_rate": "selection_rate",
    "positive_rate": "selection_rate",
    "auroc": "roc_auc",
    "roc_auc_score": "roc_auc",
    "average_precision": "pr_auc",
    "accuracy_score": "accuracy",
    "balanced_accuracy_score": "balanced_accuracy",
    "precision_score": "precision",
    "recall_score": "true_positive_rate",
    "f1_score": "f1",
    "matthews_corrcoef": "mcc",
    "brier_score": "brier",
    "brier_score_loss": "brier",
    "cross_entropy": "log_loss",
    "logloss": "log_loss",
    "expected_calibration_error": "calibration_error",
    "mae": "mean_absolute_error",
    "rmse": "root_mean_squared_error",
    "r2": "r_squared",
    "r2_score": "r_squared",
    "count": "rows",
}


OVER_GROUPS: Final = ("min", "max", "minimum", "maximum", "worst", "best")


@dataclass(frozen=True, slots=True)
class Known:
    """The names of a file, and the day on which it is read."""

    measures: Mapping[str, Named]
    groups: tuple[GroupDef, ...]
    data: tuple[str, ...]
    units: Mapping[str, str]                        # of columns
    kind: str
    on: datetime.date
    multiclass: bool = False                        # a classifier of more than two classes

    @property
    def group_names(self) -> tuple[str, ...]:
        """Groups that a line may name."""
        return (*(group.name for group in self.groups), *RESERVED_GROUPS)

    @property
    def references(self) -> tuple[str, ...]:
        """Data that a limit may name."""
        return (*self.data, *RESERVED_DATA)

    def measure_fix(self, name: str, group: str = "") -> str:
        """What to write for a measure that does not exist; ``group`` is one that the line names."""
        if (said := ELSEWHERE.get(name.lower())) and (" " in said or said in self.measures):
            group = group or next((group.name for group in self.groups), "GROUP")
            return f"write: {said.replace('GROUP', group)}"
        if own := next((group.name for group in self.groups if name.lower() in (group.name.lower(),
                                                                               group.column.lower())), ""):
            return f"`{name}` is a group: write MEASURE over {written_name(own)} …"
        if name in self.units:
            return f"`{name}` is a column: write p99({written_name(name)}), or mean({written_name(name)})"
        if name.lower() in OVER_GROUPS:
            return "without `ratio of` or `difference of` every group must hold the limit: recall over sex >= 0.70"
        near = nearest(name, self.measures)
        return meant(name, near) if near else "`shall list` shows every measure"

    def data_fix(self, name: str, known: tuple[str, ...]) -> str:
        """What to write for data that do not exist."""
        fix = did_you_mean(name, known, "there are")
        return fix if fix.endswith("?") else f'{fix}; or add to [data]: {name} = "PATH"'

    def group_fix(self, name: str) -> str:
        """What to write for a group that does not exist."""
        of_column = next((group.name for group in self.groups if group.column.lower() == name.lower()), "")
        if name in self.measures:
            other = "recall" if name != "recall" else "precision"
            return f"`{name}` is a measure; several of them stand before `over`: {other}, {name} over GROUP"
        if near := of_column or nearest(name, self.group_names):
            return meant(name, near)
        return f'define it in [groups]: {name if name.isidentifier() else chr(34) + name + chr(34)} = "COLUMN"'
