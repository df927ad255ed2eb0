"""What single attributes hide: ``python -m benchmarks.intersections [WORLDS]``

Employment in Massachusetts 2015 with the predictions of a model that was in service, by sex, race and age; and digits
of MNIST that a linear model reads, out of fold, by digit, width of the stroke and slant, as the studies of gender
classification crossed gender and skin. Then worlds of the same people in which every decision is right with the same
chance, so that every alarm is false: "each group at 95 % on its own" is how tables of rates with intervals are read.
"""

from __future__ import annotations

import sys
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression

from benchmarks import harness
from examples.fetch import fetch
from shall.adapters.frames import TableLog
from shall.core.log import Binding, Column, GroupDef
from shall.phases.slices.intersections import Asked, Intersections, intersections, measured_by
from shall.probes import image_traits, label_noise

PEOPLE: Final = Binding(
    (("decision", Column("prediction")), ("label", Column("employed"))), groups=(
        GroupDef("sex", "sex"), GroupDef("race", "race"), GroupDef("age", "AGEP", cut=(25, 35, 45, 55))))
DIGITS: Final = Binding(
    (("decision", Column("decision")), ("label", Column("label"))), kind="multiclass",
    classes=tuple(str(digit) for digit in range(10)),
    groups=tuple(GroupDef(name, name) for name in ("digit", "stroke", "slant")))


def people() -> pa.Table:
    """Who was employed in 2015, and what the model said."""
    return pq.read_table(fetch("employment") / "2015.parquet")


def digits() -> pa.Table:
    """What a linear model that never saw a digit takes it for, and how it is written."""
    table = pq.read_table(fetch("mnist") / "digits.parquet")
    grey = np.stack([table[name].to_numpy() for name in table.column_names if name.startswith("p")], axis=1)
    label = table["label"].to_numpy()
    X = grey.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(len(label), -1) / 255
    decision = label_noise.chances(
        X, label, lambda rows, y, _: LogisticRegression(max_iter=300).fit(rows, y).predict_proba).argmax(axis=1)
    told = image_traits.traits(grey.reshape(-1, 28, 28))
    return pa.table({
        "label": label.astype(str), "decision": decision.astype(str), "digit": label.astype(str),
        "stroke": image_traits.bands(told["stroke_width"], ("thin", "middle", "thick")),
        "slant": image_traits.bands(told["slant"], ("left", "upright", "right"))})


def audit(table: pa.Table, binding: Binding, measure: str, **options: Any) -> Intersections:
    """Every intersection of the groups of a binding."""
    return intersections(TableLog(table, "rows"), binding, measured_by(measure),
                         [group.name for group in binding.groups], Asked(**options))


def told(found: Intersections) -> list[str]:
    """A line a grouping, and what no single attribute tells."""
    made = [f"{found.measure}, of all {found.rows:,} rows {found.whole.value:.3f}",
            f"{'':<24}{'groups':>7}{'aside':>7}{'gap':>8}{'bounds':>17}   worst group"]
    for one in found.crossings:
        worst = one.judged[0]
        made.append(f"{' by '.join(one.grouping):<24}{len(one.judged):>7}{len(one.cells) - len(one.judged):>7}"
                    f"{one.gap:8.3f}{f'[{one.gap_low:.3f}, {one.gap_high:.3f}]':>17}   {worst.value:.3f} "
                    f"{', '.join(value for _, value in worst.group)} ({worst.n:,})")
    return [*made, f"surely worse off than all rows: {len(found.worse)} of {len(found.cells)} groups, "
                   f"{len(found.hidden)} of them part of no larger group that is"]


def false_alarms(table: pa.Table, worlds: int) -> dict[str, float]:
    """Per cent of worlds with an alarm, where decisions are right by the same chance everywhere."""
    label, chance = table["employed"].to_numpy(), np.random.default_rng(0)
    share = float((table["prediction"].to_numpy() == label).mean())
    place, found = table.column_names.index("prediction"), {"group": 0, "gap": 0, "each": 0}
    for _ in range(worlds):
        right = chance.random(len(label)) < share
        world = table.set_column(place, "prediction", pa.array(np.where(right, label, 1 - label)))
        one = audit(world, PEOPLE, "accuracy")
        found["group"] += bool(one.worse)
        found["gap"] += any((crossing.gap_low or 0.0) > 0 for crossing in one.crossings)
        found["each"] += _each_alone(one)
    return {name: 100 * number / worlds for name, number in found.items()}


def _each_alone(found: Intersections) -> bool:
    """Whether some group, by its own bound at 95 %, is below all rows."""
    n = np.array([cell.n for cell in found.cells])
    k = np.rint([cell.n * cell.value for cell in found.cells])
    return bool((beta.ppf(0.95, k + 1, np.maximum(n - k, 1e-9)) < found.whole.value).any())


def main(worlds: int = 500) -> None:
    """Both sets, and the worlds."""
    table = people().select(["sex", "race", "AGEP", "employed", "prediction"])
    found = [audit(table, PEOPLE, "false_negative_rate"), audit(table, PEOPLE, "accuracy"),
             audit(digits(), DIGITS, "accuracy", at_least=40)]
    alarms = false_alarms(table, worlds)
    harness.save("intersections", [
        f"python -m benchmarks.intersections {worlds}", *(line for one in found for line in (*told(one), "")),
        f"false alarms in {worlds} worlds of the people of 2015 without any difference, per cent: a group called worse "
        f"{alarms['group']:.1f},", f"a gap called open {alarms['gap']:.1f}; each group at 95 % on its own "
        f"{alarms['each']:.1f}"],
        {"alarms": alarms, "worlds": worlds, "gaps": [
            {"measure": one.measure, "over": crossing.grouping, "gap": crossing.gap, "low": crossing.gap_low,
             "high": crossing.gap_high} for one in found for crossing in one.crossings]})


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
