"""Frames: what is whole is read, what is not is told as torn or as damaged."""

from __future__ import annotations

import itertools
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shall.journal import frames
from shall.journal.frames import HEAD, MAGIC, START, Reading, framed, read, scanned


def journal(payloads: list[bytes]) -> tuple[bytes, list[int]]:
    """The bytes of some frames one after another, and where each ends."""
    content, digest, ends = b"", START, []
    for number, payload in enumerate(payloads):
        frame, digest = framed(digest, 1, number, payload)
        content += frame
        ends.append(len(content))
    return content, ends


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=8))
def test_what_was_framed_is_read(payloads: list[bytes]) -> None:
    found = read(journal(payloads)[0])
    assert [frame.payload for frame in found.frames] == payloads
    assert [frame.first for frame in found.frames] == [*range(len(payloads))]
    assert (found.torn, found.again) == (0, None)


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=5), st.data())
def test_a_cut_at_any_byte_leaves_the_frames_before_it(payloads: list[bytes], data: st.DataObject) -> None:
    content, ends = journal(payloads)
    cut = data.draw(st.integers(0, len(content)))
    found = read(content[:cut])
    whole = sum(end <= cut for end in ends)
    assert [frame.payload for frame in found.frames] == payloads[:whole]
    assert found.again is None and found.end + found.torn == cut


@given(st.lists(st.binary(max_size=60), min_size=2, max_size=5), st.data())
def test_a_flipped_bit_ends_it_there_and_later_frames_tell_damage(payloads: list[bytes], data: st.DataObject) -> None:
    content, ends = journal(payloads)
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    damaged = bytearray(content)
    damaged[bit // 8] ^= 1 << bit % 8
    found = read(bytes(damaged))
    hit = sum(end <= bit // 8 for end in ends)
    assert [frame.payload for frame in found.frames] == payloads[:hit]
    assert found.again == (ends[hit] if hit < len(payloads) - 1 else None)
    assert [frame.payload for frame in scanned(bytes(damaged), found.end)] == payloads[hit + 1:]


@pytest.mark.parametrize("order", [one for one in itertools.permutations(range(3)) if one != (0, 1, 2)])
def test_frames_in_another_order_or_twice_are_not_given_out(order: tuple[int, ...]) -> None:
    content, ends = journal([b"a", b"b", b"c"])
    parts = [content[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
    found = read(b"".join(parts[place] for place in order))
    right = next(place for place, one in enumerate(order) if one != place)
    assert len(found.frames) == right and found.again is not None
    assert len(read(content + parts[-1]).frames) == 3 and read(content + parts[-1]).again == len(content)


def test_the_magic_word_in_a_payload_misleads_nobody() -> None:
    content, ends = journal([MAGIC * 40, MAGIC + bytes(HEAD.size), b"end"])
    found = read(content)
    assert len(found.frames) == 3 and found.again is None
    torn = read(content[:ends[1] - 1])
    assert len(torn.frames) == 1 and torn.again is None


def test_a_length_beyond_the_file_asks_for_no_memory() -> None:
    head = HEAD.pack(MAGIC, 0, 2**32 - 1, 1, 1, bytes(32))
    assert read(head) == frames.Content((), 0, HEAD.size, None)


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=5), st.data())
def test_one_at_a_time_is_what_is_read_at_once(payloads: list[bytes], data: st.DataObject) -> None:
    """Whole, cut, or with a flipped byte."""
    content, _ = journal(payloads)
    changed = bytearray(content[:data.draw(st.integers(0, len(content)))])
    if changed and data.draw(st.booleans()):
        changed[data.draw(st.integers(0, len(changed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    wanted = read(bytes(changed))
    with tempfile.TemporaryFile() as file:
        file.write(changed)
        file.flush()
        reading = Reading(file)
        assert tuple(reading) == wanted.frames
        assert (reading.end, reading.again, reading.digest) == (wanted.end, wanted.again, wanted.digest)
    if wanted.frames:
        assert (reading.first, reading.last) == (wanted.frames[0].first, wanted.frames[-1].first)
