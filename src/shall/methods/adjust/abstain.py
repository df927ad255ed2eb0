"""Abstain near the threshold: the rows whose probability is nearest to it are left to somebody else.

Chow's rule: with a cost of abstaining the best decision is to abstain where the probability of being right is under a
line. The line is placed so that a given share of the held-out rows is left. Where a share of wrong answers is asked for
(`selective_risk <= 5 %`, in groups too) it is also placed as high as keeps it: where `risk_control` promises the limit,
and where the held-out rows show what the search aims at. Lines that answer more come first.

Reference: Chow (1970), "On optimum recognition error and reject tradeoff", equation 4; El-Yaniv and Wiener (2010), "On
the foundations of noise-free selective classification", section 2; for a promised risk see `risk_control`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.methods.adjust.threshold import most_accurate
from shall.methods.rule import HeldOut, Rule
from shall.methods.selective import risk_control
from shall.methods.task import Floats, Risk, Target

KINDS: Final = ("binary", "multiclass")
SHARES: Final = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)      # of the rows that are left to somebody else
FEWEST: Final = risk_control.FEWEST


def rules(held: HeldOut, targets: Callable[[float], tuple[Target, ...]]) -> Iterator[tuple[str, Rule]]:
    """A rule for each share of rows, and for the risks that are asked for: those that answer most come first."""
    several = held.probabilities.shape[1] > 2
    thresholds = {0.5} if several or not held.risks else {0.5, most_accurate(held.score, held.label)}
    for threshold in sorted(thresholds, key=lambda one: (one != 0.5, one)):
        rule = Rule(threshold)
        sure = held.probabilities.max(axis=1) if several else np.abs(rule.margin(held))
        lines = {float(np.quantile(sure, share)): "" for share in SHARES} if threshold == 0.5 else {}
        wrong = rule.decide(held)[0] != held.label
        for line, words in sorted({**lines, **_lines(held, sure, wrong)}.items()):
            answered = sure >= line
            if answered.any() and line > 0:
                at = "" if threshold == 0.5 else f" around {threshold:.3f}"
                yield f"abstaining on {1 - answered.mean():.0%}{at}{words}", Rule(threshold, abstain=line)


def _lines(held: HeldOut, sure: Floats, wrong: NDArray[np.bool_]) -> dict[float, str]:
    """The lines that keep every risk that is asked for, each with a word on how."""
    asked = [(one, _groups(held, one)) for one in held.risks if 0 < one.limit < 1]
    if not asked:
        return {}
    promised = max(risk_control.fit(sure, wrong, one.limit, one.confidence, by).line for one, by in asked)
    aimed = max(_shown(sure, wrong, one.aim, by) for one, by in asked)
    found = {aimed: ", at the aim", promised: ", at a promised risk"}
    return {line: words for line, words in found.items() if math.isfinite(line)}


def _groups(held: HeldOut, risk: Risk) -> NDArray[np.str_] | None:
    """text[n]: the combination of groups of each row; None of all rows as one."""
    found: NDArray[np.str_] | None = None
    for name in risk.names:
        here = held.everyone[name]
        found = here if found is None else np.char.add(np.char.add(found, " × "), here)
    return found


def _shown(sure: Floats, wrong: NDArray[np.bool_], risk: float, groups: NDArray[np.str_] | None) -> float:
    """The lowest line above which no group of some size has more wrong answers than that; infinite where none does."""
    order = np.argsort(-sure, kind="stable")
    ends = np.append(np.diff(sure[order]) != 0, True)
    kept = np.ones(len(sure), dtype=bool)
    of_group = np.zeros(len(sure), dtype=np.intp) if groups is None else np.unique(groups, return_inverse=True)[1]
    for one in range(of_group.max(initial=0) + 1):
        inside = of_group[order] == one
        if inside.sum() >= FEWEST:
            kept &= np.cumsum(inside & wrong[order]) <= risk * np.cumsum(inside)
    found = np.flatnonzero(kept & ends)
    return float(sure[order][found[-1]]) if len(found) else math.inf
