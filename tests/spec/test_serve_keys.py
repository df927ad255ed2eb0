"""The reference of the serve file has every key that is read, its defaults, and examples that are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from shall.core.units import in_base
from shall.http.limits import Limits
from shall.spec import serving
from shall.spec.serve_keys import ABOUT, KEYS, NAME
from shall.spec.serving import COUNTS, QUANTITY, SIZES, TIMES
from shall.spec.table import Table
from tests.http.process import packed


def whole() -> str:
    """A file with every example."""
    tables = [("" if not table else f"\n[{table}]\n") + "\n".join(key.example for key in keys)
              for table, keys in KEYS.items()]
    text = "\n".join(tables)
    for key, other in (('shadow = ["8', 'shadow = ["9'), ('apprentice = "8', 'apprentice = "10'),
                       ('fall_back = "8', 'fall_back = "11'), ('8 = "income-8.zip" }', '8 = "8.zip", 9 = "9.zip", '
                                                               '10 = "10.zip", 11 = "11.zip" }')):
        text = text.replace(key, other)
    return text


def test_every_key_that_is_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    read: dict[str, set[str]] = {}
    only = Table.only

    def seen(table: Table, keys: tuple[str, ...], *more: object) -> None:
        if len(table.path) < 2:
            read[".".join(map(str, table.path))] = {*keys} - {*serving.TABLES, NAME}
        only(table, keys, *more)        # type: ignore[arg-type]

    monkeypatch.setattr(Table, "only", seen)
    serving.loads(whole())
    assert read == {table: {key.name for key in keys} for table, keys in KEYS.items()}
    assert ABOUT.keys() == KEYS.keys()


def test_every_example_is_right_and_names_its_key() -> None:
    file = serving.loads(whole(), Path("/etc/shall/serve.toml"))
    assert file.served[NAME].in_charge == "7" and file.alert.allow_private
    assert all(key.example.startswith(f"{key.name} = ") for keys in KEYS.values() for key in keys)


def test_the_defaults_are_those_of_the_server() -> None:
    told = {key.name: key.default for key in KEYS["server"]}
    for name in (*SIZES, *TIMES):
        number, unit = QUANTITY.fullmatch(told[name]).groups()          # type: ignore[union-attr]
        size = in_base(float(number), unit)
        assert getattr(Limits(), name) == pytest.approx(size, rel=0.05), name       # 8 MB is 2^23 there
    for name in COUNTS:
        assert getattr(Limits(), name) == int(told[name])
    plain = serving.loads('serve = 1\n[a]\nbundles = { 1 = "a.zip" }')
    assert (f'"{plain.host}"', str(plain.port)) == (told["host"], told["port"])


def test_the_examples_of_the_keys_that_every_file_needs_are_a_file_that_serves(tmp_path: Path) -> None:
    needed = [key.example for keys in (KEYS[""], KEYS[NAME]) for key in keys if key.default == "needed"]
    packed(tmp_path, "income-7.zip")
    packed(tmp_path, "income-8.zip")
    (tmp_path / "serve.toml").write_text(f'{needed[0]}\n[{NAME}]\n{needed[1]}\nin_charge = "7"\n')
    assert serving.load(tmp_path / "serve.toml").served[NAME].bundles.keys() == {"7", "8"}
