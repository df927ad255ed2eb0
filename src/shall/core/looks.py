"""How often a gate may be looked at: every look spends its share of the allowed error."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shall.core.errors import InputError, LooksSpent
from shall.core.store import Look

Taken = tuple[str, int, str]                # subject, budget, when


def take(taken: Sequence[Taken], subject: str, budget: int, now: str) -> Look:
    """The look that ``subject`` would be, given the looks at the gate so far (oldest first).

    A look at ``looks = b`` is decided at alpha / b, so it spends 1 / b of alpha. The shares of all
    subjects together never exceed 1, also when ``looks`` was changed in between: with one and the
    same ``b``, exactly ``b`` subjects. A subject counts once, with its largest share.
    """
    if budget < 1:
        raise InputError(f"looks = {budget}: a gate needs at least one look")
    shares = _shares(taken)
    before = shares.get(subject, Fraction(0))
    rest = 1 - sum(shares.values(), Fraction(0)) + before
    if Fraction(1, budget) > rest:
        raise LooksSpent(_refusal(taken, budget, before))
    shares[subject] = max(before, Fraction(1, budget))
    first = next((when for name, _, when in taken if name == subject), now)
    left = int((1 - sum(shares.values(), Fraction(0))) * budget)
    return Look(list(shares).index(subject) + 1, budget, before >= Fraction(1, budget), left, first)


def replay(taken: Sequence[Taken]) -> tuple[Look, ...]:
    """The looks as they were given when they were taken."""
    return tuple(take(taken[:place], subject, budget, when) for place, (subject, budget, when) in enumerate(taken))


def _shares(taken: Sequence[Taken]) -> dict[str, Fraction]:
    shares: dict[str, Fraction] = {}
    for subject, budget, _ in taken:
        shares[subject] = max(shares.get(subject, Fraction(0)), Fraction(1, budget))
    return shares


def _refusal(taken: Sequence[Taken], budget: int, before: Fraction) -> str:
    different = len({subject for subject, _, _ in taken})
    times = f"the first on {taken[0][2][:10]}, the last on {taken[-1][2][:10]}"
    models = f"{different} different {'model has' if different == 1 else 'models have'}"
    return (f"the looks at this gate are spent: {models} been put to it ({times}). "
            f"{_reason(taken, budget, before)} Choosing among more models on the same rows would make the verdicts "
            "worth less than they say. Put the next model to a fresh gate: rows that no model was chosen on. "
            "Repeats of earlier models stay free.")


def _reason(taken: Sequence[Taken], budget: int, before: Fraction) -> str:
    if before:
        return (f"This model was looked at under a larger `looks`; `looks = {budget}` would now ask less evidence of "
                "it than there is allowed error left for.")
    if {declared for _, declared, _ in taken} == {budget}:
        return f"The file declares `looks = {budget}`."
    return f"`looks` was changed in between, and too little of the allowed error is left for one at `looks = {budget}`."
