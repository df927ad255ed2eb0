"""What the names in a line may refer to: measures, groups, data."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shall.core.log import GroupDef
from shall.registry import Named
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
    "count": "rows",
    "size": "rows",
}


@dataclass(frozen=True, slots=True)
class Known:
    """The names of a file, and the day on which it is read."""

    measures: Mapping[str, Named]
    groups: tuple[GroupDef, ...]
    data: tuple[str, ...]
    units: Mapping[str, str]                        # of columns
    kind: str
    on: datetime.date

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
        near = nearest(name, self.measures)
        return f"did you mean `{near}`?" if near else "`shall list` shows every measure"

    def data_fix(self, name: str, known: tuple[str, ...]) -> str:
        """What to write for data that do not exist."""
        fix = did_you_mean(name, known, "there are")
        return fix if fix.endswith("?") else f'{fix}; or add to [data]: {name} = "PATH"'

    def group_fix(self, name: str) -> str:
        """What to write for a group that does not exist."""
        of_column = next((group.name for group in self.groups if group.column.lower() == name.lower()), "")
        if near := of_column or nearest(name, self.group_names):
            return f"did you mean `{near}`?"
        return f'define it in [groups]: {name if name.isidentifier() else chr(34) + name + chr(34)} = "COLUMN"'
