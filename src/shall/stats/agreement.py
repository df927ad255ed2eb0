"""How far people agree beyond chance: Krippendorff's alpha for names.

*Reference:* K. Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C (nominal data, any number of
observers, missing data).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence


def krippendorff(units: Iterable[Sequence[str]]) -> float | None:
    """Alpha of what several people called each unit: 1 is full agreement, 0 that of chance.

    Units with fewer than two opinions say nothing. None where there is no pair, or only one name was ever used: then
    chance would agree as well, and nobody can say.

    >>> krippendorff([["a", "a"], ["b", "b"], ["a", "b"], ["b", "b"]])
    0.5333333333333333
    """
    pairable = [unit for unit in units if len(unit) > 1]
    totals = Counter(name for unit in pairable for name in unit)
    n = totals.total()
    chance = sum(number * (n - number) for number in totals.values())
    if not chance:
        return None
    apart = sum(sum(number * (len(unit) - number) for number in Counter(unit).values()) / (len(unit) - 1)
                for unit in pairable)
    return 1 - (n - 1) * apart / chance
