"""That an alarm hears another quantity than the value that is shown beside it, in words."""

from __future__ import annotations

from collections.abc import Sequence

from shall.core.heard import Heard
from shall.reports._layout import plural

MOST_DIGITS = 6
REMEDY = ("Where the first row of a unit is another sort of row, put the rows of each unit in a random order. Where "
          "large units differ from small ones the two stay apart: an alarm counts a unit once.")


def parts(one: Heard) -> tuple[str, str, str, str, str]:
    """The words of a sentence, with the two figures at the second and the fourth place."""
    digits = next((some for some in range(3, MOST_DIGITS) if f"{one.heard:.{some}f}" != f"{one.value:.{some}f}"),
                  MOST_DIGITS)
    of = "" if one.about == "all rows" else f" for {one.about}"
    also = f"; so for {plural(one.others, 'further group')}" if one.others else ""
    return (f"alarm hears {one.measure} ", f"{one.heard:.{digits}f}",
            f"{of} (first row of each unit, n {one.first:,}), all rows until {one.window} ",
            f"{one.value:.{digits}f}", f" (n {one.n:,}){also}")


def lines(heard: Sequence[Heard]) -> list[str]:
    """`right: alarm hears accuracy 0.808 (first row of each unit, n 74,386), all rows until 2018 0.795 (n 130,523)`;
    what to do about it once."""
    return [*(f"{one.name}: {''.join(parts(one))}" for one in heard), *([REMEDY] if heard else [])]
