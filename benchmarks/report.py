"""Put the results together: ``python -m benchmarks.report`` writes ``benchmarks/RESULTS.md``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from benchmarks.harness import RESULTS

TOP: Final = """\
# Results

Written by `python -m benchmarks.report` from `benchmarks/results/`, which each benchmark fills; the first
line of a block says when and on which machine, the second which command. Peers run in environments of
their own under `.bench/`, with pinned versions, in fresh processes that take turns with ours. Times are CPU
seconds, user and system, because the machine is shared; every peer here runs on one thread.
"""
SECTIONS: Final = {
    "group_audit": ("Group audit of a million rows", """\
Goal: at least 1,000 times less CPU than Fairlearn's MetricFrame. Ours begins at the Parquet file, Fairlearn's at a
frame that is in memory already; imports and a warm-up are left out on both sides. The log is made of random numbers,
as only its size and shape matter here.

Honestly: the factor is against inner loops in Python (one metric call a group, a measure and a grouping, each with its
own validation), not against physics. The baselines below show what a few lines of pandas or numpy do for the same
rates without bounds. Nobody needs `shall` to count fast; it needs to count fast to judge as often as it does."""),
    "compas": ("COMPAS: published rates, and equality to the last bit", """\
Goal: ProPublica's four published rates exactly; rates and gaps equal to Fairlearn's and scikit-learn's in every bit
where both define them."""),
    "no_false_alarms": ("No false alarms under exact parity", """\
Goal: with groups that are exactly equal, *broken* in at most 5 % of 2,000 worlds; at the boundary, wrongly *met* in at
most 5 %."""),
    "adult_frontier": ("Adult: accuracy at a ratio of selection rates of 0.80", """\
Goal: accuracy of at least 0.857 at a ratio of 0.80 (0.871 without a requirement) at ten times less CPU than Fairlearn's
ExponentiatedGradient with LightGBM, and no protected attribute when predicting."""),
    "cold_start": ("Cold start", "The commands that read no data load neither numpy nor pyarrow."),
}


def main() -> None:
    """Write the file; a benchmark that has no result yet is named as such."""
    parts = [TOP]
    for name, (title, told) in SECTIONS.items():
        text = RESULTS / f"{name}.txt"
        block = f"```\n{text.read_text().rstrip()}\n```" if text.is_file() else "Not run yet."
        parts.append(f"## {title}\n\n{told}\n\n{block}\n")
    path = Path(__file__).parent / "RESULTS.md"
    path.write_text("\n".join(parts))
    print(path)


if __name__ == "__main__":
    main()
