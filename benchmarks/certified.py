"""How often what was chosen is certified at the gate: ``python -m benchmarks.certified [SEEDS]``.

Each data set is parted anew for each seed. `build` searches with few trials; what it chooses goes to the gate. Beside
it, the *plain aim*: among the same candidates the most accurate one that keeps the limits on the rows it was held out
from, which is what a search without margins takes. A split counts where the certifiable ratio is feasible: some
candidate reaches the aim on held-out rows. Both are learned again from all rows and judged by the same `judge`.
"""

from __future__ import annotations

import datetime
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import shall
from benchmarks import harness
from examples.fetch import fetch
from shall import stats
from shall.methods.model import Model
from shall.phases import build as phase
from shall.phases.build import BuildResult
from shall.phases.building.answers import tally_of
from shall.phases.building.candidates import Tried
from shall.phases.building.trial import Task, refit
from shall.phases.measuring import judge, prepare

SEEDS: Final = 20
LEARNERS: Final = ("lightgbm", "logistic_regression")
LIMIT: Final = 0.80
LARGE: Final = 400                          # rows of a combination of sex and race that is a group of its own
WORLDS: Final = 2000
ROWS: Final = {"Adult, sex": (9_768, (0.67, 0.33), 0.22), "COMPAS, sex": (1_234, (0.81, 0.19), 0.62),
               "COMPAS, sex by race": (1_234, (0.43, 0.26, 0.09, 0.08, 0.07, 0.07), 0.62)}


@dataclass(frozen=True)
class Problem:
    """A line over a group, and the part of the rows that are the gate."""

    title: str
    data: str
    group: str
    gate: float
    trials: int


PROBLEMS: Final = (
    Problem("Adult, sex", "adult", "sex", 0.2, 2),
    Problem("COMPAS, sex", "compas", "sex", 0.2, 3),
    Problem("COMPAS, sex by race", "compas", "sex and race", 0.2, 3),
)


def table_of(data: str) -> pa.Table:
    """All rows, the label as ``label`` (1: the favourable outcome), sex, race, and both together."""
    if data == "adult":
        folder = fetch("adult")
        table = pa.concat_tables([pq.read_table(folder / name) for name in ("train.parquet", "test.parquet")])
        label = pc.equal(table["income"], ">50K")
        table = table.drop_columns(["income"])
    else:
        table = pq.read_table(fetch("compas") / "compas.parquet")
        usual = pc.and_(pc.is_in(table["score_text"], pa.array(["Low", "Medium", "High"])),
                        pc.not_equal(table["c_charge_degree"], "O"))
        table = table.filter(usual)
        label = pc.equal(table["two_year_recid"], 0)
        table = table.drop_columns(["id", "two_year_recid", "decile_score", "score_text", "flagged", "age_cat"])
    both = np.array([f"{sex}, {race}" for sex, race in zip(table["sex"].to_pylist(), table["race"].to_pylist(),
                                                           strict=True)])
    names, counts = np.unique(both, return_counts=True)
    both[np.isin(both, names[counts < LARGE])] = "others"
    return table.append_column("sex and race", pa.array(both)).append_column("label", pc.cast(label, pa.int8()))


def file(problem: Problem, folder: Path, seed: int) -> dict[str, Any]:
    """The shall file of one split, whose rows are written to a folder; no group is a feature."""
    table = table_of(problem.data)
    order = np.random.default_rng([seed, len(problem.title)]).permutation(table.num_rows)
    end = int(problem.gate * len(order))
    for name, rows in (("gate", order[:end]), ("train", order[end:])):
        pq.write_table(table.take(np.sort(rows)), folder / f"{name}.parquet")
    return {"subject": {"name": problem.data, "target": "label", "positive": "1"},
            "data": {"train": str(folder / "train.parquet"), "gate": str(folder / "gate.parquet")},
            "groups": {"sex": "sex", "race": "race", "both": "sex and race"},
            "requirements": {"fair": f"ratio of selection_rate over {'sex' if problem.group == 'sex' else 'both'} "
                                     f">= {LIMIT}"},
            "build": {"learners": list(LEARNERS), "trials": problem.trials, "seed": seed}}


def built(given: Mapping[str, Any]) -> tuple[BuildResult, Task]:
    """What `shall.build` gives, and the task of its search, which is kept from where the winner is learned again."""
    tasks: list[Task] = []

    def watched(task: Task, one: Tried) -> Model:
        tasks.append(task)
        return refit(task, one)

    with mock.patch.object(phase, "refit", watched):
        return shall.build(given), tasks[0]


def plainly(tried: Sequence[Tried], floor: float) -> Tried:
    """The most accurate one within its limits: no margin."""
    return max((one for one in tried if one.objective > floor and all(one.held)), key=lambda one: one.objective)


