"""The schema for editors knows the keys that the reader knows."""

from __future__ import annotations

import datetime
import json
import tomllib
from pathlib import Path
from typing import Any

from shall.spec.schema import schema
from shall.spec.sections import KEYS, TABLES, TOP

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str, datetime.date), "integer": (int,), "number": (int, float), "array": (list,), "object": (dict,),
    "boolean": (bool,),
}


def fits(value: Any, rule: dict[str, Any]) -> bool:
    """Whether a value keeps a rule of the schema: the few words of JSON schema that it uses."""
    if "anyOf" in rule:
        return any(fits(value, option) for option in rule["anyOf"])
    if "enum" in rule:
        return value in rule["enum"]
    kinds = [rule["type"]] if isinstance(rule["type"], str) else rule["type"]
    if not any(isinstance(value, TYPES[kind]) for kind in kinds):
        return False
    if isinstance(value, list):
        return len(value) >= rule.get("minItems", 0) and all(fits(item, rule["items"]) for item in value)
    if isinstance(value, dict):
        rest = rule["additionalProperties"]
        known = rule.get("properties", {})
        return set(rule.get("required", ())) <= set(value) and all(
            fits(inner, known[key]) if key in known else bool(rest) and fits(inner, rest)
            for key, inner in value.items())
    if isinstance(value, str):
        return len(value) >= int(rule.get("minLength", 0))
    if not isinstance(value, int | float):
        return True
    within = rule.get("minimum", value) <= value <= rule.get("maximum", value)
    return bool(within and value < rule.get("exclusiveMaximum", value + 1))


def test_it_has_the_keys_of_the_reader() -> None:
    found = schema()
    assert set(found["properties"]) == {*TOP, *TABLES}
    for table, keys in KEYS.items():
        assert set(found["properties"][table]["properties"]) == set(keys)
    json.dumps(found)


def test_good_files_fit_and_wrong_keys_do_not() -> None:
    here = Path(__file__).parent
    for path in (here / "good.toml", here / "proposed" / "compas.toml"):
        document = tomllib.loads(path.read_text())
        assert fits(document, schema())
        assert not fits({**document, "more": 1}, schema())
        assert not fits({**document, "shall": 2}, schema())
        assert not fits({**document, "requirements": {"a": {"why": "x"}}}, schema())
    for name in ("16_unknown_keys", "39_groups", "42_subject", "44_build", "47_serve_and_trust", "35_long_form"):
        document = tomllib.loads((here / "wrong_files" / f"{name}.toml").read_text())
        assert not fits(document, schema()), name
