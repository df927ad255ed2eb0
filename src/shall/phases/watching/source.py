"""The rows of a log that grows, from where a track stopped, with labels that come later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shall.adapters.growing import Done, Growing, Part
from shall.adapters.joined import EVIDENCE
from shall.adapters.late import LateLabels
from shall.core.log import Binding
from shall.phases.watching.held import Held, Lane, held_up
from shall.phases.watching.track import Track
from shall.phases.watching.windows import NO_TIME, seconds_of

JOINED: Final = 2**18                       # rows that find their labels at once


class Sampled(Exception):
    """Rows of a log count for their weight, and it was read as if each counted once."""


class Some(NamedTuple):
    """Rows that a track hears now: ``read`` of the part, of which ``rows`` are of the model that is watched."""

    rows: pa.RecordBatch
    read: int
    stopped: bool                           # the next row waits for its label


@dataclass(eq=False)
class Source:
    """``matured``: seconds that a label may take; ``model``: the column that names the model of a row, where there is
    one; ``rows_of``: the model whose rows alone are watched, and those of all are where it is empty; ``weight``: the
    column of weights, where they have to be 1; ``unlabelled``: the column of labels that the log has not, and nobody
    sends."""

    log: Growing
    late: LateLabels | None
    binding: Binding
    matured: float | None = None
    model: str = ""
    rows_of: str = ""
    weight: str = ""
    unlabelled: str = ""
    models: set[str] = field(default_factory=set)       # whose rows were read, where those of all are watched

    def look(self, dones: Sequence[Done]) -> list[str]:
        """Take in what is there now. The labels come first: each finds its row."""
        if self.late is not None:
            self.late.look()
        return self.log.look(dones)

    def advance(self, track: Track, done: Done, now: float, at_once: int) -> Iterator[int]:
        """Fold all rows that a track may hear now, so many ``at_once``; yields after each step how many were read."""
        blocked: set[str] = set()
        for part, before in self.log.rest(done):
            read, stopped = before, False
            if part.lane in blocked:
                continue
            for some in self._some(track, part, read, (now, at_once)):
                read, stopped = read + some.read, some.stopped
                if some.read:
                    track.fold(some.rows)
                    done[part.key] = self.log.read(part, read, False)
                    yield some.read
                if stopped:
                    blocked.add(part.lane)
                    break
            if not stopped:
                done[part.key] = self.log.read(part, read, True)

    def before(self, track: Track, done: Done) -> Iterator[pa.RecordBatch]:
        """What a track has heard so far, as far as it is still there, with the labels of now."""
        for batch in self.log.before(done, self._columns(track)):
            yield self._own(self._joined(batch))

    def backlog(self, track: Track, done: Done, now: float) -> tuple[dict[int, tuple[int, int]], Held | None]:
        """By window: the rows that wait for a label, and how many of them have one. For windows by time. And which of
        them are held up."""
        columns = self._columns(track, self.binding.column("time") or "")
        found: dict[int, tuple[int, int]] = {}
        lanes: dict[str, Lane] = {}
        with nullcontext() if self.late is None else self.late.only_used():
            for part, before in self.log.rest(done):
                lane = lanes.setdefault(part.lane, Lane(self.matured or 0.0))
                for batch in self.log.batches(part, before, columns):
                    own = self._own(self._joined(batch))
                    self._add(found, track, own)
                    self._hold_up(lane, own, now)
        return found, held_up([*lanes.values()])

    def _hold_up(self, lane: Lane, batch: pa.RecordBatch, now: float) -> None:
        moment, label = (self.binding.column(role) for role in ("time", "label"))
        assert moment is not None and label is not None
        ids = None if self.late is None or (self.rows_of and self.late.on not in EVIDENCE) else batch.column(
            self.late.on)                   # an id of a service's own rows is not for those who run it
        lane.add(~self._ripe(batch, now), _known(batch.column(label)), seconds_of(batch.column(moment)),
                 lambda place: "" if ids is None else str(ids[place].as_py()))

    def _add(self, found: dict[int, tuple[int, int]], track: Track, batch: pa.RecordBatch) -> None:
        moments, label = (self.binding.column(role) for role in ("time", "label"))
        assert moments is not None and label is not None
        index = track.windows.index(batch.num_rows, 0, batch.column(moments))
        known = _known(batch.column(label))
        windows, place, rows = np.unique(index, return_inverse=True, return_counts=True)
        labelled = np.bincount(place, known, len(windows)).astype(np.int64)
        for window, number, has in zip(windows.tolist(), rows.tolist(), labelled.tolist(), strict=True):
            had = found.get(window, (0, 0))
            found[window] = had[0] + number, had[1] + has

    def _some(self, track: Track, part: Part, start: int, step: tuple[float, int]) -> Iterator[Some]:
        now, at_once = step
        for batch in pieces(self.log.batches(part, start, self._columns(track)), JOINED):
            self._hold_weights(batch)
            if self.model and not self.rows_of:
                self.models |= {*pc.unique(batch.column(self.model)).to_pylist()}
            if track.waits and not self._ripe(self._joined(batch.slice(0, 1), True), now)[0]:
                yield Some(batch.slice(0, 0), 0, True)      # most looks end here, and need no join
                return
            whole = self._joined(batch)
            waiting = np.flatnonzero(~self._ripe(whole, now)) if track.waits else np.zeros(0)
            ripe = int(waiting[0]) if len(waiting) else whole.num_rows
            for some in pieces(iter([whole.slice(0, ripe)]), at_once):
                yield Some(self._own(some), some.num_rows, False)
            if ripe < whole.num_rows:
                yield Some(whole.slice(0, 0), 0, True)

    def _columns(self, track: Track, *only: str) -> list[str]:
        binding = self.binding
        wanted = [*(only or track.folding.columns), self.model, self.weight if not only else ""]
        if track.waits:
            wanted += [binding.column("time") or "", binding.column("label") or ""]
        if self.late is not None and self.late.label in wanted:
            wanted = [*(name for name in wanted if name != self.late.label), self.late.on]
        return [name for name in dict.fromkeys(wanted) if name and name != self.unlabelled]

    def _joined(self, batch: pa.RecordBatch, single: bool = False) -> pa.RecordBatch:
        """With the labels of now; of a ``single`` row without a table of all labels being made."""
        if self.unlabelled:
            return batch.append_column(self.unlabelled, pa.nulls(batch.num_rows, pa.string()))
        if self.late is None or self.late.on not in batch.schema.names:
            return batch
        find = self.late.of_one if single else self.late.of
        return batch.append_column(self.late.label, find(batch.column(self.late.on), self.log.name))

    def _ripe(self, batch: pa.RecordBatch, now: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Whether a row has its label, or is so old that it will have none; rows of others do not hold it up."""
        moment, label = (self.binding.column(role) for role in ("time", "label"))
        assert moment is not None and label is not None and self.matured is not None
        seconds = seconds_of(batch.column(moment))
        ripe: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = _known(batch.column(label)) | (seconds == NO_TIME) | (
            seconds <= now - self.matured)
        return ripe if not self.rows_of else ripe | ~self._is_own(batch)

    def _own(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows of the model that is watched."""
        return batch.filter(pa.array(self._is_own(batch))) if self.rows_of else batch

    def _is_own(self, batch: pa.RecordBatch) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        named = pc.equal(batch.column(self.model).cast(pa.string()), self.rows_of)
        return np.asarray(pc.fill_null(named, False).to_numpy(zero_copy_only=False))

    def _hold_weights(self, batch: pa.RecordBatch) -> None:
        if self.weight and pc.any(pc.not_equal(batch.column(self.weight), 1.0)).as_py():
            raise Sampled


def pieces(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """The same rows, at most so many at a time."""
    for batch in batches:
        yield from (batch.slice(start, rows) for start in range(0, batch.num_rows, rows))


def _known(labels: pa.Array) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    missing = pc.is_null(labels, nan_is_null=pa.types.is_floating(labels.type))
    return ~np.asarray(missing.to_numpy(zero_copy_only=False))
