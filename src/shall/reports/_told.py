"""A verdict in plain sentences, for the formats of other programs."""

from __future__ import annotations

from shall.core.verdict import Verdict
from shall.reports._checked import verdict_table
from shall.reports._figures import bound_text, confidence_text, scale_of
from shall.reports._layout import Look, safe
from shall.reports._lines import details

WIDTH = 100


def sentence(verdict: Verdict) -> str:
    """One line: `fair is broken: 0.645, 95% bounds [0.633, 0.658], limit >= 0.80`."""
    return f"{safe(verdict.name)} is {verdict.verdict}: {figures(verdict)}"


def figures(verdict: Verdict) -> str:
    """The value, its bounds and the limit; why there is no value where there is none."""
    part = verdict.deciding
    if part.value is None:
        return safe(part.reason) or str(part.outcome)
    scale = scale_of(verdict, part)
    return (f"{scale(part.value)}, {confidence_text(part.confidence)} bounds {scale.between(part.low, part.high)}, "
            f"limit {bound_text(verdict, part)}")


def waived(verdict: Verdict) -> str:
    """Who bears with it, until when, and why."""
    waiver = verdict.requirement.waive
    return f"waived until {waiver.until} by {waiver.by}: {safe(waiver.why)}" if waiver is not None else "waived"


def lines(verdict: Verdict) -> list[str]:
    """What stands below a verdict: the requirement itself, the worst group, what would settle it, why."""
    return [safe(detail.text) for detail in details(verdict)]


def table(verdict: Verdict) -> str:
    """The verdict as the text report prints it."""
    return "\n".join(verdict_table((verdict,), Look(width=WIDTH)))
