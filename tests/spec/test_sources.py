"""Where the rows are, and what their columns hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from shall import spec
from shall.core.errors import FileError

GOOD = Path(__file__).parent / "good" / "sources.toml"
REST = '\n[requirements]\nuseful = "accuracy >= 0.5"\n[subject]\ntarget = "y"\npositive = "1"\n'


def test_a_query_and_a_table_become_addresses() -> None:
    file = spec.load(GOOD)
    folder = GOOD.parent
    assert file.data["log"] == (f"{folder}/warehouse.duckdb?sql=select%20%2A%20from%20decisions%20where%20day%20%3E%3D"
                                "%20%272026-11-01%27")
    assert file.data["gate"] == "postgresql://db.example.org/loans?table=gate"
    assert file.data["march"] == f"{folder}/march.db?table=decisions"
    assert file.types == {"zip": "string", "score": "number"}


@pytest.mark.parametrize("types", ['zip = "strin"', "zip = 3"])
def test_a_wrong_type_is_told(types: str) -> None:
    with pytest.raises(FileError, match="zip"):
        spec.loads(f"shall = 1\n[columns.types]\n{types}{REST}")


@pytest.mark.parametrize("log", ['{ table = "a", sql = "b", in = "c.db" }', '{ table = "a" }', '{ in = "c.db" }',
                                 '{ table = "a", of = "c.db" }'])
def test_a_source_says_what_and_where(log: str) -> None:
    with pytest.raises(FileError, match=r"`log` is a `table` or a query, `sql`, `in` a database|no key `of`"):
        spec.loads(f"shall = 1\n[data]\nlog = {log}{REST}")


def test_a_declared_column_that_the_log_lacks_is_told_and_a_label_may_come_later() -> None:
    file = spec.loads(f'shall = 1\n[columns.types]\nzipp = "string"\ny = "integer"{REST}')
    with pytest.raises(FileError, match="the log has no column `zipp`") as raised:
        spec.expect_columns(file, ["zip", "score"])
    assert len(raised.value.problems) == 1
