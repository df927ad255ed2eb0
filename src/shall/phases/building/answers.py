"""What a model says of rows, as columns that are counted like those of any log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pyarrow as pa
from numpy.typing import NDArray

from shall.core.log import Binding, Column
from shall.methods.model import Answer, Model
from shall.methods.task import Floats
from shall.phases.measuring import Examination
from shall.tally import Tally, count

SCORE: Final = "shall_score"
DECISION: Final = "shall_decision"
ABSTAINED: Final = "shall_abstained"


def binding_of(binding: Binding) -> Binding:
    """The same rows with the score and the decision of a candidate."""
    kept = tuple((role, column) for role, column in binding.roles if role not in ("score", "decision", "abstained"))
    if binding.kind == "regressor":
        return replace(binding, roles=(*kept, ("score", Column(SCORE))))
    made = ("decision", Column(DECISION)), ("abstained", Column(ABSTAINED))
    if binding.kind == "multiclass":
        scores = tuple((name, f"{SCORE}_{name}") for name in binding.classes)
        return replace(binding, roles=(*kept, *made), scores=scores, threshold=None)
    return replace(binding, roles=(*kept, ("score", Column(SCORE)), *made), threshold=None, decided="1")


def log_of(model: Model, table: pa.Table, X: Floats | None = None) -> pa.Table:
    """The table with what a model says of it."""
    return with_answer(table, model.answer(table, X), model.classes)


def with_answer(table: pa.Table, answer: Answer, classes: tuple[str, ...]) -> pa.Table:
    """The table with score, decision (1 or 0, or the class) and abstention."""
    made = dict(_columns(answer, classes))
    kept = table.drop_columns([name for name in made if name in table.column_names])
    for name, column in made.items():
        kept = kept.append_column(name, column)
    return kept


def _columns(answer: Answer, classes: tuple[str, ...]) -> list[tuple[str, pa.Array]]:
    if not classes:
        return [(SCORE, pa.array(answer.score))]
    last = [(ABSTAINED, pa.array(answer.abstained))]
    if len(classes) == 2:
        return [(SCORE, pa.array(answer.score[:, 1])), (DECISION, pa.array(answer.decision.astype("int8"))), *last]
    decided = pa.DictionaryArray.from_arrays(pa.array(answer.decision.astype("int32")), pa.array(classes))
    scores = [(f"{SCORE}_{name}", pa.array(column)) for name, column in zip(classes, answer.score.T, strict=True)]
    return [*scores, (DECISION, decided), *last]


def tally_of(examination: Examination, model: Model, table: pa.Table, X: NDArray[Any] | None = None) -> Tally:
    """What the examination counts of a model on some rows."""
    return tally_answer(examination, model.answer(table, X), table, model.classes)


def tally_answer(examination: Examination, answer: Answer, table: pa.Table, classes: tuple[str, ...]) -> Tally:
    """What the examination counts of answers to some rows."""
    log = with_answer(table, answer, classes).select(list(examination.plan.columns))
    return count(examination.plan, log.unify_dictionaries().combine_chunks().to_batches()[0])
