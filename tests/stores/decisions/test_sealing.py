"""Sealing takes memory, and gives it back: a server that seals for years stays as large as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SEALER = Path(__file__).with_name("sealer.py")
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads its memory in /proc")


def sealed(folder: Path, rows: int, segments: int, what: str) -> list[float]:
    """MB that are resident, or held, after each of two small segments, and after each of the others."""
    command = [sys.executable, str(SEALER), str(folder), str(rows), str(segments), what]
    return [float(one) for one in subprocess.check_output(command, text=True, timeout=300).split()]


def test_what_a_segment_takes_is_given_back(tmp_path: Path) -> None:
    _, small, *large = sealed(tmp_path / "income", 32_768, 3, "resident")
    print(small, large)
    assert max(large) - small < 15          # 60 and more where Arrow and malloc keep the most that they had
    assert large[-1] - large[0] < 4


@pytest.mark.slow
def test_memory_stays_while_many_segments_are_sealed(tmp_path: Path) -> None:
    _, small, *large = sealed(tmp_path / "income", 65_536, 20, "held")
    print(small, large)
    assert max(large) - small < 15
    assert max(large[10:]) - max(large[:5]) < 2
