"""`Watching`: a watch that goes on where it stopped, and counts nothing twice."""

from __future__ import annotations

import datetime
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Self

from shall.adapters.decisions import mixed
from shall.adapters.growing import Done
from shall.api.life.beginning import MATURED, Asked, Begun, begin, no_rows
from shall.api.life.looked import Looked, Waiting, held_up
from shall.api.life.recording import Recording, key_of
from shall.api.life.resuming import keep, life_of, restore
from shall.api.life.standing import Standing, of_life, of_window
from shall.core.alarm import Alarm
from shall.core.errors import StoreError
from shall.core.heard import Heard
from shall.core.refuted import Refuted
from shall.core.span import Span
from shall.core.store import Store
from shall.phases.watch import Window, only
from shall.phases.watching.source import Sampled
from shall.phases.watching.track import Track
from shall.phases.watching.windows import Windows
from shall.stores.watching import Watched, WatchFolder

SHARE: Final = 20.0                         # of the time that counting what waits takes, until it is counted again
PATIENCE: Final = 2.0                       # seconds that a close waits for a look
DAY: Final = 86_400.0                       # seconds until it is noted again that rows are held up
COMMIT: Final = 2**19                       # rows after which the state is kept, while many are read


class Watching:
    """One log, one file, one life. For one thread at a time; use it as a context, or call `close`.

    ``state`` is the folder that keeps how far it came, None where nothing is kept. A process that is killed at any
    instant goes on where the last commit was: what was read after it is read again, and nothing is counted twice.
    ``rest``: seconds from a commit to the next, of looks that only read rows; what one finds is kept at once.
    Windows of each further size are a watch of their own, in a folder within that of this one, and raise no alarm.
    StoreError where another process has the folder.
    """

    def __init__(self, asked: Asked, state: Path | None = None, *, subject: str = "", store: Store | None = None,
                 afresh: bool = False, clock: Callable[[], float] = time.time, commit: int = COMMIT,
                 at_once: int = COMMIT, rest: float = 0.0) -> None:
        self.asked, self.subject = asked, subject or asked.file.subject.name
        self._records, self._clock, self.commit, self.at_once = Recording(store, self.subject), clock, commit, at_once
        self.rest, self._kept = rest, -math.inf         # when it was kept last
        self._behind = False                            # whether rows were read since
        self.ending: Callable[[], bool] = lambda: False     # asked between steps: whether the rest is for the next look
        self._busy = threading.Lock()
        self._folder = None if state is None else WatchFolder(state)
        self._begun: Begun | None = None
        self._weighted = False
        self._done: dict[str, Done] = {}
        self._anew: list[str] = []                      # what is to be said once: lines that begin anew
        self._said: list[str] = []                      # what went wrong at this look
        self._empty = ""                                # that there is no row yet, as it was said
        self._others: list[str] = []                    # what was not as it was read, as of the newest look
        self._late: set[int] = set()                    # windows that got rows after they were judged, as it was said
        self._mixed: list[str] = []                     # whose rows are taken together, as it was said
        self.ahead = ""                                 # that a row is of a time which is still to come, as it was said
        self._unkept = False                            # whether the disk did not take the newest state
        self._waiting: dict[int, Waiting] = {}
        self.held = ""                                  # which rows wait behind one without a label, as of `waiting`
        self._noted = -math.inf                         # when that was noted last
        self._rested = -math.inf                        # until when what waits is not counted again
        self.standing = Standing()
        if afresh and self._folder is not None:
            self._folder.forget()
        self.further = tuple(self._of_size(one, state, afresh) for one in asked.further)
        self._beside: list[Looked] = []                 # what these found, until it is told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The lines that follow the rows as they come, and perhaps those that wait for labels."""
        return () if self._begun is None else self._begun.tracks

    @property
    def notes(self) -> tuple[str, ...]:
        """How the rows are read."""
        return () if self._begun is None else (*self._begun.notes, *self._mixed, *self._others)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Which other data cannot be compared with here, and why: lines against them are undecided."""
        return () if self._begun is None else self._begun.lacking

    @property
    def by_window(self) -> Mapping[str, str]:
        """Why each line that is not looked at after every row is not."""
        return {name: why for track in self.tracks for name, why in track.life.by_window.items()}

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """The alarms so far of lines that are looked at after every row, in the order of the rows."""
        found = (alarm for alarm in self.standing.alarms if alarm.name not in self.by_window)
        return tuple(sorted(found, key=lambda alarm: alarm.row))

    @property
    def spans(self) -> tuple[Span, ...]:
        """What is known of the whole life until each window."""
        return tuple(span for track in self.tracks for span in track.life.spans())

    @property
    def unspanned(self) -> Mapping[str, str]:
        """Why nothing is said of the whole life of the other lines."""
        return {name: why for track in self.tracks for name, why in track.life.unspanned.items()}

    @property
    def heard(self) -> tuple[Heard, ...]:
        """Where an alarm hears another quantity than the value of a window."""
        return tuple(one for track in self.tracks for one in track.life.heard())

    @property
    def settled(self) -> tuple[str, ...]:
        """The windows that were judged, also by the lines that need labels."""
        judged = (track.judged for track in self.tracks)
        return tuple(self.asked.windows.label(one) for one in sorted(set.intersection(*judged) if self.tracks else ()))

    @property
    def life(self) -> str:
        """What tells this life from one under other lines."""
        return life_of(self.subject, self.asked, self._begun)

    def look(self, on: datetime.date | None = None) -> Looked:
        """Fold what came since the last look, and judge the windows that are over. What is found is kept before this
        returns, or a note says that it is not; rows that were only read, after the ``rest``.

        Raises ShallError where the log or the state cannot be read; the next look tries again.
        """
        day = on or datetime.date.today()
        for one in self.further:
            one.ending = self.ending
            self._beside.append(one.look(day))
        found, beside = self._own_look(day), tuple(self._beside)
        self._beside.clear()
        return found.beside(beside)

    def _own_look(self, day: datetime.date) -> Looked:
        """Without the windows of other sizes."""
        with self._busy:
            try:
                return self._look(day)
            except Sampled:
                self._begun, self._weighted = None, True
                self._anew.append("the log is sampled by now, so its rows count for their weight: what was looked at "
                                  "after every row begins anew, by window")
                return self._look(day)
            except BaseException:
                self._begun = None          # what was folded by half is not gone on from
                raise

    def waiting(self) -> dict[int, Waiting]:
        """The windows whose labels are still to come."""
        if self._begun is None or len(self.tracks) == 1:
            return {}
        matured = self.asked.file.watch.matured or MATURED
        rows, labels = self.tracks
        began = time.monotonic()
        backlog, behind = self._begun.source.backlog(labels, self._done[labels.name], self._clock())
        self.held = held_up(behind, matured)
        found = {}
        for index in labels.incomplete(rows):
            heard = labels.tallies.get(index)
            _, more = backlog.get(index, (0, 0)) if rows.windows.by_time else (0, 0)
            labelled = more + ((heard.labelled or 0) if heard is not None else 0)
            found[index] = Waiting(rows.windows.label(index), rows.tallies.rows[index], labelled)
        self._waiting, self._rested = found, time.monotonic() + SHARE * (time.monotonic() - began)
        return found

    def windows(self, on: datetime.date | None = None) -> tuple[Window, ...]:
        """Every window so far, also those that are not over; lines that wait for labels say so."""
        day, waiting = on or datetime.date.today(), self.waiting()
        every = sorted({index for track in self.tracks for index in track.tallies})
        return tuple(self._window(index, day, waiting.get(index)) for index in every)

    def close(self, heard: bool = True) -> None:
        """Let go of the folder; where what was told was ``heard``, it is not told again."""
        for one in self.further:
            one.close(heard)
        if self._folder is None or not self._busy.acquire(timeout=PATIENCE):
            return                          # another thread looks still: the folder is let go of with the process
        try:
            if self._begun is not None and heard and (self.standing.heard() or self._unkept):
                self._keep()
            elif self._begun is not None and self._behind:
                self._try_to_keep()
        finally:
            self._folder.close()
            self._busy.release()

    def _look(self, on: datetime.date) -> Looked:
        now = self._clock()
        if not self._ready():
            known, self._empty = self._empty, no_rows(self.asked.place, self.asked.rows_of)
            return Looked(at=now, notes=() if self._empty == known or self.asked.served else (self._empty,))
        assert self._begun is not None
        changed = self.standing.heard() or bool(self._anew)
        fresh, self._anew, self._said = self._anew, [], []
        before = self.tracks[0].folding.rows
        others, self._others = self._others, self._begun.source.look([self._done[track.name] for track in self.tracks])
        notes = [note for note in self._others if note not in others]
        for track in self.tracks:
            self._behind |= (some := self._advance(track, now, on))
            if some and track.waits:
                self.standing.checked(self.tracks[0], on)
        windows = self._judge(now, on)
        changed |= bool(windows or self.standing.untold) or any(one.tallies.changed & one.judged for one in self.tracks)
        if changed or self._unkept or (self._behind and time.monotonic() >= self._kept + self.rest):
            self._try_to_keep()
        self.standing.tell()
        waiting = self._waiting if time.monotonic() < self._rested else self.waiting()
        if len({track.folding.rows for track in self.tracks}) == 1:
            self.held = ""                  # every row was heard since it was counted
        ahead, self.ahead = self.ahead, next(filter(None, (track.life.ahead(now) for track in self.tracks)), "")
        fresh += [self.ahead] if self.ahead and not ahead else []
        held = [self.held] if self.held and now >= self._noted + DAY else []
        self._noted = now if held else self._noted
        total, told = self.tracks[0].folding.rows, (*fresh, *notes, *self._said, *self._records.taken(), *held)
        still = tuple(one for index, one in waiting.items() if index not in self.tracks[-1].judged)
        return Looked(windows, self.standing.newest, total - before, self.standing.states(), still, told, self.life,
                      total, now, self.held)

    def _advance(self, track: Track, now: float, on: datetime.date) -> bool:
        """Fold every row that a track may hear; whether there were some."""
        assert self._begun is not None
        since, some, late = 0, False, set[int]()
        for read in self._begun.source.advance(track, self._done[track.name], now, self.at_once):
            since, some = since + read, True
            self.standing.sound(track.sounding(on), track)
            late |= track.tallies.changed & track.judged
            if since >= self.commit:
                self._try_to_keep()
                since = 0
            if self.ending():
                break
        together = mixed(self._begun.source.models)
        if together and together not in self._mixed:
            self._mixed = [together]
            self._said.append(together)
        fresh = {index: f"rows of {track.windows.label(index)} came after it was judged: its figures have them, and "
                        "what was recorded of it stays" for index in sorted(late - {*self._late})}
        self._said += fresh.values()
        self._late |= {*fresh}
        return some

    def _judge(self, now: float, on: datetime.date) -> tuple[Window, ...]:
        """The windows that are over, each once; what is found is recorded before it counts as judged."""
        found: list[Window] = []
        for track in self.tracks:
            found += self._judge_again(track, on)
            for index in track.over(now, self.tracks[0]):
                refuted = self.tracks[0].refuted(index, on) if track.waits else []
                if track.examination.requirements or refuted:       # else its rows are counted, and nothing is asked
                    window = track.judge(index, on)
                    if not self._recorded(track, index, window, refuted=refuted):
                        break               # the next look judges it
                    self._found(track, index, window, refuted)
                    found += [window] if window.verdicts else []
                track.settle(index)
                if track.waits:
                    self.tracks[0].vouched.pop(index, None)
        self._records.alarms(self.standing, self.life)
        return tuple(found)

    def _judge_again(self, track: Track, on: datetime.date) -> Iterator[Window]:
        """The windows that were judged before some lines were changed, by those lines."""
        for index, (since, names) in sorted(track.behind.items()):
            window = only(track.judge(index, on), names)
            if not self._recorded(track, index, window, f" anew {since}"):
                return                      # the next look judges it
            self._found(track, index, window)
            del track.behind[index]
            yield window

    def _found(self, track: Track, index: int, window: Window, refuted: Sequence[Refuted] = ()) -> None:
        """What was recorded of a window counts as judged."""
        self.standing.judged(track, index, window)
        track.vouch(index, window)
        self._said += [one.told(window.label) for one in refuted]

    def _recorded(self, track: Track, index: int, window: Window, which: str = "", *,
                  refuted: Sequence[Refuted] = ()) -> bool:
        names = {one.name for one in window.verdicts}
        sounding = [one.name for one in self.standing.alarms if one.window == window.label and one.name in names]
        key = key_of(self.life, window.label, late=track.waits) + which
        body = {**of_window(window, sounding), "life": self.life}
        body |= {"size": str(self.asked.windows)} if self.asked.silent else {
            "whole_life": of_life(track.life, index, names)}
        body |= {"refuted": [one._asdict() for one in refuted]} if refuted else {}
        return self._records.verdicts(window.label, body, key)

    def _window(self, index: int, on: datetime.date, waiting: Waiting | None) -> Window:
        """A window with the verdicts of every line, in the order of the file; one that is not over has no alarm."""
        parts = [(track, track.judge(index, on)) for track in self.tracks
                 if index in track.tallies and not (waiting is not None and track.waits)]
        verdicts = {one.name: one for _, part in parts for one in part.verdicts}
        if waiting is not None:
            verdicts |= {one.name: one for track in self.tracks if track.waits
                         for one in track.unsaid(on, str(waiting))}
        alarms = tuple(one for track, part in parts if index in track.judged for one in part.alarms)
        (_, first), (_, last) = parts[0], parts[-1]
        order = [line.name for line in self.asked.file.requirements if line.name in verdicts]
        return Window(first.label, first.rows, last.labelled if waiting is None else waiting.labelled,
                      tuple(verdicts[name] for name in order), alarms, last.doubt)

    # What is kept.

    def _of_size(self, windows: Windows, state: Path | None, afresh: bool) -> Watching:
        """The watch of windows of another size: the same rows, read beside this one, without an alarm."""
        folder = None if state is None else state / str(windows).replace(" ", "-")
        return Watching(replace(self.asked, windows=windows, further=(), silent=True), folder, subject=self.subject,
                        store=self._records.store, afresh=afresh, clock=self._clock, commit=self.commit,
                        at_once=self.at_once, rest=self.rest)

    def _ready(self) -> bool:
        if self._begun is not None:
            return True
        told = None if self._folder is None else self._folder.state()
        self._weighted = self._weighted or bool(told and told["weighted"])
        begun = begin(self.asked, self._weighted, told is not None, known=told.get("columns", ()) if told else ())
        if begun is None:
            return False
        self._begun, self._done = begun, {track.name: {} for track in begun.tracks}
        self._waiting, self.held, self._rested, self._behind = {}, "", -math.inf, False
        self.standing = Standing()
        if self._folder is not None:
            for track in begun.tracks:
                track.use(self._folder.tally, {}, {})
        if told is not None:
            assert self._folder is not None
            self.standing = restore(told, self._folder, self.asked, begun, self._done, at_once=self.at_once,
                                    anew=self._anew)
        return True

    def _try_to_keep(self) -> None:
        """Where the disk takes nothing, the watch goes on in memory: what it finds is told, and kept later.

        A process that ends before reads the same rows again, and tells again what it finds in them.
        """
        try:
            self._keep()
        except Watched:
            raise
        except StoreError as error:
            self._unkept = True
            self._said += [] if str(error) in self._said else [str(error)]

    def _keep(self) -> None:
        assert self._begun is not None
        self._unkept, self._behind, self._kept = False, False, time.monotonic()
        keep(self._folder, self.asked, self._begun, self._done, self.standing)
