"""What people say of decisions: two see each case, neither the word of the other, and a third where they differ."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Literal

from shall.core.store import Record

REVIEW: Final = "review"                    # kind of a record; its subject is the name of the model
ENOUGH: Final = 2                           # who have to agree
State = Literal["waits", "differ", "agreed"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person said, last."""

    by: str
    label: str
    on: str                                 # UTC, ISO 8601


@dataclass(frozen=True, slots=True)
class Review:
    """The opinions on one decision: in the order in which each person spoke first."""

    decision: str
    opinions: tuple[Opinion, ...]

    @property
    def label(self) -> str:
        """What two agree on; empty while there is nothing."""
        counted = Counter(one.label for one in self.opinions)
        return next((label for label, number in counted.most_common(1) if number >= ENOUGH), "")

    @property
    def state(self) -> State:
        """Whether somebody is still to be asked."""
        if self.label:
            return "agreed"
        return "differ" if len(self.opinions) >= ENOUGH else "waits"

    def of(self, by: str) -> str:
        """What a person said of it last; empty where they have not spoken."""
        return next((one.label for one in self.opinions if person(one.by) == person(by)), "")

    def heard(self, opinion: Opinion) -> Review:
        """The same with one more word, in the place of the last one of that person.

        Those who differ know what another said: their words stay, and one who has not spoken decides.
        """
        if self.state == "agreed" or (self.state == "differ" and self.of(opinion.by)):
            return self
        said = {person(one.by): one for one in self.opinions} | {person(opinion.by): opinion}
        return replace(self, opinions=tuple(said.values()))


@lru_cache(1024)
def person(by: str) -> str:
    """A name as it is compared: whatever its case, its spaces, the width of its letters, and what nobody sees."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", by).casefold())
    return " ".join("".join(char for char in text if unicodedata.category(char) != "Cf").split())


def body(decision: str, label: str, by: str, role: str = "") -> dict[str, Any]:
    """What the record of an opinion says."""
    return {"decision": decision, "label": label, "by": by, "role": role}


def reviews(records: Iterable[Record]) -> dict[str, Review]:
    """Every decision that somebody spoke of. A later word of the same person counts until another has spoken."""
    found: dict[str, Review] = {}
    for record in sorted(records, key=lambda record: record.sequence):
        decision, label, by = (str(record.body.get(key, "")) for key in ("decision", "label", "by"))
        known = found.get(decision, Review(decision, ()))
        found[decision] = known.heard(Opinion(by, label, record.created))
    return found


def unsettled(records: Iterable[Record]) -> frozenset[tuple[str, str]]:
    """The model and the decision of every case of which people have spoken and on which no two agree yet."""
    by_model: dict[str, list[Record]] = {}
    for record in records:
        by_model.setdefault(record.subject, []).append(record)
    return frozenset((model, decision) for model, some in by_model.items()
                     for decision, one in reviews(some).items() if one.state != "agreed")
