"""The schema for editors is one, knows the keys that the reader knows, and refuses what is wrong in structure."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from shall.core.log import ROLES
from shall.spec.pack import FOLDER, KEYS, TABLES
from shall.spec.schema import pack_schema, schema
from shall.spec.sections import KEYS as SECTIONS
from shall.spec.sections import TABLES as ALL
from shall.spec.sections import TOP

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
GOOD = [HERE / "good.toml", *sorted((HERE / "good").glob("*.toml")), HERE / "proposed" / "compas.toml",
        *sorted((ROOT / "examples").rglob("*shall.toml"))]
# Faults that a schema can see: of keys, of kinds of values, of counts. What a line says is for `shall lint`.
NUMBERS = (1, 11, 12, 13, 15, 16, 32, 35, 38, 39, 40, 41, 42, 43, 44, 47, 48, 49, 82, 83, 84, 85, 86, 87, 88, 89, 90,
           91, 92, 94, 95, 108, 110, 115, 116, 118, 119, 120, 124)
WRONG = [next((HERE / "wrong_files").glob(f"{number:02d}_*.toml")) for number in NUMBERS]


def document(path: Path) -> Any:
    """A TOML file as JSON has it, and as editors read it: dates are texts."""
    return _as_json(tomllib.loads(path.read_text(encoding="utf-8")))


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value


def fits(value: Any, rule: dict[str, Any]) -> bool:
    checker = jsonschema.Draft202012Validator(rule, format_checker=jsonschema.FormatChecker())
    return bool(checker.is_valid(value))


def test_both_are_schemas_of_2020_12() -> None:
    for rule in (schema(), pack_schema()):
        assert rule["$schema"].endswith("2020-12/schema")
        jsonschema.Draft202012Validator.check_schema(rule)


def test_it_has_the_keys_of_the_reader() -> None:
    found = schema()["properties"]
    assert set(found) == {*TOP, *ALL}
    for table, keys in SECTIONS.items():
        assert set(found[table]["properties"]) == set(keys)
    assert set(found["columns"]["properties"]) == {*ROLES, "scores", "types"}
    assert set(pack_schema()["properties"]) == {*KEYS, *TABLES}


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_good_files_fit(path: Path) -> None:
    good = document(path)
    assert fits(good, schema())
    assert not fits({**good, "more": 1}, schema())
    assert not fits({**good, "shall": 2}, schema())
    assert not fits({**good, "requirements": {"a": {"reason": "x"}}}, schema())
    assert not fits({**good, "requirements": {"a": "accuracy"}}, schema())


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_a_wrong_structure_does_not_fit(path: Path) -> None:
    assert not fits(document(path), schema())


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_packs_fit_theirs(path: Path) -> None:
    pack = document(path)
    assert fits(pack, pack_schema())
    assert not fits(pack, schema())
    assert not fits({**pack, "date": "yesterday"}, pack_schema())
    assert not fits({**pack, "requirements": {}}, pack_schema())
    assert not fits({**pack, "requirements": {"a": {"that": "rows >= 1", "waive": {}}}}, pack_schema())


@pytest.mark.parametrize(("item", "right"), [
    ("four-fifths", True), ("./house.pack.toml", True), ("house.pack.toml", True), ("packs/house.toml", True),
    ("no-such-pack", False), ("../house.toml", False), ("a/../../house.toml", False), ("/etc/house.toml", False),
    ("a\\house.toml", False), ("..", False),
])
def test_items_of_extends(item: str, right: bool) -> None:
    assert fits({"shall": 1, "subject": {}, "extends": [item]}, schema()) is right
