"""The picture of the guide: ``python -m examples.employment.intersections`` writes ``docs/pictures/intersections.svg``.

How often people at work are missed by the model of 2015, in every intersection of sex, race and age.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import shall
from examples.fetch import fetch
from shall.reports import svg

PICTURE: Final = Path(__file__).resolve().parent.parent.parent / "docs" / "pictures" / "intersections.svg"
FILE: Final = {
    "subject": {"name": "employment", "target": "employed", "positive": "1"},
    "columns": {"decision": "prediction"},
    "groups": {"sex": "sex", "race": "race", "age": {"column": "AGEP", "cut": [25, 35, 45, 55]}},
    "requirements": {"missed": "false_negative_rate <= 10%"},
}


def main() -> None:
    """Audit the log and draw what was found."""
    found = shall.intersections(FILE, fetch("employment") / "2015.parquet", measure="missed")
    PICTURE.write_text(svg.intersections(found), encoding="utf-8")
    print(found)


if __name__ == "__main__":
    main()
