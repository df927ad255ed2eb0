"""The course of one requirement through all its verdicts, as columns: a hundred thousand of them fit in memory."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from shall.core.heard import Heard
from shall.core.span import Span

Group = tuple[tuple[str, str], ...]         # (("sex", "F"), ("race", "2")); () is everybody
_Row = tuple[float, float, float, int]
MOST_GROUPS: Final = 64                     # groups of one requirement that are followed


@dataclass(frozen=True, slots=True)
class Point:
    """One verdict, or the value of one group in it. ``record``: the number of the record that says so."""

    record: int
    at: str                                 # when it was recorded: UTC, ISO 8601
    phase: str                              # build, check, watch, or apprentice
    version: str                            # of the model; "" where nobody said
    window: str                             # of a watch; else the day
    verdict: str
    value: float | None
    low: float | None
    high: float | None
    limit: float | None
    n: int
    side: str = ">="


@dataclass(slots=True)
class _Figures:
    """Value, bounds and n, by place; a number that is not there is NaN."""

    place: array[int] = field(default_factory=lambda: array("q"))
    numbers: array[float] = field(default_factory=lambda: array("d"))      # value, low, high by turns
    n: array[int] = field(default_factory=lambda: array("q"))

    def add(self, place: int, figures: _Row) -> None:
        self.place.append(place)
        self.numbers.extend(figures[:3])
        self.n.append(figures[3])

    def at(self, place: int) -> tuple[float | None, float | None, float | None]:
        value, low, high = (None if math.isnan(one) else one for one in self.numbers[3 * place:3 * place + 3])
        return value, low, high


@dataclass(slots=True)
class Course:
    """Every verdict on one requirement of one model, oldest first."""

    name: str
    said: Mapping[str, Any] = field(default_factory=dict)   # the last verdict, as it was written
    _last: dict[tuple[str, str, str], int] = field(default_factory=dict)    # the last place of phase, version and line
    _lines: dict[str, str] = field(default_factory=dict)    # each is kept once
    _all: _Figures = field(default_factory=_Figures)
    _limit: array[float] = field(default_factory=lambda: array("d"))
    _record: array[int] = field(default_factory=lambda: array("q"))
    _words: list[tuple[str, str, str, str, str, str, str]] = field(default_factory=list)
    _groups: dict[Group, _Figures] = field(default_factory=dict)
    _window: str = ""                       # of the last one that tells of the whole life
    _whole: _Figures = field(default_factory=_Figures)      # of the whole life until then
    _about: list[str] = field(default_factory=list)         # … and of whom
    unspanned: str = ""                     # why nothing is said of the whole life until the last one
    _heard: Sequence[Mapping[str, Any]] = ()                # what its alarm heard until then, where that was another
    left: int = 0                           # groups that are not followed, since there are too many

    def __len__(self) -> int:
        return len(self._record)

    def add(self, record: int, told: tuple[str, str, str, str], verdict: Mapping[str, Any],
            whole: Mapping[str, Any] | None = None) -> None:
        """One more verdict; ``told``: when, phase, version and window, each one object for all that share it.

        ``whole``: what is known of the whole life until then, or why nothing is; older records say neither.
        """
        at, phase, version, window = told
        own, limit = _figures(verdict), _number(verdict.get("limit"))
        groups = [(group, _figures(row)) for group, row in _groups(verdict)]        # all or nothing
        lived = _figures(whole or {})
        place = len(self)
        self._record.append(record)
        self._limit.append(limit)
        self._all.add(place, own)
        line = str(verdict.get("requirement") or "")
        line = self._lines.setdefault(line, line)
        self._words.append((at, phase, version, window, str(verdict.get("verdict")), str(verdict.get("side") or ">="),
                            line))
        self._last[phase, version, line] = place
        self.said = verdict
        if whole is not None:
            self.unspanned, self._window = str(whole.get("why") or ""), window
            self._heard = whole.get("heard") or ()
        if not any(map(math.isnan, lived[:3])):
            self._whole.add(place, lived)
            self._about.append(str((whole or {}).get("about") or ""))
        for group, row in groups:
            self._follow(place, group, row)

    @property
    def newest(self) -> dict[str, Any]:
        """What the last verdict says, beside its groups and parts."""
        return {key: value for key, value in self.said.items() if key not in ("groups", "parts")}

    def point(self, place: int) -> Point:
        """The verdict at a place; from the end where it is negative."""
        place = range(len(self))[place]
        at, phase, version, window, verdict, side, _ = self._words[place]
        return Point(self._record[place], at, phase, version, window, verdict, *self._all.at(place),
                     _known(self._limit[place]), self._all.n[place], side)

    def span(self, point: Point) -> Span | None:
        """What is known of the whole life until a verdict; None where its record does not say it."""
        place = bisect_left(self._record, point.record)
        own = bisect_left(self._whole.place, place)
        if own == len(self._about) or self._whole.place[own] != place:
            return None
        value, low, high = self._whole.numbers[3 * own:3 * own + 3]
        return Span(self.name, point.window, value, low, high, self._whole.n[own], self._about[own])

    @property
    def heard(self) -> list[Heard]:
        """Where its alarm hears another quantity than its values, until the newest window."""
        return [Heard(self.name, self._window, str(one.get("measure")), _number(one.get("heard")),
                      _number(one.get("value")), int(one.get("first") or 0), int(one.get("n") or 0),
                      str(one.get("about")), int(one.get("others") or 0)) for one in self._heard]

    def before(self, record: int) -> int:
        """How many verdicts there are before a record."""
        return bisect_left(self._record, record)

    def met_after(self, window: str, otherwise: int, alarmed: Container[str] = ()) -> bool:
        """Whether it was met in a later window than this one that is not among the ``alarmed``; ``otherwise``: the
        place to begin at where it is none."""
        later = after = False
        for place in range(len(self) - 1, -1, -1):
            words = self._words[place]
            if words[3] == window:
                return later
            met = words[4] == "met" and words[1] == "watch" and words[3] not in alarmed
            later, after = later or met, after or (met and place >= otherwise)
        return after

    @property
    def by_phase(self) -> Mapping[str, int]:
        """The place of the last verdict of each phase."""
        return {key[0]: place for key, place in sorted(self._last.items(), key=lambda one: one[1])}

    def newest_of(self, version: str, *, phase: str | None = None, line: str | None = None, named: bool = False
                  ) -> Point | None:
        """The last verdict that is on no other version than this one, where one is told; of a phase, and on a line
        as it is written, where these are told. ``named``: none that is on no version that is known."""
        places = [place for (of, on, said), place in self._last.items()
                  if (on or not named) and is_on(on, version) and phase in (None, of) and line in (None, said)]
        return self.point(max(places)) if places else None

    def of_phase(self, phase: str, version: str = "") -> Point | None:
        """The last verdict of a phase, on no other version than this one."""
        return self.newest_of(version, phase=phase)

    def of_line(self, line: str, version: str = "") -> Point | None:
        """The last verdict on a line, as it is written, and on no other version than this one."""
        return self.newest_of(version, line=line)

    def line_at(self, point: Point) -> str:
        """The line that a verdict is on, as it was written."""
        return self._words[bisect_left(self._record, point.record)][-1]

    def belongs(self, record: int, version: str) -> None:
        """The verdict of a record is on this version, as is known only now."""
        place = bisect_left(self._record, record)
        if place == len(self) or self._record[place] != record:
            return
        at, phase, before, window, verdict, side, line = self._words[place]
        self._words[place] = (at, phase, version, window, verdict, side, line)
        if self._last.get((phase, before, line)) == place:
            del self._last[phase, before, line]
            earlier = next((one for one in range(place - 1, -1, -1) for words in [self._words[one]]
                            if (words[1], words[2], words[6]) == (phase, before, line)), None)
            if earlier is not None:
                self._last[phase, before, line] = earlier
        self._last[phase, version, line] = max(place, self._last.get((phase, version, line), place))

    def points(self, first: int = 0, last: int | None = None, group: Group | None = None) -> list[Point]:
        """The verdicts of some places, oldest first; with a ``group`` the figures of that group in them."""
        places = range(len(self))[first:last]
        if group is None:
            return [self.point(place) for place in places]
        return [*self._of_group(group, places)]

    def found(self, version: str = "") -> list[str]:
        """The verdicts alone, on no other version than this one, where one is told."""
        return [words[4] for words in self._words if is_on(words[2], version)]

    def groups(self) -> Sequence[Group]:
        """Every group that is followed, in the order in which they came."""
        return [*self._groups]

    def _follow(self, place: int, group: Group, row: _Row) -> None:
        known = self._groups.get(group)
        if known is None:
            if len(self._groups) >= MOST_GROUPS:
                self.left += 1
                return
            known = self._groups[group] = _Figures()
        if not known.place or known.place[-1] != place:
            known.add(place, row)

    def _of_group(self, group: Group, places: range) -> Iterator[Point]:
        figures = self._groups.get(group, _Figures())
        for own, place in enumerate(figures.place):
            if place in places:
                at, phase, version, window, verdict, side, _ = self._words[place]
                yield Point(self._record[place], at, phase, version, window, verdict, *figures.at(own),
                            _known(self._limit[place]), figures.n[own], side)


def is_on(said: str, version: str) -> bool:
    """Whether a verdict that is said to be on some versions, or on none, is on no other one than this."""
    return not said or not version or version == said or version in said.split(", ")


def group_of(row: Mapping[str, Any]) -> Group:
    """The group of a row of JSON."""
    return tuple((str(name), str(value)) for name, value in row.items())


def _groups(verdict: Mapping[str, Any]) -> Iterator[tuple[Group, Mapping[str, Any]]]:
    """The groups of the part that decided, then of the others; everybody is no group."""
    for part in (verdict, *(verdict.get("parts") or ())):
        for row in part.get("groups") or ():
            if row.get("group"):
                yield group_of(row["group"]), row


def _figures(said: Mapping[str, Any]) -> _Row:
    """Value, low, high and n."""
    value, low, high = (_number(said.get(key)) for key in ("value", "low", "high"))
    return value, low, high, int(said.get("n") or 0)


def _number(said: Any) -> float:
    if type(said) is float:
        return said
    return float(said) if isinstance(said, int) else math.nan


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number
