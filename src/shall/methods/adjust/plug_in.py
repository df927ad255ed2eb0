"""The plug-in rule: shift each row's probability by what it likely costs the groups, without knowing the group.

With ``eta(x) = P(y = 1 | x)`` and, for an event such as "of group g" or "of group g and positive",
``w(x) = P(event | x) / P(event)``, a row is decided positive when

    eta(x) - threshold + sum over events of lambda(event) w(event, x) >= 0.

Among all rules that do not use the group this form has the highest accuracy at given selection rates (or true,
or false positive rates) of the groups, so a search needs one multiplier an event only. They are found by dual
ascent on rows that training did not see, then shrunk as long as the constraints hold. The probability itself is
not touched, so it stays calibrated; decisions are deterministic.

Reference: Menon and Williamson (2018), "The cost of fairness in binary classification", proposition 5 and
section 5; Zeng, Dobriban and Cheng (2022), "Bayes-optimal classifiers under group fairness", theorem 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS: Final = 300
SETTLED: Final = 25                         # steps after which a feasible ascent stops
NUDGE: Final = 5e-4                         # without it an ascent nears a limit for ever and never keeps it
SHRINKS: Final = 12


@dataclass(frozen=True, slots=True)
class Constraint:
    """On the rates of some events: ``ratio`` smallest over largest at least, ``difference`` at most,
    every rate at ``least`` or at ``most`` the limit."""

    kind: Literal["ratio", "difference", "least", "most"]
    events: tuple[int, ...]
    limit: float


@dataclass(frozen=True)
class Held:
    """Rows held out: probability [n], ``w`` [n, C], and which rows belong to each event bool[n, C]."""

    score: Floats
    weight: Floats
    member: NDArray[np.bool_]
    label: NDArray[np.int64]

    def decided(self, multipliers: Floats, threshold: float) -> NDArray[np.bool_]:
        """bool[n]."""
        return np.asarray(self.score - threshold + self.weight @ multipliers >= 0)

    def rates(self, decided: NDArray[np.bool_]) -> Floats:
        """float64[C]: the share of each event's rows that were decided positive."""
        return np.asarray(decided.astype(np.float64) @ self._shares)

    @cached_property
    def _shares(self) -> Floats:
        """float64[n, C]: what each row adds to the rate of each event."""
        return np.asarray(self.member / np.maximum(self.member.sum(axis=0), 1))


def multipliers(held: Held, constraints: Sequence[Constraint], threshold: float = 0.5,
                start: Floats | None = None) -> Floats | None:
    """float64[C] with which every constraint holds on the held-out rows at the least loss found; None if none was."""
    now = np.zeros(held.weight.shape[1]) if start is None else start.copy()
    best: tuple[float, Floats] | None = None
    since = 0
    for step in range(STEPS):
        decided = held.decided(now, threshold)
        push = _push(held.rates(decided), constraints)
        if not push.any():
            accuracy = float((decided == held.label).mean())
            if best is None or accuracy > best[0]:
                best = (accuracy, now.copy())
            now, since = now * 0.97, since + 1              # a slack constraint lets its multiplier go
        else:
            now = now + (push + NUDGE * np.sign(push)) / np.sqrt(1 + step / 10) / 2
            since += best is not None
        if since >= SETTLED:
            break
    return None if best is None else _shrunk(held, constraints, threshold, best[1])


def _push(rates: Floats, constraints: Sequence[Constraint]) -> Floats:
    """By how much each event's rate has to move for every constraint to hold; 0 where all do."""
    push = np.zeros(len(rates))
    for constraint in constraints:
        events = np.array(constraint.events)
        here, top = rates[events], int(np.argmax(rates[events]))
        if constraint.kind == "most":
            push[events] -= np.maximum(here - constraint.limit, 0)
            continue
        floor = {"ratio": constraint.limit * here[top], "difference": here[top] - constraint.limit,
                 "least": constraint.limit}[constraint.kind]
        short = np.maximum(floor - here, 0)
        push[events] += short
        if constraint.kind != "least":
            push[events[top]] -= short.max()
    return push


def _shrunk(held: Held, constraints: Sequence[Constraint], threshold: float, found: Floats) -> Floats:
    """Local polish: pull all multipliers, then each, towards 0 as far as the constraints allow."""
    for which in [slice(None), *range(len(found))]:
        low, high = 0.0, 1.0
        for _ in range(SHRINKS):
            middle = (low + high) / 2
            tried = found.copy()
            tried[which] *= middle
            feasible = not _push(held.rates(held.decided(tried, threshold)), constraints).any()
            low, high = (low, middle) if feasible else (middle, high)
        tried = found.copy()
        tried[which] *= high
        decided, before = held.decided(tried, threshold), held.decided(found, threshold)
        better = (decided == held.label).mean() >= (before == held.label).mean()
        if better and not _push(held.rates(decided), constraints).any():
            found = tried
    return found
