"""A small unbiased reference mends a biased set: ``python -m benchmarks.importance_weighting [SEEDS]``.

20,000 rows of Adult with 90 in 100 of one group, and 200 rows (1 %) in which both are as frequent: the setting of Choi
et al. (2020), "Fair generative modeling via weak supervision", section 5, whose bias went down by 34.6 %. The oracle
is told each row's group and the true shares (reweighing). `shown` knows the group column when it weighs, `hidden` does
not, and `best hidden` is told how likely each group is by the other columns, learned from all other rows: the most
that weights without the group can do. Rows of the official test set with both groups as frequent are the truth.

from truth, from ref.: distance of the group shares, in points. rate: how far the weighted share of high incomes is
from the truth, in points. model: LightGBM learns income without sex and race, under the weights, and the bias is how
far its mean chance in a group is from what is true there, in points, in the worse group; `fair rows` learns from as
many of both groups, without weights: no weights can do better. Of race there is no such bias to mend.
"""

from __future__ import annotations

import statistics
import sys
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import harness
from examples.fetch import fetch
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode
from shall.probes import shift

ROWS: Final = 20_000
REFERENCE: Final = 200
COMMON: Final = 0.9
GROUPS: Final = {"sex": "Male", "race": "White"}
WAYS: Final = ("no weights", "hidden", "best hidden", "shown", "oracle")
PUBLISHED: Final = 34.6
LEFT_OUT: Final = ("fnlwgt", "income", "sex", "race")


class Drawn:
    """The rows of one seed: biased, reference, unbiased and test, encoded alike."""

    def __init__(self, group: str, seed: int) -> None:
        random = np.random.default_rng(seed)
        folder = fetch("adult")
        train, test = (pq.read_table(folder / f"{part}.parquet") for part in ("train", "test"))
        self.table = pa.concat_tables([train, test])
        self.group = np.asarray(self.table.column(group).to_pylist()) == GROUPS[group]
        self.label = np.asarray(self.table.column("income").to_pylist()).astype(str)
        self.label = np.array([">50K" in said for said in self.label]).astype(np.int64)
        first = np.arange(len(self.table)) < len(train)
        self.reference = _of(first, self.group, REFERENCE, random.binomial(REFERENCE, 0.5), random)
        rest = first & ~np.isin(np.arange(len(first)), self.reference)
        self.biased = _of(rest, self.group, ROWS, int(COMMON * ROWS), random)
        fewest = int(min((rest & (self.group == side)).sum() for side in (False, True)))
        self.unbiased = _of(rest, self.group, 2 * fewest, fewest, random)
        small = int(min((~first & (self.group == side)).sum() for side in (False, True)))
        self.test = _of(~first, self.group, 2 * small, small, random)

    def encoded(self, left_out: tuple[str, ...]) -> tuple[Any, Any]:
        """float64[rows, features] and the sizes."""
        names = tuple(name for name in self.table.column_names if name not in left_out)
        encoding = encode.fit(self.table, names)
        return encoding(self.table), encoding.sizes


def _of(some: Any, group: Any, rows: int, common: int, random: np.random.Generator) -> Any:
    """So many rows, so many of them of the common group."""
    return np.concatenate([random.choice(np.flatnonzero(some & (group == side)), number, replace=False)
                           for side, number in ((True, common), (False, rows - common))])


def weights(drawn: Drawn, left_out: tuple[str, ...]) -> Any:
    """Of the biased rows, by the reference."""
    X, sizes = drawn.encoded(left_out)

    def learn(X: Any, y: Any, classes: int) -> Any:
        return lightgbm.fit(X, y, sizes, classes=classes).probabilities

    return shift.weights(X[drawn.biased], X[drawn.reference], learn)


def best_hidden(drawn: Drawn, left_out: tuple[str, ...]) -> Any:
    """The true ratio of the densities of the columns but the group, as far as all other rows tell it."""
    X, sizes = drawn.encoded(left_out)
    rows = drawn.unbiased[~np.isin(drawn.unbiased, drawn.biased)]
    common = drawn.group[rows]
    even = np.where(common, 0.5 / common.mean(), 0.5 / (1 - common.mean()))
    said = lightgbm.fit(X[rows], common.astype(np.int64), sizes, weight=even).probabilities(X[drawn.biased])[:, 1]
    return 0.5 / (COMMON * said + (1 - COMMON) * (1 - said))


