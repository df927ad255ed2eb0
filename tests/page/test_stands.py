"""A slice of an earlier check, beside a server: its rows are not there, and those of a version are."""

from __future__ import annotations

from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.parquet as pq

import shall
from tests.api.shown import answering
from tests.page.test_served_rows import MODEL, ready, showing

SPEC = answering.SPEC.replace('"Loans"', '"loans"')


def test_beside_a_server_a_check_leads_to_the_rows_of_a_version(tmp_path, monkeypatch):
    monkeypatch.setenv("SHALL_STORE", str(tmp_path / "shall.db"))
    rows = answering.rows_of(300)
    table = pa.Table.from_pylist([{**row, "paid": "yes" if place % 3 else "no", "decision": "yes"}
                                  for place, row in enumerate(rows)])
    (tmp_path / "checked").mkdir()
    pq.write_table(table, tmp_path / "checked" / "log.parquet")
    (tmp_path / "checked" / "shall.toml").write_text(SPEC)
    shall.check(tmp_path / "checked" / "shall.toml", tmp_path / "checked" / "log.parquet")
    one = answering.serving(tmp_path, spec=SPEC)
    try:
        answering.label(one, answering.answer(one, rows[:50]), ["yes", "no"] * 25)
        with showing(one) as client:
            _, page = ready(client, f"{MODEL}/slices?requirement=right")
            assert "50 rows that loans@7 answered" in page.text, "first what is in service"
            of = next(value for _, key, value in page.attributes if key == "value" and value.isdecimal())
            asked = {"requirement": "right", "where": "age >= 50"}
            _, page = ready(client, f"{MODEL}/slices?{urlencode({**asked, 'of': of})}")
            assert "its rows are not here" in page.text and "shall page" not in page.text
            assert f"{MODEL}/slices?{urlencode({**asked, 'of': 'answered-7'})}" in page.values("href")
            _, page = ready(client, f"{MODEL}/slices?{urlencode({**asked, 'of': 'answered-7'})}")
            assert "all other rows" in page.text and "shall propose accuracy_where_age" in page.text
            assert "do not hold this" not in page.text
    finally:
        one.close()
