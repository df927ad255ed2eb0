"""Candidates under the requirements, measured on rows that they were not fitted to, and the one to put to the gate."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.evidence import Evidence, Outcome
from shall.core.log import Binding, Column
from shall.core.verdict import limit_of
from shall.methods.adjust.threshold import most_accurate
from shall.methods.model import Model, Rule
from shall.phases.evidence import Known
from shall.phases.fitting import Fitted, Sample, Target, chances, rule_for
from shall.phases.measuring import Examination, measure
from shall.phases.parts import Part
from shall.tally import Tally, count

SCORE: Final = "shall_score"
DECISION: Final = "shall_decision"
LABEL_OF: Final[dict[str, int | None]] = {
    "selection_rate": None, "true_positive_rate": 1, "false_positive_rate": 0,
    "false_negative_rate": 1, "true_negative_rate": 0}
TURNED: Final = ("false_negative_rate", "true_negative_rate")    # 1 - a rate that a rule moves
TIGHTNESS: Final = (1.0, 0.0, 0.5, 1.5, 2.0)                     # shares of the way from the limits (0) to the aims (1)


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the search aims on one requirement so that the gate can certify what it finds."""

    name: str
    limit: str
    aim: float
    why: str
    side: str = ">="
    bound: float = 0.0                      # the limit as a number
    certifiable: float = 0.0                # the true value that the gate certifies; the aim allows for choosing too


@dataclass(frozen=True, slots=True)
class Tried:
    """One candidate: its objective and the value of each requirement on the validation rows."""

    name: str
    objective: float
    values: tuple[float | None, ...]        # one a requirement: of its part that is furthest from its aim
    within: tuple[bool, ...]                # whether each requirement is within its aim
    held: tuple[bool, ...]                  # whether each is within its limit
    shortfall: float                        # of the worst one, in margins below its aim; 0 where all are within
    chosen: bool = False


def binding_of(binding: Binding) -> Binding:
    """The same rows with the score and the decision of a candidate."""
    kept = tuple((role, column) for role, column in binding.roles if role not in ("score", "decision"))
    return replace(binding, roles=(*kept, ("score", Column(SCORE)), ("decision", Column(DECISION))), threshold=None,
                   decided="1")


def log_of(model: Model, table: pa.Table, X: NDArray[np.float64] | None = None) -> pa.Table:
    """The table with the score and the decision (1 or 0) of a model."""
    score, decision = model.decided(model.encoding(table) if X is None else X)
    kept = table.drop_columns([name for name in (SCORE, DECISION) if name in table.column_names])
    return kept.append_column(SCORE, pa.array(score)).append_column(DECISION, pa.array(decision))


def tally_of(examination: Examination, model: Model, table: pa.Table,
             X: NDArray[np.float64] | None = None) -> Tally:
    """What the examination counts of a model on some rows."""
    log = log_of(model, table, X).select(list(examination.plan.columns))
    return count(examination.plan, log.unify_dictionaries().combine_chunks().to_batches()[0])


def targets_of(examination: Examination, known: Sequence[Sequence[Known | object]],
               limits: Sequence[Sequence[float]]) -> tuple[Target, ...]:
    """The requirements that a rule can meet by moving rates: each with a limit of its own."""
    found: list[Target] = []
    for parts, knowns, aims in zip(examination.parts, known, limits, strict=True):
        for part, one, limit in zip(parts, knowns, aims, strict=True):
            if isinstance(one, Known) and movable(part):
                found += _target(part, one, limit)
    return tuple(found)


def movable(part: Part) -> bool:
    """Whether a rule that knows of groups can move what the part asks for."""
    return (part.measure in LABEL_OF and bool(part.grouping) and part.items == ((),) and not part.references
            and part.requirement.where is None and not part.requirement.within)


def _target(part: Part, known: Known, limit: float) -> Iterator[Target]:
    groups = tuple(group for group, judged, n in zip(known.groups, known.judged, known.estimates.n, strict=True)
                   if judged and n)
    if not groups:
        return
    turned = part.measure in TURNED
    aggregate, side = part.requirement.aggregate, part.side
    if aggregate == "each":
        kind = "least" if (side == ">=") != turned else "most"
        yield Target(kind, LABEL_OF[part.measure], groups, 1 - limit if turned else limit)
    elif (aggregate == "ratio" and side == ">=" and not turned) or (aggregate == "difference" and side == "<="):
        yield Target(aggregate, LABEL_OF[part.measure], groups, limit)


def rules(fitted: Fitted, held: Sample, targets: Callable[[float], tuple[Target, ...]]) -> Iterator[tuple[str, Model]]:
    """Candidates on one fit: the plain rule, the most accurate threshold, and the plug-in from loose to tight."""
    name = fitted.model.learner
    score = fitted.model.target.probabilities(held.X)[:, 1]
    yield name, fitted.model
    threshold = most_accurate(score, held.label)
    if threshold != 0.5:
        yield f"{name}, threshold {threshold:.3f}", replace(fitted.model, rule=Rule(threshold))
    if not targets(1.0) or fitted.model.group is None:
        return
    seen = chances(fitted, held)
    for tightness in TIGHTNESS:
        model = rule_for(fitted, held, targets(tightness), seen=seen)
        if model is not None:
            yield f"{name} + plug-in ×{tightness:g}", model


def judge_candidate(name: str, examination: Examination, tally: Tally, aims: Sequence[Sequence[Aim]],
                    objective: int) -> Tried:
    """Measure a candidate by the same evidence as the gate; the requirement at ``objective`` is only maximised."""
    evidence = measure(examination, tally, {})
    values, within, held, worst = [], [], [], 0.0
    for place, (requirement, found) in enumerate(zip(examination.requirements, evidence, strict=True)):
        if place == objective:
            continue
        shortfalls = [_shortfall(part, limit_of(requirement, part.side), aim.aim)
                      for part, aim in zip(found, aims[place], strict=True)]
        most = int(np.argmax(shortfalls))
        values.append(found[most].value)
        within.append(max(shortfalls) <= 0)
        held.append(max(shortfalls) <= 1)
        worst = max(worst, max(shortfalls))
    reached = evidence[objective][0]
    value = reached.value if reached.value is not None else math.nan
    return Tried(name, -value if reached.better == "lower" else value, tuple(values), tuple(within), tuple(held), worst)


def _shortfall(part: Evidence, limit: float, aim: float) -> float:
    """How far a value is from its aim, in margins: 0 at the aim, 1 at the limit, more beyond it."""
    if part.outcome is not Outcome.MEASURED or part.value is None:
        return math.inf
    missing = aim - part.value if part.side == ">=" else part.value - aim
    margin = abs(aim - limit)
    if margin == 0:
        return 0.0 if missing <= 0 else 1 + missing
    return max(missing / margin, 0.0)


def choose(tried: Sequence[Tried], floor: float) -> int | None:
    """The best candidate within every aim; else the nearest to its aims that is within every limit; else none.

    A candidate at or below ``floor`` (the accuracy of a constant decision) is never chosen.
    """
    useful = [place for place, one in enumerate(tried) if one.objective > floor]
    inside = [place for place in useful if all(tried[place].within)]
    if inside:
        return max(inside, key=lambda place: tried[place].objective)
    near = [place for place in useful if all(tried[place].held)]
    return min(near, key=lambda place: tried[place].shortfall, default=None)


def out_of_time(began: float, seconds: float | None) -> bool:
    """Whether the budget of seconds is spent."""
    return seconds is not None and time.monotonic() - began > seconds
