"""How the lines of a watch stand: their alarms, and what was found in the newest window that was judged."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

from shall.api.life.looked import State
from shall.core.alarm import Alarm
from shall.core.heard import Heard
from shall.core.span import Span
from shall.core.verdict import Finding, Verdict
from shall.phases.watch import Window, only
from shall.phases.watching.life import Life
from shall.phases.watching.track import Track
from shall.reports import json
from shall.reports._shapes import Windowed

REMEMBERED: Final = 1000                    # alarms


@dataclass(slots=True)
class Standing:
    """``untold``: how many of the newest alarms nobody may have heard of; ``unrecorded``: that the store did not take.

    ``open``: of each line that sounds the newest window that it sounded in, since when it does, and of whom.
    """

    alarms: list[Alarm] = field(default_factory=list)
    untold: int = 0
    unrecorded: int = 0
    open: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    newest_verdicts: dict[str, tuple[str, Verdict]] = field(default_factory=dict)
    _told: bool = False

    @property
    def newest(self) -> tuple[Alarm, ...]:
        """The alarms that are to be told."""
        return tuple(self.alarms[len(self.alarms) - self.untold:])

    @property
    def to_record(self) -> tuple[Alarm, ...]:
        """The alarms that the store may not have."""
        return tuple(self.alarms[len(self.alarms) - max(self.untold, self.unrecorded):])

    def tell(self) -> None:
        """The newest alarms are on their way."""
        self._told = True

    def heard(self) -> bool:
        """Whoever asks again has heard what was told before; whether there was something."""
        some = self._told and self.untold > 0
        self.untold, self._told = (0 if self._told else self.untold), False
        return some

    def sound(self, alarms: Sequence[Alarm], track: Track) -> None:
        """Alarms of lines that are looked at after every row."""
        labels = {track.windows.label(index): index for index in track.tallies} if alarms else {}
        for alarm in alarms:
            self._add(alarm, labels.get(alarm.window, track.forgotten))

    def judged(self, track: Track, index: int, window: Window) -> None:
        """A window was judged: its alarms sound, and what it shows to be met ends an alarm of before."""
        rows = sum(number for one, number in track.tallies.rows.items() if one <= index)
        for verdict in window.alarms:
            self._add(Alarm(verdict.name, str(verdict.requirement), rows, "", window.label, about_of(verdict)), index)
        for verdict in window.verdicts:
            self.newest_verdicts[verdict.name] = window.label, verdict
            if verdict.verdict is Finding.MET and index > self.open.get(verdict.name, (index,))[0]:
                del self.open[verdict.name]

    def checked(self, track: Track, on: datetime.date) -> None:
        """Labels came: what the estimates of the newest window are since."""
        there = [index for index in track.judged if index in track.tallies]
        if there and track.examination.estimates:
            window = only(track.judge(max(there), on), track.examination.estimates)
            self.newest_verdicts |= {one.name: (window.label, one) for one in window.verdicts}

    def states(self) -> dict[str, State]:
        """How each line stands that was judged, or that sounds."""
        names = dict.fromkeys([*self.newest_verdicts, *self.open])
        return {name: self._state(name) for name in names}

    def described(self) -> dict[str, Any]:
        """As plain data; verdicts are found again from their tallies."""
        return {"alarms": [asdict(alarm) for alarm in self.alarms], "untold": self.untold,
                "unrecorded": self.unrecorded, "open": {name: list(since) for name, since in self.open.items()}}

    @classmethod
    def restored(cls, told: Mapping[str, Any], tracks: Sequence[Track], anew: Collection[str], on: datetime.date,
                 ) -> Self:
        """Go on from what `described` told; alarms of lines that begin ``anew``, or are gone, are of another life."""
        names = {line.name for track in tracks for line in track.examination.requirements} - {*anew}
        alarms = [Alarm(**alarm) for alarm in told["alarms"]]
        untold, unrecorded = (sum(alarm.name in names for alarm in alarms[len(alarms) - told[what]:])
                              for what in ("untold", "unrecorded"))
        made = cls([alarm for alarm in alarms if alarm.name in names], untold, unrecorded,
                   {name: (index, since, about) for name, (index, since, about) in told["open"].items()
                    if name in names})
        for track in tracks:
            there = [index for index in track.judged if index in track.tallies]
            if there:
                window = track.judge(max(there), on)
                made.newest_verdicts |= {one.name: (window.label, one) for one in window.verdicts}
        return made

    def _add(self, alarm: Alarm, index: int) -> None:
        before = self.open.get(alarm.name, (index, "", ""))
        alarm = replace(alarm, since=before[1])
        self.alarms = [*self.alarms, alarm][-REMEMBERED:]
        self.untold = min(self.untold + 1, len(self.alarms))
        self.unrecorded = min(self.unrecorded + (self.unrecorded > 0), len(self.alarms))
        self.open[alarm.name] = max(index, before[0]), alarm.since or when(alarm), alarm.about

    def _state(self, name: str) -> State:
        window, verdict = self.newest_verdicts.get(name, ("", None))
        if name in self.open:
            _, since, about = self.open[name]
            return State("alarm", since, verdict, window, about)
        undecided = verdict is None or verdict.verdict is Finding.UNDECIDED
        return State("undecided" if undecided else "quiet", "", verdict, window)


def when(alarm: Alarm) -> str:
    """The time of an alarm, else its row."""
    return alarm.at or f"row {alarm.row:,}"


def gone_on(alarms: Sequence[Alarm], windows: Sequence[Windowed]) -> list[Alarm]:
    """The alarms of a log that was read at once, and since when each goes on: no window in between was met."""
    places = {window.label: place for place, window in enumerate(windows)}
    met = {(verdict.name, place) for place, window in enumerate(windows) for verdict in window.verdicts
           if verdict.verdict is Finding.MET}
    before: dict[str, tuple[int, str]] = {}
    found = []
    for alarm in sorted(alarms, key=lambda alarm: (places[alarm.window], alarm.row)):
        place, (last, since) = places[alarm.window], before.get(alarm.name, (0, ""))
        since = "" if any((alarm.name, one) in met for one in range(last + 1, place)) else since
        found.append(replace(alarm, since=since))
        before[alarm.name] = place, since or when(alarm)
    return found


def told_of(alarm: Alarm) -> dict[str, Any]:
    """An alarm as plain data."""
    return asdict(alarm)


def of_window(window: Window, sounding: Sequence[str] = ()) -> dict[str, Any]:
    """A window that was judged, as plain data; ``sounding``: the lines that raised an alarm in it."""
    names = dict.fromkeys([*(one.name for one in window.alarms), *sounding])
    return {"window": window.label, "rows": window.rows, "labelled": window.labelled,
            "verdicts": [json.of_verdict(one) for one in window.verdicts], "alarms": list(names)}


def of_life(life: Life, index: int, names: Collection[str]) -> dict[str, dict[str, Any]]:
    """What is known of the whole life of some lines until a window, by name, as plain data; else why nothing is."""
    return of_spans((life.spans(index), life.heard(index), life.unspanned), life.windows.label(index), names)


def of_spans(known: tuple[Iterable[Span], Iterable[Heard], Mapping[str, str]], window: str,
             names: Collection[str]) -> dict[str, dict[str, Any]]:
    """The same of what is known of a life: its spans, what its alarms hear, and why there are none."""
    spans, heard, unspanned = known
    found: dict[str, dict[str, Any]] = {name: {"why": why} for name, why in unspanned.items() if name in names}
    for span in spans:
        if span.window == window and span.name in names:
            told = json.of_span(span)
            found[span.name] = {key: told[key] for key in ("value", "low", "high", "n", "about")}
    for one in heard:
        if one.window == window and one.name in names:
            told = json.of_heard(one)
            also = found.setdefault(one.name, {}).setdefault("heard", [])
            also.append({key: told[key] for key in told if key not in ("name", "window")})
    return found


def about_of(verdict: Verdict) -> str:
    """The group, or the pair, that sets the value."""
    worst = [", ".join(f"{name} = {value}" for name, value in group) for group in verdict.deciding.worst]
    return " against ".join(one for one in worst if one) or "all rows"
