"""The search without a requirement that binds, beside FLAML and AutoGluon: ``python -m benchmarks.automl [SEEDS]``.

Five real tasks, parted 75/25 by seed. Each contender gets the same CPU seconds for one thread, in a fresh process whose
clock stands still while others compute (`peers.cpu_clock`), and the same metric: accuracy, or the root of the mean
squared error. Told are means at the gate, what was really used, and paired differences with the p value of Wilcoxon's
signed-rank test; *worse* where it is below 0.05 and the difference against us.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from scipy.stats import ttest_rel, wilcoxon

from benchmarks import harness
from benchmarks.automl_tasks import TASKS, write

FLAML: Final = ("flaml[automl]==2.7.0", "lightgbm==4.7.0", "xgboost==2.1.4", "scikit-learn==1.9.1", "numpy==2.3.5",
                "pandas==2.3.3", "pyarrow==26.0.1")
AUTOGLUON: Final = ("autogluon.tabular[lightgbm,xgboost]==1.6.3", "lightgbm==4.7.0", "scikit-learn==1.9.1",
                    "numpy==2.4.6", "pandas==2.3.3", "pyarrow==24.0.0")
SECONDS: Final = 10
SEEDS: Final = 10
FIRST: Final = 3                            # our settings were chosen on splits 0 to 2
OURS: Final = "shall"
PEERS: Final = ("FLAML", "AutoGluon")
LESS: Final = 0.05
METRIC: Final = {"binary": "accuracy", "multiclass": "accuracy", "regressor": "root_error"}


def one(name: str, seed: int) -> dict[str, harness.Result]:
    """All contenders on one split, in turn."""
    pythons = {OURS: (sys.executable, "automl_ours"),
               "FLAML": (harness.environment("flaml", FLAML), "automl_flaml"),
               "AutoGluon": (harness.environment("autogluon", AUTOGLUON), "automl_autogluon")}
    with tempfile.TemporaryDirectory() as folder:
        write(name, seed, Path(folder))
        arguments = (folder, TASKS[name].kind, str(SECONDS), str(seed))
        jobs = {who: (lambda python=python, module=module: harness.run(
            python, f"benchmarks.peers.{module}", *arguments)) for who, (python, module) in pythons.items()}
        return {who: found[0] for who, found in harness.interleaved(jobs, dict.fromkeys(jobs, 1)).items()}


def beside(ours: Sequence[float], theirs: Sequence[float], sign: int) -> dict[str, float]:
    """The mean paired difference, better above 0, with the p values of two tests."""
    differences = [sign * (a - b) for a, b in zip(ours, theirs, strict=True)]
    if not any(differences) or len(differences) < 2:
        return {"difference": statistics.mean(differences), "wilcoxon": 1.0, "t": 1.0}
    return {"difference": statistics.mean(differences), "wilcoxon": float(wilcoxon(differences).pvalue),
            "t": float(ttest_rel(ours, theirs).pvalue)}


def told(name: str, rounds: Sequence[dict[str, harness.Result]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of one task, with their figures."""
    metric = METRIC[TASKS[name].kind]
    sign = -1 if metric == "root_error" else 1
    ours = [run[OURS][metric] for run in rounds]
    for who in (OURS, *PEERS):
        values = [run[who][metric] for run in rounds]
        cpu = statistics.mean(run[who]["cpu"] for run in rounds)
        line = f"  {who:<10}{statistics.mean(values):9.4f}{cpu:8.1f}"
        figures: dict[str, Any] = {"task": name, "who": who, "metric": metric, "values": values, "cpu": cpu,
                                   "runs": [run[who] for run in rounds]}
        line += f"{statistics.mean(run[who]['log_loss'] for run in rounds):10.4f}" if sign > 0 else f"{'':>10}"
        if who != OURS:
            found = beside(ours, values, sign)
            figures |= found
            verdict = "as good" if found["wilcoxon"] >= LESS else "better" if found["difference"] > 0 else "WORSE"
            line += (f"{found['difference']:+11.4f}{found['wilcoxon']:10.3f}{found['t']:8.3f}"
                     f"{sum(sign * (a - b) > 0 for a, b in zip(ours, values, strict=True)):>6}"
                     f"{sum(a == b for a, b in zip(ours, values, strict=True)):>6}   {verdict}")
        yield line, figures


def main(seeds: str = str(SEEDS), *only: str) -> None:
    """Every task with so many splits; what is known is kept after each of them."""
    names = only or tuple(TASKS)
    found: dict[str, list[dict[str, harness.Result]]] = {name: [] for name in names}
    for seed in range(FIRST, FIRST + int(seeds)):
        for name in names:
            found[name].append(one(name, seed))
            print(f"seed {seed} {name}: " + "; ".join(
                f"{who} {run[METRIC[TASKS[name].kind]]:.4f} ({run['what']})"
                for who, run in found[name][-1].items()), file=sys.stderr, flush=True)
        keep(found, seed)


def keep(found: dict[str, list[dict[str, harness.Result]]], last: int) -> None:
    """Print and keep what is known so far."""
    seeds = last - FIRST + 1
    lines = [f"python -m benchmarks.automl {seeds}",
             f"splits {FIRST} to {last} of 75/25, {SECONDS} CPU seconds for each contender; accuracy (more is better) "
             "or root of the mean squared error", f"  {'':<10}{'gate':>9}{'CPU s':>8}{'log loss':>10}{'ours over':>11}"
             f"{'Wilcoxon':>10}{'t':>8}{'won':>6}{'tied':>6}"]
    figures = []
    for name, rounds in found.items():
        lines.append(f"{TASKS[name].title}, {METRIC[TASKS[name].kind].replace('_', ' ')}")
        for line, of_line in told(name, rounds):
            lines.append(line)
            figures.append(of_line)
    lines.append("FLAML 2.7.0 (LightGBM, XGBoost, random forest, extra trees, linear); AutoGluon 1.6.3 (LightGBM, "
                 "XGBoost, random forest, extra trees, neighbours, weighted ensemble); none has a GPU or torch")
    harness.save("automl" if len(found) == len(TASKS) else "automl_part", lines, {"contenders": figures})


if __name__ == "__main__":
    main(*sys.argv[1:])
