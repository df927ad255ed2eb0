"""Some lines on their way through a log that grows: the windows that are open, and those that are judged.

A watch has one track, or two where labels come later: lines that need none follow the rows as they come, lines that
need some follow the same rows when their labels are there, or will not come any more.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pyarrow as pa

from shall.core.alarm import Alarm
from shall.core.evidence import Evidence
from shall.core.refuted import Refuted
from shall.core.verdict import Finding, Verdict, decide
from shall.phases.measuring import Examination, Judged, judge
from shall.phases.watch import Folding, Window, judge_window, with_previous
from shall.phases.watching.life import Life
from shall.phases.watching.newest import BACK, Newest
from shall.phases.watching.windows import NO_TIME, Allowed, Windows
from shall.tally import Tally

ROWS, LABELS = "rows", "labels"
KEPT: Final = 1000                          # windows that are judged and can still be shown
Load = Callable[[str], bytes]


@dataclass(eq=False)
class Tallies(MutableMapping[int, Tally]):
    """Tallies by window, loaded when they are asked for.

    ``names``: what those are called that are kept, ``rows``: how many each window has, ``labelled``: how many of these
    have a label, as far as somebody asked; ``changed``: those to keep.
    """

    load: Callable[[str], Tally]
    names: dict[int, str] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    labelled: dict[int, int] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    _there: dict[int, Tally] = field(default_factory=dict)

    def __getitem__(self, window: int) -> Tally:
        if window not in self._there:
            self._there[window] = self.load(self.names[window])
        return self._there[window]

    def __setitem__(self, window: int, tally: Tally) -> None:
        self._there[window], self.rows[window] = tally, tally.rows
        self.labelled.pop(window, None)
        self.changed.add(window)

    def __delitem__(self, window: int) -> None:
        del self.rows[window]
        self._there.pop(window, None)
        self.labelled.pop(window, None)
        self.names.pop(window, None)
        self.changed.discard(window)

    def __contains__(self, window: object) -> bool:
        return window in self.rows

    def __iter__(self) -> Iterator[int]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def with_labels(self, window: int) -> int:
        """How many rows of a window have a label."""
        if window not in self.labelled:
            self.labelled[window] = self[window].labelled or 0
        return self.labelled[window]

    def rest(self, window: int) -> None:
        """Let go of one that is kept, until it is asked for again."""
        if window not in self.changed:
            self._there.pop(window, None)


class Track:
    """See above. ``name``: `ROWS`, or `LABELS`, whose rows wait for them; ``references``: what lines are compared with.
    ``labels``: the track that has the labels by which estimates are checked; its own, where no other is named.
    ``silent``: its windows are judged, and raise no alarm.
    """

    def __init__(self, name: str, examination: Examination, windows: Windows, allowed: Allowed,
                 references: Mapping[str, Tally], labels: Track | None = None, *, silent: bool = False) -> None:
        self._labels, self.checks = labels or self, False    # whether estimates are checked by its labels
        self._labels.checks |= bool(examination.estimates)
        self.name, self.examination, self._references = name, examination, references
        self.windows, self._allowed = windows, allowed
        self._places = range(0 if silent else len(examination.requirements))
        self.life = Life.of(examination, self._places, allowed, windows)
        self.folding = Folding(examination, windows, self.life)
        self.judged: set[int] = set()
        self.forgotten = NO_TIME                            # the newest window that is not kept any more
        self.behind: dict[int, tuple[int, list[str]]] = {}  # windows judged before some lines were changed: when, which
        self.vouched: dict[int, dict[str, str]] = {}        # estimates that were judged before labels of their window
        self._found: dict[int, Window] = {}                 # what was judged since rows came last
        self._found_at: tuple[object, ...] = ()
        self.use(_nothing, {}, {})

    @property
    def waits(self) -> bool:
        """Whether its rows wait for their labels."""
        return self.name == LABELS

    def fold(self, batch: pa.RecordBatch) -> None:
        """Count and look at some rows."""
        self.folding.fold(batch)

    @property
    def keys(self) -> dict[str, str]:
        """By name, what tells each line from one that says something else."""
        return {line.name: self.life.key(place) for place, line in enumerate(self.examination.requirements)}

    def sounding(self, on: datetime.date) -> list[Alarm]:
        """The alarms of lines that are looked at after every row since it was last asked; not of those waived."""
        found, self.life.alarms = self.life.alarms, []
        waived = self._waived(on)
        return [alarm for alarm in found if alarm.name not in waived]

    def over(self, now: float, rows: Track) -> list[int]:
        """The windows that are over and not judged yet; ``now``: seconds since 1970, ``rows``: who hears every row."""
        late, over = {*self.incomplete(rows)}, self.windows.is_over
        return sorted(one for one, number in self.tallies.rows.items() if one not in self.judged and one not in late
                      and one > self.forgotten and over(one, now, max(rows.tallies), number))

    def incomplete(self, rows: Track) -> list[int]:
        """The windows of which some rows wait for their labels; ``rows``: who hears every row at once."""
        return sorted(one for one, number in rows.tallies.rows.items()
                      if one not in self.judged and one > self.forgotten and self.tallies.rows.get(one, 0) < number)

    def judge(self, index: int, on: datetime.date) -> Window:
        """What its lines find in a window; its alarms are those that are looked at window by window."""
        here = on, self.forgotten, self.folding.rows, self._labels.folding.rows
        if here != self._found_at:
            self._found, self._found_at = {}, here
        if index not in self._found:
            self._found[index] = self._judge(index, on)
        return self._found[index]

    def _judge(self, index: int, on: datetime.date) -> Window:
        tally, waived = self.tallies[index], self._waived(on)
        counted = Judged(tally, with_previous(self._references, self.tallies, index), self._newest(index))
        by_window = [place for place, line in enumerate(self.examination.requirements) if line.name in
                     self.life.by_window and line.name not in waived]
        looks = self.life.looks(index) if by_window else 1
        verdicts, careful = judge_window(self.examination, counted, on, looks)
        alarms = tuple(careful[place] for place in by_window if careful[place].verdict is Finding.BROKEN)
        return Window(self.windows.label(index), tally.rows, tally.labelled, verdicts, alarms, tally.chosen)

    def settle(self, index: int) -> None:
        """A window was judged for good."""
        self.judged.add(index)
        older = sorted(self.judged)[:-KEPT]
        needed = {*self._with_labels()[:BACK]} if older and self.checks else set[int]()
        for old in (one for one in older if one not in needed):
            del self.tallies[old]
            self.judged.discard(old)
            self.behind.pop(old, None)
            self.vouched.pop(old, None)
            self.life.forget(old)
            self.forgotten = max(self.forgotten, old)

    def vouch(self, index: int, window: Window) -> None:
        """Remember which estimates of a window were decided, until its own labels are there."""
        if self._labels is not self and index not in self._labels.judged:
            said = {one.name: str(one.verdict) for one in window.verdicts
                    if one.name in self.examination.estimates and one.verdict in (Finding.MET, Finding.BROKEN)}
            self.vouched[index] = {**self.vouched.get(index, {}), **said}

    def refuted(self, index: int, on: datetime.date) -> list[Refuted]:
        """The estimates of a window that were decided before its labels were there, and that these refute."""
        said = self.vouched.get(index, {})
        if not said or index not in self.tallies:
            return []
        return [Refuted(one.name, said[one.name], one.deciding.reason) for one in self.judge(index, on).verdicts
                if one.name in said and one.verdict is Finding.UNDECIDED]

    def unsaid(self, on: datetime.date, why: str) -> tuple[Verdict, ...]:
        """In the place of verdicts, where nothing can be said yet."""
        nothing = judge(self.examination, Tally.zero(self.examination.plan), self._references, on=on, phase="watch")
        return tuple(decide(one.requirement, [_unsaid(part, why) for part in one.evidence], on, "watch")
                     for one in nothing)

    def described(self) -> dict[str, Any]:
        """As plain data, besides its tallies and the units that were heard."""
        if self.checks:
            for index in self.tallies.changed:
                self.tallies.with_labels(index)
        return {"plan": self.examination.plan.digest, "rows": self.folding.rows, "life": self.life.described(),
                "vouched": [[index, said] for index, said in sorted(self.vouched.items())],
                "labelled": sorted(self.tallies.labelled.items()),
                "judged": sorted(self.judged), "forgotten": self.forgotten,
                "size": str(self.windows), "lines": self.keys,
                "behind": [[index, since, names] for index, (since, names) in self.behind.items()],
                "windows": [[index, name, self.tallies.rows[index]]
                            for index, name in sorted(self.tallies.names.items())]}

    def changed(self, told: Mapping[str, Any]) -> list[str]:
        """The lines that are not among those of what `described` told."""
        outgrown = self.life.outgrown(told["life"])
        return [name for name, key in self.keys.items() if told["lines"].get(name) != key or key in outgrown]

    def restored(self, told: Mapping[str, Any], load: Load, fresh: Sequence[str]) -> bool:
        """Go on from what `described` told; whether its windows can be read. ``fresh``: the lines that begin anew.

        Where they cannot, since the file has changed, they are to be counted again: `again`. The windows that were
        judged before, of the same size, are to be judged by the fresh lines.
        """
        self.folding.rows = told["rows"]
        self.life.restored(told["life"])
        self.judged, self.forgotten = set(told["judged"]), told["forgotten"]
        same: bool = told["plan"] == self.examination.plan.digest
        known = told["windows"] if same else []
        self.use(load, {index: name for index, name, _ in known}, {index: rows for index, _, rows in known})
        self.tallies.labelled |= dict(told.get("labelled", ()) if same else ())
        self.vouched = dict(told.get("vouched", ()))
        self._fall_behind(told, fresh)
        return same

    def use(self, load: Load, names: dict[int, str], rows: dict[int, int]) -> None:
        """Read tallies by ``load``; ``names`` and ``rows``: of those that are kept, by window."""
        plan = self.examination.plan
        self.tallies = Tallies(lambda name: Tally.from_bytes(load(name), plan), names, rows)
        self.folding.tallies = self.tallies

    def again(self, fresh: Sequence[str], batches: Iterable[pa.RecordBatch], *, counts: bool) -> None:
        """Read what was read before: the ``fresh`` lines hear it; ``counts``: the windows are counted too."""
        hear = {*fresh, *self.life.by_window}       # the latter for what their windows may spend
        places = [place for place in self._places if self.examination.requirements[place].name in hear]
        life = Life.of(self.examination, places, self._allowed, self.windows)
        again = Folding(self.examination, self.windows, life)
        again.tallies = self.tallies
        for batch in batches:
            _ = again.fold(batch) if counts else again.look(batch)
        self.life.join(life)

    def _with_labels(self) -> list[int]:
        """The windows of which some rows have a label, the newest first."""
        return [one for one in sorted(self.tallies, reverse=True) if self.tallies.with_labels(one)]

    def _newest(self, index: int) -> Newest | None:
        """The labels by which its estimates are checked."""
        if not self.examination.estimates:
            return None
        of = self._labels
        return Newest(of.tallies, of.tallies.with_labels, index, self.windows, of.examination.plan)

    def _fall_behind(self, told: Mapping[str, Any], fresh: Sequence[str]) -> None:
        names = {line.name for line in self.examination.requirements}
        self.behind = {index: (since, kept) for index, since, some in told["behind"]
                       if (kept := [name for name in some if name in names])}
        for index in self.judged if fresh else ():
            _, before = self.behind.get(index, (0, []))
            self.behind[index] = told["rows"], list(dict.fromkeys([*before, *fresh]))

    def _waived(self, on: datetime.date) -> set[str]:
        return {line.name for line in self.examination.requirements if line.waive is not None and line.waive.holds(on)}


def _nothing(name: str) -> bytes:
    raise KeyError(name)


def _unsaid(part: Evidence, why: str) -> Evidence:
    return replace(part, reason=why, settles="")
