"""Three years in service as a stream: ``python -m benchmarks.watch_stream`` (people of Massachusetts, 2016 to 2018).

Which requirement alarms when: with all labels, with labels that come a year late, and without any; and quality that is
estimated before labels come, beside the true one. The survey tells the year of an answer alone, so the people of a
year are laid out evenly over it: in the order of its files, where in 2017 and 2018 those of institutions and
dormitories stand together, and in a random order of households.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import shall
from benchmarks.harness import ROOT, save, timed
from examples.fetch import fetch
from shall.core.alarm import Alarm
from shall.phases.watch import WatchReport
from shall.reports import svg

YEARS: Final = (2016, 2017, 2018)
PICTURE: Final = ROOT / "docs" / "pictures" / "watching.svg"
FILES: Final = "the order of the files"
OF_LABELS: Final = {
    "useful": "roc_auc >= 0.75", "right": "accuracy >= 0.78", "found": "true_positive_rate >= 0.92",
    "trusted": "precision >= 0.79", "close": "brier <= 0.155",
    "calibrated": "calibration_error(bins = 1) <= 0.02 where AGEP >= 25 and AGEP < 55",
    "equal": "difference of false_positive_rate over sex <= 0.10"}
OF_DECISIONS: Final = {
    "fair": "ratio of selection_rate over sex >= 0.80",
    "right, estimated": "estimated_accuracy against train >= 0.78",
    "found, estimated": "estimated_true_positive_rate against train >= 0.92",
    "trusted, estimated": "estimated_precision against train >= 0.79",
    "steady": "population_stability over feature against train <= 0.1"}
ESTIMATED: Final = ("right", "found", "trusted")


def file_of(data: Path) -> Mapping[str, Any]:
    """The requirements of the stream; those of one window stand on the households in it."""
    return {"subject": {"name": "employment", "kind": "classifier", "target": "employed", "positive": "1",
                        "threshold": 0.5},
            "columns": {"id": "id", "time": "time", "unit": "household", "score": "predicted_probability",
                        "decision": "prediction"},
            "groups": {"sex": "sex"}, "data": {"train": str(data / "2015.parquet")},
            "requirements": {name.replace(", ", "_"): line for name, line in (OF_LABELS | OF_DECISIONS).items()},
            "watch": {"windows": ["1 quarter"], "false_alarms": "1 per year"}}


def stream(data: Path, chance: np.random.Generator | None) -> pa.Table:
    """All decisions with a time each; with ``chance`` the households of each year in a random order."""
    years = []
    for year in YEARS:
        people = pq.read_table(data / "decisions" / f"{year}.parquet").drop_columns(["year"])
        if chance is not None:
            homes, home = np.unique(people.column("household").to_numpy(), return_inverse=True)
            people = people.take(np.argsort(chance.permutation(len(homes))[home], kind="stable"))
        start, end = (datetime.datetime(one, 1, 1, tzinfo=datetime.UTC).timestamp() for one in (year, year + 1))
        seconds = np.linspace(start, end, people.num_rows, endpoint=False).astype(np.int64)
        years.append(people.append_column("time", pa.array(seconds, pa.timestamp("s", "UTC"))))
    return pa.concat_tables(years, promote_options="permissive")


def labels(data: Path, known: int) -> pa.Table | None:
    """What turned out to be true of the people of the years until ``known``; None where that is nobody."""
    if known < YEARS[0]:
        return None
    asked = [pq.read_table(data / "decisions" / f"{year}.parquet", columns=["id"]) for year in YEARS if year <= known]
    told = pq.read_table(data / "labels.parquet")
    ids = pa.concat_tables(asked).column("id").to_numpy()
    return told.filter(pa.array(np.isin(told.column("id").to_numpy(), ids)))


def alarms(report: WatchReport, name: str) -> str:
    """The first alarm of a line and how many there are, in words."""
    mine = [alarm for alarm in report.sounded if alarm.name == name]
    windows = [window.label for window, verdict in report.alarms if verdict.name == name]
    if mine:
        return _first(mine[0]) + (f" (+{len(mine) - 1})" if len(mine) > 1 else "")
    if windows:
        return f"{windows[0]}" + (f" (+{len(windows) - 1})" if len(windows) > 1 else "")
    decided = any(verdict.deciding.value is not None for window in report.windows for verdict in window.verdicts
                  if verdict.name == name)
    return "quiet" if decided else "no value"


def _first(alarm: Alarm) -> str:
    return f"{alarm.at[:10]} row {alarm.row:,}"


def beside(report: WatchReport) -> tuple[list[str], dict[str, Any]]:
    """What was estimated of each quarter, beside what was true."""
    lines = [f"  {'':9}" + "".join(f"{name + ': true, estimated':>30}" for name in ESTIMATED)]
    apart: dict[str, list[float]] = {name: [] for name in ESTIMATED}
    within = dict.fromkeys(ESTIMATED, 0)
    for window in report.windows:
        found = {verdict.name: verdict.deciding for verdict in window.verdicts}
        row = f"  {window.label:9}"
        for name in ESTIMATED:
            true, guess = found[name], found[f"{name}_estimated"]
            if true.value is None or guess.value is None:
                row += f"{'-':>30}"
                continue
            low, high = guess.low or 0.0, guess.high or 1.0
            apart[name].append(abs(guess.value - true.value))
            within[name] += low <= true.value <= high
            row += f"{true.value:>9.3f} {guess.value:.3f} [{low:.3f}, {high:.3f}]"
        lines.append(row)
    lines += [f"  {name}: {np.mean(apart[name]):.4f} apart on average, {max(apart[name]):.3f} at most; the true value "
              f"lies within the bounds in {within[name]} of {len(apart[name])} quarters"
              for name in ESTIMATED if apart[name]]
    return lines, {"apart": apart, "within": within}


def main() -> None:
    """Run everything and keep the figures."""
    data = fetch("employment")
    file, figures = file_of(data), dict[str, Any]()
    lines = [f"  {name:20}{line}" for name, line in (OF_LABELS | OF_DECISIONS).items()]
    for order in ("a random order of households", FILES):
        log = stream(data, None if order == FILES else np.random.default_rng(2026))
        reports, seconds = {}, 0.0
        for word, known in (("all labels", 2018), ("a year late", 2017), ("no labels", 0)):
            reports[word], took = timed(partial(shall.watch, file, log, labels=labels(data, known)))
            seconds += took
        lines += ["", f"{len(log):,} people in {order}: the first alarm, and how many more "
                  f"({seconds:.0f} CPU s for the three)",
                  f"  {'':20}" + "".join(f"{word:>31}" for word in reports)]
        for name in OF_LABELS | OF_DECISIONS:
            told = [alarms(report, name.replace(", ", "_")) for report in reports.values()]
            figures[f"{order}: {name}"] = told
            lines.append(f"  {name:20}" + "".join(f"{one:>31}" for one in told))
        more, figures[f"{order}: estimated"] = beside(reports["all labels"])
        lines += ["", f"estimated without labels of these years, beside the true values, in {order}:", *more]
        if order == FILES:
            PICTURE.write_text(svg.watch(reports["all labels"]))
    save("watch_stream", lines, figures)


if __name__ == "__main__":
    main()
