"""What a branch costs a request: ``python -m benchmarks.branch_row``.

A LightGBM model of Adult (100 trees) in service, asked for one row at a time, in process and without a log on the disk:
its bundle without a branch, with one that is not needed, and while that answers. Rounds take turns; CPU of this
process, the least of 30 rounds, and each figure beside the first of the same run.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import shall
from benchmarks.harness import save, timed
from examples.fetch import fetch
from shall import graph as g
from shall.api.service.serving import Serving, serving
from shall.core.alarm import Alarm
from shall.methods.learn import lightgbm
from shall.methods.model import Model
from shall.methods.prepare import encode
from shall.methods.rule import Rule

ROUNDS: Final = 30
ROWS: Final = 500
SPEC: Final = """shall = 1
[subject]
name = "adult"
target = "income"
positive = ">50K"
[data]
gate = "gate.parquet"
[requirements.right]
that = "accuracy >= 0.7"
"""
FALLS: Final = 'on_broken = "fall back to rules"\n'


def model(table: pa.Table) -> Model:
    """Trees over all columns but sex, race and the weight."""
    names = [name for name in table.column_names if name not in ("income", "fnlwgt", "sex", "race")]
    encoding = encode.fit(table, names)
    label = np.array([one == ">50K" for one in table["income"].to_pylist()], dtype=np.int64)
    learned = lightgbm.fit(encoding(table), label, encoding.sizes, settings={"rounds": 100})
    return Model("lightgbm", encoding, learned, rule=Rule(0.5))


def rule() -> g.Compiled:
    """Over 50,000 from fourteen years of schooling on."""
    x = g.inputs({"education_num": "number"})
    return g.compile(x, **g.decide(g.where(x["education_num"] >= 14, 1.0, 0.0)))


def served(folder: Path, table: pa.Table, **branches: g.Compiled) -> Serving:
    """A server of the model, without a store and with a log that keeps nothing."""
    folder.mkdir()
    pq.write_table(table.slice(0, 3000), folder / "gate.parquet")
    (folder / "shall.toml").write_text(SPEC + (FALLS if branches else ""))
    place = model(table).save(folder / "model")
    shall.ship(place, folder / "shall.toml", folder / "adult.zip", branches=branches, record=False)
    return serving(folder / "adult.zip", folder=folder)


def ask(one: Serving, rows: list[dict[str, Any]]) -> None:
    """Decide each by itself."""
    for row in rows:
        one.service.decide("adult", [row])


def main() -> None:
    """Serve, ask in turns, fall back, ask again."""
    table = pq.read_table(fetch("adult") / "train.parquet")
    rows = table.drop_columns(["income", "fnlwgt", "sex", "race"]).slice(3000, ROWS).to_pylist()
    with tempfile.TemporaryDirectory() as folder:
        some = {"without a branch": served(Path(folder) / "a", table),
                "with one that is not needed": served(Path(folder) / "b", table, rules=rule()),
                "while it answers": served(Path(folder) / "c", table, rules=rule())}
        some["while it answers"].respond("adult", "1", [Alarm("right", "accuracy >= 0.7", 1, "", "w", "all rows")])
        took: dict[str, list[float]] = {name: [] for name in some}
        for _ in range(ROUNDS):
            for name, one in some.items():
                took[name].append(timed(partial(ask, one, rows))[1] / len(rows))
        answers = {name: one.service.decide("adult", rows[:1]).answers[0].model for name, one in some.items()}
        for one in some.values():
            one.close()
    least = {name: 1e6 * min(every) for name, every in took.items()}
    first = least["without a branch"]
    save("branch_row", ["python -m benchmarks.branch_row", *(
        f"{name:28} {figure:6.1f} microseconds a row, {figure / first:4.2f} times, answered by {answers[name]}"
        for name, figure in least.items())], least)


if __name__ == "__main__":
    main()
