"""A JSON schema of the shall file, for editors; generated from what the reader accepts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from shall.core.log import ROLES
from shall.core.units import UNITS
from shall.spec.requirements import LONG, MAX_REQUIREMENTS, ON_BROKEN, PHASES
from shall.spec.sections import KINDS, SIGNERS

Schema = dict[str, Any]
TEXT: Final[Schema] = {"type": "string", "minLength": 1}
TEXTS: Final[Schema] = {"type": "array", "items": TEXT, "uniqueItems": True}


def schema() -> Schema:
    """The schema (draft 2020-12) of a whole file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "shall file",
        **_table({
            "shall": {"type": "number", "minimum": 1, "exclusiveMaximum": 2},
            "confidence": {"type": "number", "minimum": 50, "exclusiveMaximum": 100},
            "extends": TEXTS,
            "subject": _subject(),
            "data": {"type": "object", "properties": {"looks": _whole(1)}, "additionalProperties": TEXT},
            "columns": _columns(),
            "groups": {"type": "object", "additionalProperties": {"anyOf": [TEXT, _group()]}},
            "requirements": _requirements(),
            "build": _table({"maximise": TEXT, "seconds": {"type": "number", "minimum": 1}, "trials": _whole(1),
                             "use_groups": TEXTS}),
            "watch": _table({"windows": TEXTS, "false_alarms": TEXT}),
            "serve": _table({"durable": _one_of(("must", "try"))}),
            "trust": _table({**dict.fromkeys(SIGNERS, TEXT), "smallest_cell": _whole(1),
                             "required": {**TEXTS, "items": _one_of(SIGNERS)}}),
        }, required=("shall", "subject", "requirements")),
    }


def _subject() -> Schema:
    return _table({
        "name": TEXT, "kind": _one_of(KINDS), "target": TEXT, "positive": {"type": ["string", "integer", "boolean"]},
        "threshold": {"type": "number", "minimum": 0, "maximum": 1}, "model": TEXT,
    })


def _columns() -> Schema:
    unit = _one_of(UNITS)
    role = {"anyOf": [TEXT, _table({"column": TEXT, "unit": unit})]}
    return {"type": "object", "properties": dict.fromkeys(ROLES, role),
            "additionalProperties": _table({"column": TEXT, "unit": unit}, required=("unit",))}


def _group() -> Schema:
    return _table({"column": TEXT, "cut": {"type": "array", "items": {"type": "number"}, "minItems": 1},
                   "at_least": _whole(1), "rest": _one_of(("pool", "show"))}, required=("column",))


def _requirements() -> Schema:
    waiver = _table({"until": {"type": "string", "format": "date"}, "by": TEXT, "why": TEXT}, ("until", "by", "why"))
    kinds: Schema = {
        "that": TEXT, "why": TEXT, "controls": TEXTS, "on_broken": _one_of(ON_BROKEN), "waive": waiver,
        "phases": {**TEXTS, "items": _one_of(PHASES), "minItems": 1},
    }
    long = _table({key: kinds[key] for key in LONG}, required=("that",))
    return {"type": "object", "additionalProperties": {"anyOf": [TEXT, long]}, "minProperties": 1,
            "maxProperties": MAX_REQUIREMENTS}


def _table(properties: Schema, required: Iterable[str] = ()) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _one_of(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


def _whole(minimum: int) -> Schema:
    return {"type": "integer", "minimum": minimum}