def at_gate(task: Task, one: Tried, model: Model, rows: pa.Table) -> dict[str, Any]:
    """What the gate says of a candidate, and of its accuracy."""
    both = task.aims.examination
    gate = prepare(both.requirements, both.binding, both.confidence)
    fair, accuracy = judge(gate, tally_of(gate, model, rows), {}, on=datetime.date.today(), phase="build")
    return {"verdict": fair.verdict.value, "ratio": fair.evidence[0].value, "accuracy": accuracy.evidence[0].value,
            "held_out": one.values[0], "held_out_accuracy": one.objective, "name": one.name}


def split(asked: tuple[Problem, int]) -> dict[str, Any]:
    """One split: the search, and both choices at the gate."""
    problem, seed = asked
    with tempfile.TemporaryDirectory() as folder:
        (result, task), cpu = harness.timed(lambda: built(file(problem, Path(folder), seed)))
        rows = pq.read_table(Path(folder) / "gate.parquet")
    assert result.candidate is not None
    label = task.ground.sample.label
    plain = plainly(result.tried, float(max(label.mean(), 1 - label.mean())))
    chosen = next(one for one in result.tried if one.chosen)
    ours = at_gate(task, chosen, result.candidate, rows)
    assert ours["verdict"] == result.verdicts[0].verdict.value
    other = ours if plain is chosen else at_gate(task, plain, refit(task, plain), rows)
    aim = result.aims[0]
    return {"problem": problem.title, "seed": seed, "feasible": all(chosen.within), "aim": aim.aim,
            "certifiable": aim.certifiable, "ours": ours, "plain": other, "cpu": cpu,
            "candidates": len(result.tried), "failed": result.failed}


def share(some: Sequence[dict[str, Any]], who: str, verdict: str) -> float:
    """Of the splits those in which the model got a verdict."""
    return sum(one[who]["verdict"] == verdict for one in some) / max(len(some), 1)


def mean(some: Sequence[dict[str, Any]], who: str, key: str) -> float:
    """Over the splits in which a model was chosen."""
    return float(np.mean([one[who][key] for one in some if key in one[who]] or [np.nan]))


def wrongly_met(rows: int, shares: Sequence[float], rate: float, worlds: int = WORLDS) -> float:
    """The share of gates that call a true ratio of exactly the limit *met*; the last and smallest group is at it."""
    chance, met = np.random.default_rng([rows, len(shares)]), 0
    true = np.array([rate] * (len(shares) - 1) + [rate * LIMIT])
    for _ in range(worlds):
        n = chance.multinomial(rows, np.array(shares) / sum(shares))
        met += stats.over_groups(stats.Proportions(chance.binomial(n, true), n), "ratio", ">=", 0.05).low >= LIMIT
    return met / worlds


def told(title: str, some: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The lines of one problem."""
    counted = [one for one in some if one["feasible"]]
    yield (f"  {title}: {len(some)} splits, aim {np.mean([one['aim'] for one in some]):.3f} "
           f"(certifiable {np.mean([one['certifiable'] for one in some]):.3f}), feasible in {len(counted)}")
    for who, name in (("ours", "the aim from the gate's size"), ("plain", "the plain aim: the limit")):
        yield (f"    {name:<30}{share(counted, who, 'met'):>6.0%} met {share(counted, who, 'broken'):>6.0%} broken "
               f"{share(counted, who, 'undecided'):>6.0%} undecided   below the limit "
               f"{sum(one[who].get('ratio', 1) < LIMIT for one in counted) / max(len(counted), 1):>4.0%}   ratio "
               f"{mean(counted, who, 'held_out'):.3f} held out, {mean(counted, who, 'ratio'):.3f} at the gate   "
               f"accuracy {mean(counted, who, 'accuracy'):.4f}")


def report(found: Sequence[dict[str, Any]]) -> None:
    """Put the splits together with the gates at the boundary."""
    lines = [f"python -m benchmarks.certified {len({one['seed'] for one in found})}",
             f"ratio of selection_rate >= {LIMIT:.2f}, confidence 95 %; no group is a feature, none is used to decide",
             "of the splits in which some candidate reaches the aim on held-out rows:"]
    for problem in PROBLEMS:
        lines += told(problem.title, [one for one in found if one["problem"] == problem.title])
    wrong = {title: wrongly_met(*case) for title, case in ROWS.items()}
    lines.append(f"wrongly met, where the true ratio is exactly {LIMIT:.2f} ({WORLDS:,} gates each): "
                 + ", ".join(f"{title} {value:.1%}" for title, value in wrong.items()))
    harness.save("certified", lines, {"splits": found, "wrongly_met": wrong, "worlds": WORLDS})


def main(seeds: str = str(SEEDS)) -> None:
    """All splits, on two processes."""
    for name in ("adult", "compas"):
        fetch(name)
    todo, found = [(problem, seed) for seed in range(int(seeds)) for problem in PROBLEMS], []
    with ProcessPoolExecutor(2) as workers:
        for one in workers.map(split, todo):
            found.append(one)
            print(json.dumps(one), file=sys.stderr, flush=True)
    report(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
