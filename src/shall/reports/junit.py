"""A check as JUnit XML: a test case a requirement; broken and undecided fail, waived is skipped with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from shall.core.verdict import Finding, Verdict
from shall.reports import _told
from shall.reports._shapes import Checked
from shall.reports._tree import element, xml

FAILS = (Finding.BROKEN, Finding.UNDECIDED)


def check(report: Checked) -> str:
    """The XML that CI systems show as test results."""
    found = [verdict.verdict for verdict in report.verdicts]
    counts = {"tests": str(len(found)), "failures": str(sum(kind in FAILS for kind in found)), "errors": "0",
              "skipped": str(found.count(Finding.WAIVED))}
    named = report.subject or "shall"
    properties = [element("property", name=f"digest of {name}", value=digest)
                  for name, digest in sorted(report.digests.items())]
    suite = element(
        "testsuite", element("properties", element("property", name="rows", value=str(report.rows)), *properties),
        *(_case(verdict, report) for verdict in report.verdicts), name=named, time="0",
        timestamp=f"{report.on}T00:00:00" if report.on else None, **counts)
    return xml(element("testsuites", suite, name="shall check", time="0", **counts))


def _case(verdict: Verdict, report: Checked) -> Element:
    line, _ = report.places.get(verdict.name, (None, None))
    return element("testcase", *_outcome(verdict), name=verdict.name, classname=report.subject or "shall", time="0",
                   file=report.file or None, line=None if line is None else str(line))


def _outcome(verdict: Verdict) -> Iterator[Element]:
    if verdict.verdict in FAILS:
        yield element("failure", _told.table(verdict), message=_told.sentence(verdict), type=str(verdict.verdict))
        return
    if verdict.verdict is Finding.WAIVED:
        yield element("skipped", message=_told.waived(verdict))
    yield element("system-out", _told.table(verdict))
