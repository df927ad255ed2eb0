"""What is signed: an in-toto Statement v1 with the test-result predicate v0.1, about the manifest of a bundle.

https://github.com/in-toto/attestation: spec/v1/statement.md and spec/predicates/test-result.md. An *undecided*
requirement is a failed test, a *waived* one a warning.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final

from shall.bundle import contents, strict
from shall.bundle.manifest import NAME, VERSION
from shall.bundle.packing import Bundle
from shall.core.errors import Refused
from shall.core.responses import TO

STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://in-toto.io/attestation/test-result/v0.1"
MOST: Final = 2**18                         # bytes
LISTS: Final = {"met": "passedTests", "waived": "warnedTests"}     # all else failed


def statement(bundle: Bundle, role: str, on: datetime.date) -> dict[str, Any]:
    """The one statement that a role can sign of a bundle on a day. Refused where it has no evidence."""
    annotations = {"shall.bundle": VERSION, "shall.role": role, "shall.on": on.isoformat()}
    return {"_type": STATEMENT, "predicateType": PREDICATE, "predicate": predicate(bundle),
            "subject": [{"name": NAME, "digest": {"sha256": bundle.digest}, "annotations": annotations}]}


def predicate(bundle: Bundle) -> dict[str, Any]:
    """The test result: by requirement, and of all."""
    verdicts = [*_verdicts(contents.report(bundle.files)["verdicts"]), *_proof(bundle.files)]
    for name, files in contents.branches(bundle.files).items():
        own = [one for one in contents.report(files)["verdicts"] if _falls_back(one, name)]
        verdicts += [(f"branch {name}: {what}", verdict) for what, verdict in (*_verdicts(own), *_proof(files))]
    lists: dict[str, list[str]] = {"passedTests": [], "warnedTests": [], "failedTests": []}
    for name, verdict in verdicts:
        lists[LISTS.get(verdict, "failedTests")].append(name)
    spec = {"name": contents.SPEC, "digest": {"sha256": bundle.manifest.files[contents.SPEC].sha256}}
    return {"result": _result(lists), **lists, "configuration": [spec]}


def same(payload: bytes, bundle: Bundle, role: str, name: str) -> datetime.date:
    """The day of a signed statement. Refused unless it is the one that this role can sign of this bundle."""
    told = strict.read(payload, name, MOST)
    on = _day(told, name)
    wanted = statement(bundle, role, on)
    for cause, keys in (
        ("is a statement of another type", ("_type",)),
        ("is not about a test result", ("predicateType",)),
        ("is signed for another bundle: a replayed signature", ("subject", 0, "digest")),
        ("is signed for another role", ("subject", 0, "annotations", "shall.role")),
        ("is signed for another version of bundles", ("subject", 0, "annotations", "shall.bundle")),
        ("says another result than the evidence", ("predicate", "result")),
        ("is about another shall file", ("predicate", "configuration")),
    ):
        if _at(told, keys) != _at(wanted, keys):
            raise Refused(f"{name} is refused: it {cause}")
    if payload != strict.written(wanted):
        raise Refused(f"{name} is refused: its statement is not the one that can be signed of this bundle")
    return on


def _proof(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    if contents.PROOF not in files:
        return []
    told = strict.read(files[contents.PROOF], contents.PROOF, contents.MOST)
    return [("proof: the graph says what Python says", "met" if told.get("holds") is True else "broken")]


def _falls_back(verdict: Any, branch: str) -> bool:
    """Whether a verdict is on a line that falls back to a branch, which has to keep it."""
    ways = verdict.get("on_broken") if isinstance(verdict, dict) else None
    return not isinstance(ways, str) or f"{TO}{branch}" in ways.split(" and ")


def _verdicts(told: Sequence[Any]) -> list[tuple[str, str]]:
    try:
        return [(f"{one['name']}: {one['requirement']}", str(one["verdict"])) for one in told]
    except (TypeError, KeyError):
        raise Refused(f"{contents.CHECK} has a verdict without name, requirement and verdict") from None


def _result(lists: Mapping[str, Sequence[str]]) -> str:
    if lists["failedTests"] or not (lists["passedTests"] or lists["warnedTests"]):
        return "FAILED"
    return "WARNED" if lists["warnedTests"] else "PASSED"


def _day(told: Mapping[str, Any], name: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(str(_at(told, ("subject", 0, "annotations", "shall.on"))))
    except ValueError:
        raise Refused(f"{name} is refused: it does not state the day on which it was signed") from None


def _at(told: Any, keys: Sequence[Any]) -> Any:
    for key in keys:
        try:
            told = told[key]
        except (KeyError, IndexError, TypeError):
            return None
    return told
