"""What a page says of a search: what each option bought, what mattered, and what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._bars import bars, said
from shall.reports._candidates import Column, objective_scale, telling, turned
from shall.reports._layout import plural
from shall.reports._shapes import Bought, Built, Tried
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

SETTINGS: Final = 12                        # bars of importance
LEAST: Final = 0.005                        # a share below it has no bar
TRIALS: Final = 8                           # that are named below a reason


def cells(one: Tried, every: Sequence[Column]) -> Iterator[Inside]:
    """The values of a candidate with their marks."""
    for column in every:
        text, kind = column.cell(one)
        yield element("span", text, class_=str(kind))


def options(built: Built) -> Element:
    """A table for each part that had a choice."""
    return element(
        "section", element("h2", "What each option bought"),
        element("p", "Of each option the candidate that would be chosen if there were no other; where none reaches the "
                     "aims, the nearest to them, and of no mitigation the best objective.", class_="pale"),
        *(_bought(built, bought) for bought in built.bought))


def _bought(built: Built, bought: Bought) -> Element:
    scale, shown = objective_scale(built), telling(built)
    rows: list[list[Inside]] = []
    for option in bought.options:
        gain = "" if option.gain is None else f"{-option.gain if built.minimised else option.gain:+.4f}"
        rows.append([option.name + (" (chosen)" if option.best.chosen else ""),
                     scale(turned(built, option.best.objective)), gain, *cells(option.best, shown),
                     f"{option.candidates:,}"])
    titles = [bought.part, built.objective, "difference", *(column.name for column in shown), "candidates"]
    kept = [place for place in range(len(titles)) if place != 2 or any(row[2] for row in rows)]
    return grid(f"Each {bought.part}", [titles[place] for place in kept],
                [[row[place] for place in kept] for row in rows], "<" + ">" * (len(kept) - 1))


def importance(built: Built) -> Element:
    """A bar for each setting that mattered."""
    shares = [(name, share) for name, share in built.importance if share >= LEAST][:SETTINGS]
    if not shares:
        shares = list(built.importance[:1])
    return element(
        "section", element("h2", f"What moved {built.objective}"),
        element("p", f"The share of each setting in how much {built.objective} differed between "
                     f"{plural(built.trials, 'trial')}; from few trials only a hint.", class_="pale"),
        element("figure", bars("Importance of each setting", shares, "importance")),
        element("details", element("summary", "As a table"),
                grid("Importance", ["setting", "share"], [[name, said(share)] for name, share in built.importance],
                     "<>"), class_="points"))


def faults(built: Built) -> Element:
    """The trials that came to nothing, by their reason."""
    rows: list[list[Inside]] = [
        [fault.reason, f"{len(fault.trials):,}", "; ".join(fault.trials[:TRIALS]) +
         (f"; and {len(fault.trials) - TRIALS} more" if len(fault.trials) > TRIALS else "")] for fault in built.faults]
    return element("section", element("h2", "Trials without a candidate"),
                   grid("Why trials came to nothing; the search goes on without them", ["reason", "trials", "which"],
                        rows, "<><"))
