"""A whole page of HTML: its head with a policy that lets nothing run or load, and what stands at its end."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from shall.core.verdict import Verdict
from shall.reports._figures import bound_text, confidence_text, scale_of
from shall.reports._lines import usual_confidence
from shall.reports._page_parts import badge
from shall.reports._tables import grid
from shall.reports._tree import Inside, element, html

STYLE: Final = Path(__file__).with_name("page.css")
RULE: Final = ("A requirement is met when its bound on the unfavourable side is within the limit, broken when its "
               "bound on the favourable side is beyond it, and else undecided: too little evidence, which is never a "
               "pass.")


def style() -> str:
    """The one sheet of all pages."""
    return STYLE.read_text(encoding="utf-8")


def page(title: str, top: Iterable[Element], main: Iterable[Element], end: Iterable[Element]) -> str:
    """The document as text: header, main part and footer."""
    digest = base64.b64encode(hashlib.sha256(style().encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    sheet = element("style")
    sheet.text = style()
    head = element(
        "head", element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title), sheet)
    body = element("body", element("header", *top), element("main", *main), element("footer", *end))
    return html(element("html", head, body, lang="en"))


def summary(verdicts: Sequence[Verdict]) -> Element:
    """Every requirement in a row, with a link to its section."""
    usual = usual_confidence(verdicts)
    bounds = f"{confidence_text(usual)} bounds" if usual else "bounds"
    rows: list[list[Inside]] = []
    for place, verdict in enumerate(verdicts, 1):
        part, scale = verdict.deciding, scale_of(verdict, verdict.deciding)
        rows.append([badge(verdict.verdict), element("a", verdict.name, href=f"#r{place}"), scale(part.value),
                     scale.between(part.low, part.high), bound_text(verdict, part), f"{part.n:,}"])
    titles = ("verdict", "requirement", "value", bounds, "limit", "n")
    return grid("Every requirement with the figures that decided it", titles, rows, "<<>>>>", heads=1)


def foundation(facts: Iterable[tuple[str, str]], notes: Sequence[str]) -> Element:
    """What a report stands on: facts by name, notes, and the rule of the verdicts."""
    terms = [made for name, value in facts if value
             for made in (element("dt", name), element("dd", element("code", value)))]
    return element(
        "section", element("h2", "What this stands on"),
        element("ul", *(element("li", note) for note in notes)) if notes else None,
        element("dl", *terms),
        element("p", RULE, class_="pale"))
