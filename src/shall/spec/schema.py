"""A JSON schema of the shall file and of packs, for editors; generated from what the reader accepts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from shall.core.branches import NAME
from shall.core.log import ROLES
from shall.core.responses import TO, WAYS
from shall.core.units import UNITS
from shall.spec.columns import KINDS as HOLDS
from shall.spec.columns import SCORES, TYPES
from shall.spec.extending import MAX_PACKS
from shall.spec.fitting import FITTING
from shall.spec.pack import KEYS as PACK_KEYS
from shall.spec.pack import LINES, shipped
from shall.spec.requirements import LONG, MAX_REQUIREMENTS, PHASES
from shall.spec.sections import CLUSTERS, KINDS, SIGNERS, SWITCH

Schema = dict[str, Any]
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
TEXT: Final[Schema] = {"type": "string", "pattern": r"\S"}
TEXTS: Final[Schema] = {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True}
DATE: Final[Schema] = {"type": "string", "format": "date"}
LINE: Final[Schema] = {"type": "string", "pattern": ">=|<=|between",
                       "description": "[ratio of] MEASURE [over GROUP] [on DATA] >= LIMIT [where FILTER] "
                                      "[with 99% confidence]"}
SAID: Final = {                                     # what an editor shows of each key
    "shall": "The version of the file: 1.",
    "confidence": "Per cent, one-sided, of each line that says none.",
    "extends": "Packs of requirements: names that `shall list` shows, or files of yours, ./house.pack.toml.",
    "subject": "What is held to account.",
    "data": "Files and folders by name, relative to this file; `looks` is the budget of looks at the gate.",
    "columns": "The column of each role that cannot be guessed, and units of other columns.",
    "groups": "Groups of rows: a column, perhaps cut into bands.",
    "packs": "How each pack fits this file: which of its groups is which, and what is left out and why.",
    "requirements": "What the subject shall satisfy: a line, or a table that says the same and more.",
    "build": "What the search may do.",
    "watch": "Windows, and what alarms may cost.",
    "serve": "Whether a decision that cannot be logged may be answered.",
    "trust": "Who signs what.",
}


def schema() -> Schema:
    """The schema (draft 2020-12) of a whole file."""
    tables: Schema = {
        "shall": {"type": "number", "minimum": 1, "exclusiveMaximum": 2},
        "confidence": {"type": "number", "minimum": 50, "exclusiveMaximum": 100},
        "extends": {**TEXTS, "items": {"anyOf": [_one_of(shipped()), _own_pack()]}, "maxItems": MAX_PACKS},
        "subject": _subject(),
        "data": {"type": "object", "properties": {"looks": _whole(1)}, "additionalProperties": _source()},
        "columns": _columns(),
        "groups": _named({"anyOf": [TEXT, _group()]}),
        "packs": _named(_table(dict.fromkeys(FITTING, _named(TEXT)))),
        "requirements": _named({"anyOf": [LINE, _long(LONG)]}, maxProperties=MAX_REQUIREMENTS),
        "build": _table({"maximise": TEXT, "minimise": TEXT, "seconds": {"type": "number", "minimum": 1},
                         "trials": _whole(1), "use_groups": TEXTS, "learners": TEXTS, "mitigations": TEXTS,
                         "increasing": TEXTS, "decreasing": TEXTS, "interactions": {"type": "array", "items": TEXTS},
                         "seed": _whole(0), "workers": _whole(1), "cluster": _one_of(CLUSTERS), "study": TEXT,
                         "readiness": _one_of(SWITCH), "blend": _one_of(SWITCH)}),
        "watch": _table({"windows": TEXTS, "false_alarms": TEXT, "matured": TEXT, "every": TEXT}),
        "serve": _table({"durable": _one_of(("must", "try"))}),
        "trust": _table({**dict.fromkeys(SIGNERS, TEXT), "smallest_cell": _whole(1),
                         "required": {**TEXTS, "items": _one_of(SIGNERS)}}),
    }
    for key, said in SAID.items():
        tables[key] = {**tables[key], "description": said}
    return {"$schema": DRAFT, "title": "shall file", **_table(tables, ("shall", "subject")),
            "if": {"not": {"required": ["extends"]}},
            "then": {"properties": {"requirements": _named({"anyOf": [LINE, _long(LONG, ("that",))]})}},
            "anyOf": [{"required": ["requirements"], "properties": {"requirements": {"minProperties": 1}}},
                      {"required": ["extends"], "properties": {"extends": {"minItems": 1}}}]}


def pack_schema() -> Schema:
    """The schema of a pack of requirements."""
    kinds: Schema = {**dict.fromkeys(PACK_KEYS, TEXT), "pack": {"const": 1}, "date": DATE, "not_covered": TEXTS}
    return {"$schema": DRAFT, "title": "shall pack", **_table({
        **kinds, "groups": _named(TEXT),
        "requirements": _named({"anyOf": [LINE, _long(LINES, ("that",))]}, minProperties=1,
                               maxProperties=MAX_REQUIREMENTS),
    }, ("pack", "title", "source", "date", "requirements"))}


def _own_pack() -> Schema:
    return {"type": "string", "pattern": r"^(?!/)(?!.*\\)(?!(.*/)?\.\.(/|$)).*\.toml$"}


def _subject() -> Schema:
    return _table({
        "name": TEXT, "kind": _one_of(KINDS), "target": TEXT, "positive": {"type": ["string", "integer", "boolean"]},
        "classes": {**TEXTS, "minItems": 2}, "threshold": {"type": "number", "minimum": 0, "maximum": 1}, "model": TEXT,
    })


def _columns() -> Schema:
    unit = _one_of(UNITS)
    role = {"anyOf": [TEXT, _table({"column": TEXT, "unit": unit})]}
    return {"type": "object", "properties": {**dict.fromkeys(ROLES, role), SCORES: _named(TEXT, minProperties=2),
                                             TYPES: _named(_one_of(HOLDS))},
            "additionalProperties": _table({"column": TEXT, "unit": unit}, required=("unit",))}


def _source() -> Schema:
    both = _table({"table": TEXT, "sql": TEXT, "in": TEXT}, required=("in",))
    return {"anyOf": [TEXT, {**both, "oneOf": [{"required": ["table"]}, {"required": ["sql"]}]}]}


def _group() -> Schema:
    return _table({"column": TEXT, "cut": {"type": "array", "items": {"type": "number"}, "minItems": 1},
                   "at_least": _whole(1), "rest": _one_of(("pool", "show"))}, required=("column",))


def _long(keys: Iterable[str], required: Iterable[str] = ()) -> Schema:
    """The long form; in a file that extends packs, one without `that` adds to the line of a pack."""
    waiver = _table({"until": DATE, "by": TEXT, "why": TEXT}, ("until", "by", "why"))
    kinds: Mapping[str, Schema] = {
        "that": LINE, "why": TEXT, "controls": TEXTS, "on_broken": _responses(), "waive": waiver,
        "phases": {**TEXTS, "items": _one_of(PHASES), "minItems": 1},
    }
    return _table({key: kinds[key] for key in keys}, required)


def _responses() -> Schema:
    """One way to respond, or several that go together."""
    one: Schema = {"anyOf": [_one_of(WAYS), {"type": "string", "pattern": f"^{TO}{NAME.pattern}$"}]}
    return {"anyOf": [*one["anyOf"], {**TEXTS, "items": one, "minItems": 1}]}


def _named(rule: Schema, **more: int) -> Schema:
    """A table with names of the user's own."""
    return {"type": "object", "additionalProperties": rule, **more}


def _table(properties: Schema, required: Iterable[str] = ()) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _one_of(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


def _whole(minimum: int) -> Schema:
    return {"type": "integer", "minimum": minimum}
