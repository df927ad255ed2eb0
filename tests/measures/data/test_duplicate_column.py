from __future__ import annotations

from typing import Any

import pyarrow as pa

from shall.core.verdict import Finding


def test_a_code_and_its_name(ask: Any, tumours: pa.Table) -> None:
    assert ask("duplicate_column over feature <= 0", tumours).verdict is Finding.MET
    code = pa.array([{"w0": 7, "w1": 3}[ward] for ward in tumours["ward"].to_pylist()])
    found = ask("duplicate_column over feature <= 0", tumours.append_column("ward's code", code))
    assert found.verdict is Finding.BROKEN
    values = {dict(row.group)["feature"]: row.value for row in found.deciding.groups}
    assert values["ward's code"] == 1 and values["ward"] == 0
