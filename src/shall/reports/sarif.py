"""A check as SARIF 2.1.0: a result for each requirement that is not met, at its line of the shall file.

Broken is an error; undecided a warning, because a level is all that most viewers show; waived is suppressed, with its
reason. What is met has no result: viewers would list it as a finding.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from shall.core.verdict import Finding, Verdict
from shall.reports import _told
from shall.reports._figures import finite
from shall.reports._layout import safe
from shall.reports._shapes import Checked

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {Finding.BROKEN: "error", Finding.UNDECIDED: "warning", Finding.WAIVED: "error"}


def check(report: Checked, root: str = "") -> str:
    """The log of one run; paths are relative to ``root`` where the shall file lies below it."""
    shown = [verdict for verdict in report.verdicts if verdict.verdict is not Finding.MET]
    run = {
        "tool": {"driver": {"name": "shall", "rules": [_rule(verdict) for verdict in report.verdicts]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(verdict, report, root) for verdict in shown],
        "properties": {"subject": safe(report.subject), "rows": report.rows,
                       "digests": {safe(name): safe(digest) for name, digest in report.digests.items()}},
    }
    if root:
        base = _quoted(PurePath(root).as_posix().strip("/"), "/")
        run["originalUriBaseIds"] = {"%SRCROOT%": {"uri": f"file://{base}/"}}
    whole = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _rule(verdict: Verdict) -> dict[str, Any]:
    requirement = verdict.requirement
    why = f"Why: {requirement.why}" if requirement.why else f"What must hold: {requirement}"
    return {"id": safe(verdict.name), "shortDescription": {"text": safe(str(requirement))},
            "fullDescription": {"text": safe(why)}, "defaultConfiguration": {"level": "error"},
            "properties": {"tags": list(dict.fromkeys(["shall", *map(safe, requirement.controls)]))}}


def _result(verdict: Verdict, report: Checked, root: str) -> dict[str, Any]:
    part = verdict.deciding
    result: dict[str, Any] = {
        "ruleId": safe(verdict.name), "ruleIndex": report.verdicts.index(verdict), "kind": "fail",
        "level": LEVELS[verdict.verdict],
        "message": {"text": "\n".join([_told.sentence(verdict), *_told.lines(verdict)])},
        "partialFingerprints": {"requirement/v1": hashlib.sha256(verdict.name.encode("utf-8", "replace")).hexdigest()},
        "properties": {"verdict": str(verdict.verdict), "value": finite(part.value), "low": finite(part.low),
                       "high": finite(part.high), "n": part.n, "confidence": part.confidence},
    }
    if report.file:
        result["locations"] = [_location(verdict, report, root)]
    if verdict.verdict is Finding.WAIVED:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": _told.waived(verdict)}]
    return result


def _location(verdict: Verdict, report: Checked, root: str) -> dict[str, Any]:
    line, column = report.places.get(verdict.name, (1, 1))
    return {"physicalLocation": {"artifactLocation": _artifact(report.file, root),
                                 "region": {"startLine": line, "startColumn": column}}}


def _artifact(file: str, root: str) -> dict[str, str]:
    path = PurePath(file)
    if root and path.is_relative_to(root):
        return {"uri": _quoted(path.relative_to(root).as_posix()), "uriBaseId": "%SRCROOT%"}
    if path.is_absolute():
        return {"uri": "file://" + _quoted(path.as_posix().lstrip("/"), "/")}
    return {"uri": _quoted(path.as_posix())}


def _quoted(path: str, before: str = "") -> str:
    return before + quote(path, errors="replace")
