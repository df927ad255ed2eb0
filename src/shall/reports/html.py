"""A check as one page of HTML: no script, nothing loaded from anywhere, light and dark, good on paper."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from shall.core.verdict import Verdict
from shall.reports._figures import bound_text, confidence_text, scale_of
from shall.reports._layout import plural
from shall.reports._lines import look_text, usual_confidence
from shall.reports._page_parts import FULL, Detail, badge, requirement, tally
from shall.reports._shapes import Checked
from shall.reports._tables import grid
from shall.reports._tree import Inside, element, html

MOST: Final = 2_000_000                     # bytes of a page
ROW: Final = 200                            # bytes of a row of a table, about
STYLE: Final = Path(__file__).with_name("page.css")
LESS: Final = (FULL, Detail(100, 16, curves=True), Detail(30, 12, curves=False), Detail(10, 6, curves=False),
               Detail(0, 0, curves=False))
RULE: Final = ("A requirement is met when its bound on the unfavourable side is within the limit, broken when its "
               "bound on the favourable side is beyond it, and else undecided: too little evidence, which is never a "
               "pass.")


def check(report: Checked) -> str:
    """The page of a check; of very many groups only the least favourable ones, so that it stays below 2 MB."""
    sizes = [len(part.groups) for verdict in report.verdicts for part in verdict.evidence]
    page = ""
    for detail in LESS:
        if detail is not LESS[-1] and ROW * sum(min(size, detail.rows) for size in sizes) > MOST:
            continue
        page = html(_document(report, detail))
        if len(page.encode("utf-8")) <= MOST:
            break
    return page


def _document(report: Checked, detail: Detail) -> Element:
    style = STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    sheet = element("style")
    sheet.text = style
    named = report.subject or "the subject"
    head = element(
        "head", element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{named}: {report.verdict}"), sheet)
    body = element("body", element("header", *_top(report, named)), element("main", *_main(report, detail)),
                   element("footer", *_provenance(report)))
    return element("html", head, body, lang="en")


def _top(report: Checked, named: str) -> Iterator[Element]:
    yield element("h1", named, " ", badge(report.verdict))
    words = [f"{report.rows:,} rows", plural(len(report.verdicts), "requirement"), Path(report.file).name, report.on]
    yield element("p", " · ".join(word for word in words if word), class_="pale")
    yield tally(report.verdicts)


def _main(report: Checked, detail: Detail) -> Iterator[Element]:
    yield _summary(report.verdicts)
    if detail is not FULL:
        yield element("p", "There are more groups than a page can hold: the least favourable ones are here, "
                           "all of them in the JSON report.", class_="pale")
    for place, verdict in enumerate(report.verdicts, 1):
        curves = [curve for curve in report.curves if curve.requirement == verdict.name] if detail.curves else []
        yield requirement(verdict, curves, f"r{place}", detail)


def _summary(verdicts: Sequence[Verdict]) -> Element:
    usual = usual_confidence(verdicts)
    bounds = f"{confidence_text(usual)} bounds" if usual else "bounds"
    rows: list[list[Inside]] = []
    for place, verdict in enumerate(verdicts, 1):
        part, scale = verdict.deciding, scale_of(verdict, verdict.deciding)
        rows.append([badge(verdict.verdict), element("a", verdict.name, href=f"#r{place}"), scale(part.value),
                     scale.between(part.low, part.high), bound_text(verdict, part), f"{part.n:,}"])
    titles = ("verdict", "requirement", "value", bounds, "limit", "n")
    return grid("Every requirement with the figures that decided it", titles, rows, "<<>>>>", heads=1)


def _provenance(report: Checked) -> Iterator[Element]:
    found: list[tuple[str, str]] = [("file", report.file), ("date", report.on), ("rows", f"{report.rows:,}")]
    if report.looks is not None:
        found.append(("look", look_text(report.looks)))
    found += [(f"digest of {name}", digest) for name, digest in sorted(report.digests.items())]
    terms = [made for name, value in found if value
             for made in (element("dt", name), element("dd", element("code", value)))]
    yield element(
        "section", element("h2", "What this stands on"),
        element("ul", *(element("li", note) for note in report.notes)) if report.notes else None,
        element("dl", *terms),
        element("p", RULE, class_="pale"))
