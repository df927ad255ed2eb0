"""ProPublica's published error rates, and equality with the peers in every bit: ``python -m benchmarks.compas``.

All 7,214 rows of the two-year file, "not Low" as the positive decision. The published table is that
of Larson, Mattu, Kirchner and Angwin (2016), "How we analyzed the COMPAS recidivism algorithm".
"""

from __future__ import annotations

from typing import Final

from benchmarks import harness
from benchmarks.group_audit import PEER, differences
from benchmarks.ours import rates_and_gaps, tables
from examples.fetch import fetch

ROLES: Final = {"label": "two_year_recid", "decision": "flagged"}
PUBLISHED: Final = {                            # per cent, as printed
    "African-American": {"false_positive_rate": 44.85, "false_negative_rate": 27.99},
    "Caucasian": {"false_positive_rate": 23.45, "false_negative_rate": 47.72},
}


def main() -> None:
    """Measure, compare, print."""
    path = fetch("compas") / "compas.parquet"
    ours = rates_and_gaps(tables(path, ROLES, [("race",)])[("race",)])
    theirs = harness.run(harness.environment("fairlearn", PEER), "benchmarks.peers.fairlearn_compas", str(path))
    lines = ["python -m benchmarks.compas", "COMPAS, 7,214 rows, per cent:     published   shall"]
    for race, published in PUBLISHED.items():
        lines += [f"  {race:<18}{rate.replace('_', ' '):<22}{value:.2f}   {100 * ours[race][rate]:.2f}"
                  for rate, value in published.items()]
    figures = {}
    for name, peer in (("Fairlearn", "fairlearn"), ("scikit-learn", "sklearn")):
        compared, unequal = differences({"race": ours}, {"race": theirs[peer]})
        lines.append(f"{compared} numbers compared with {name}'s, {len(unequal)} differ in any bit")
        lines += [f"  {line}" for line in unequal]
        figures[peer] = {"compared": compared, "unequal": unequal}
    harness.save("compas", lines, {"published": PUBLISHED, "ours": ours, **figures})


if __name__ == "__main__":
    main()
