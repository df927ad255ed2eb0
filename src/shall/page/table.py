"""Every page, in one table. What is not in it does not exist; each line names who may ask for it."""

from __future__ import annotations

from typing import Final

from shall.page import (
    compare,
    data,
    editing,
    graph,
    life,
    live,
    overview,
    records,
    requirement,
    reviewing,
    rows,
    slices,
    trail,
    versions,
)
from shall.page.site import Page

MODEL: Final = "/page/models/{name}"

PAGES: Final[tuple[Page, ...]] = (
    Page("/page", overview.view, "see", menu="Models"),
    Page("/page/live", live.view, "see", menu="Live"),
    Page("/page/records/{record}", records.view, "see"),
    Page(MODEL, life.view, "read", tab="Life"),
    Page(MODEL + "/requirements/{requirement}", requirement.view, "read"),
    Page(MODEL + "/edit", editing.view, "read", tab="Requirements"),
    Page(MODEL + "/propose", editing.propose, "propose", "POST", takes=frozenset(("requirement", "line", "why"))),
    Page(MODEL + "/sign", editing.sign, "sign", "POST", takes=frozenset(("number", "why"))),
    Page(MODEL + "/decline", editing.decline, "propose", "POST", takes=frozenset(("number", "why"))),
    Page("/page/review", reviewing.overview, "review", menu="Review", every=True),
    Page(MODEL + "/review", reviewing.view, "review", tab="Review"),
    Page(MODEL + "/review", reviewing.answer, "review", "POST", takes=frozenset(("decision", "label", "by", "from"))),
    Page(MODEL + "/slices", slices.view, "read", tab="Slices"),
    Page(MODEL + "/data", data.view, "read", tab="Data"),
    Page(MODEL + "/compare", compare.view, "read", tab="Compare"),
    Page(MODEL + "/graph", graph.view, "read", tab="Graph"),
    Page(MODEL + "/rows", rows.view, "rows"),
    Page(MODEL + "/subset", slices.save, "propose", "POST",
         takes=frozenset(("subset", "where", "drop", "requirement", "of"))),
    Page(MODEL + "/versions", versions.view, "read", tab="Versions"),
    Page(MODEL + "/recall", versions.recall, "recall", "POST", takes=frozenset(("version", "why"))),
    Page(MODEL + "/lift", versions.lift, "sign", "POST", takes=frozenset(("version", "why"))),
    Page("/page/trail", trail.view, "trail", menu="Trail", every=True),
)