def bias_learned(drawn: Drawn, rows: Any, weight: Any) -> float:
    """How far the mean chance in each group of the test rows is from what is true there; the larger one."""
    X, sizes = drawn.encoded(LEFT_OUT)
    said = lightgbm.fit(X[rows], drawn.label[rows], sizes, weight=weight).probabilities(X[drawn.test])[:, 1]
    group, label = drawn.group[drawn.test], drawn.label[drawn.test]
    return float(max(abs(said[group == side].mean() - label[group == side].mean()) for side in (False, True)))


def one(group: str, seed: int) -> list[dict[str, Any]]:
    """All ways on one draw."""
    drawn = Drawn(group, seed)
    common = drawn.group[drawn.biased]
    oracle = np.where(common, 0.5 / common.mean(), 0.5 / (1 - common.mean()))
    ways: dict[str, Any] = {"no weights": np.ones(ROWS), "oracle": oracle,
                            "best hidden": best_hidden(drawn, ("fnlwgt", group))}
    rows = []
    for name, left_out in (("shown", ("fnlwgt",)), ("hidden", ("fnlwgt", group))):
        found, cpu = harness.timed(lambda: weights(drawn, left_out))      # noqa: B023
        if found.refused:
            print(group, seed, name, found.refused, file=sys.stderr)
        ways[name] = found.weight
        rows.append({"way": name, "effective": found.effective, "cpu": cpu, "refused": found.refused})
    told = {row["way"]: row for row in rows}
    fair = bias_learned(drawn, drawn.unbiased, None)
    own, truth = drawn.group[drawn.reference].mean(), drawn.label[drawn.test].mean()
    for name, weight in ways.items():
        share = float(np.average(common, weights=weight))
        told.setdefault(name, {"way": name})
        told[name] |= {"group": group, "seed": seed, "from_truth": 100 * abs(share - 0.5),
                       "from_reference": 100 * abs(share - own),
                       "rate": 100 * abs(float(np.average(drawn.label[drawn.biased], weights=weight)) - truth),
                       "model": 100 * bias_learned(drawn, drawn.biased, weight), "fair": 100 * fair}
    return list(told.values())


def table(rows: list[dict[str, Any]]) -> list[str]:
    """Means over the seeds."""
    made = [f"{'group':<7}{'weights':<12}{'from truth':>11}{'from ref.':>10}{'down':>9}{'rate':>7}{'down':>9}"
            f"{'model':>7}{'down':>9}{'effective':>11}{'CPU s':>7}"]
    for group in GROUPS:
        none = _mean(rows, group, "no weights")
        for way in WAYS:
            mean = _mean(rows, group, way)
            down = {key: f"{100 * (1 - mean[key] / none[key]):.1f} %" for key in ("from_truth", "rate", "model")}
            made.append(f"{group:<7}{way:<12}{mean['from_truth']:11.2f}{mean['from_reference']:10.2f}"
                        f"{down['from_truth']:>9}{mean['rate']:7.2f}{down['rate']:>9}{mean['model']:7.2f}"
                        f"{down['model']:>9}{mean['effective']:11.0f}{mean['cpu']:7.1f}")
        made.append(f"{group:<7}{'fair rows':<12}{'':>46}{none['fair']:7.2f}")
    return made


def _mean(rows: list[dict[str, Any]], group: str, way: str) -> dict[str, float]:
    some = [row for row in rows if row["group"] == group and row["way"] == way]
    return {key: statistics.mean(row.get(key, 0.0) for row in some)
            for key in ("from_truth", "from_reference", "rate", "model", "fair", "effective", "cpu")}


def main(seeds: int = 5) -> None:
    """Run all, print the means over the seeds."""
    rows = [row for group in GROUPS for seed in range(seeds) for row in one(group, seed)]
    harness.save("importance_weighting", [f"python -m benchmarks.importance_weighting {seeds}", *table(rows)],
                 {"rows": rows, "published": PUBLISHED})


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
