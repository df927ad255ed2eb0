"""How the rows of a check were read and what was asked of them: with it the tally that was kept answers more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from shall.core.errors import DataError, FileError
from shall.core.requirement import Requirement
from shall.core.store import Record, Store
from shall.phases.measuring import Examination
from shall.spec import ShallFile
from shall.tally import Plan, Tally, plan_from_json, plan_to_json, type_of
from shall.tally.narrowed import Types

VERSION: Final = 1
BODY: Final = "examined"                    # of the record of a check: the digest of this


@dataclass(frozen=True, slots=True)
class Examined:
    """What a check was. ``looks``: that shared alpha; ``least``: `[trust] smallest_cell`; ``types``: of the columns."""

    plan: Plan
    requirements: tuple[Requirement, ...]
    confidence: float
    looks: int = 1
    least: int = 1
    types: Types = field(default_factory=dict)


def least_of(file: ShallFile) -> int:
    """The rows of the smallest cell that may be shown; 1 where the file says nothing."""
    found = file.trust.get("smallest_cell", 1)
    return found if isinstance(found, int) else 1


def types_of(schema: Any) -> Types:
    """What each column of a log is, where a group can be made of it."""
    found = {name: type_of(kind) for name, kind in zip(schema.names, schema.types, strict=True)}
    return {name: what for name, what in found.items() if what is not None}


def written(examination: Examination, file: ShallFile, looks: int, types: Types) -> bytes:
    """As it is kept; the same check gives the same bytes."""
    lines = [{"name": one.name, "line": str(one), "why": one.why, "phases": list(one.phases)}
             for one in examination.requirements]
    told = {"examined": VERSION, "plan": plan_to_json(examination.plan), "requirements": lines, "types": dict(types),
            "confidence": examination.confidence, "looks": looks, "least": least_of(file)}
    return json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def read(content: bytes) -> Examined:
    """What was written. DataError where it is damaged, or of another version."""
    try:
        told = json.loads(content)
        if told["examined"] != VERSION:
            raise DataError("this check was kept by another version of shall: check again")
        return Examined(plan_from_json(told["plan"]), tuple(map(_requirement, told["requirements"])),
                        float(told["confidence"]), int(told["looks"]), int(told["least"]), dict(told["types"]))
    except (ValueError, KeyError, TypeError, FileError) as error:
        raise DataError("what was kept of this check cannot be read: check again") from error


def of(record: Record, store: Store) -> Examined | None:
    """What a recorded check was; None where that was not kept yet."""
    digest = record.body.get(BODY)
    return None if digest is None else read(store.blob(digest))


def tally_of(record: Record, store: Store, plan: Plan) -> Tally:
    """The tally of a recorded check. DataError where it was counted by another plan."""
    return Tally.from_bytes(store.blob(record.body["tally"]), plan)


def _requirement(told: Mapping[str, Any]) -> Requirement:
    return replace(Requirement.parse(told["line"]), name=str(told["name"]), why=str(told["why"]),
                   phases=tuple(told["phases"]))
