"""Boosters that others trained, as files: LightGBM's model text, XGBoost's JSON or UBJSON.

A file is read by our own reader, in a process of its own under limits: ``python -m shall.adapters.boosters`` takes
a path and limits, and answers on stdout by a letter and its content. B: the booster. E: what is wrong.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from shall.core.errors import DataError, InputError, ShallError
from shall.graph import booster
from shall.graph.booster import Booster
from shall.graph.boosters import lightgbm_text, xgboost_json

ENVIRONMENT: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
FORMATS: Final = "LightGBM's save_model (text) and XGBoost's save_model (JSON, UBJSON) are read"


@dataclass(frozen=True, slots=True)
class BoosterLimits:
    """Of the process that reads one booster."""

    size: int = booster.LARGEST             # bytes of the file
    memory: int = 8 * 2**30                 # bytes of address space, libraries included
    seconds: float = 600                      # of processor time, and of waiting


def open_booster(path: str | Path, limits: BoosterLimits | None = None) -> Booster:
    """The booster of a file; give it to `graph.predict_proba`, `predict` or `decision_function`.

    DataError for what is damaged, too large, or no booster; InputError where there is no file.
    """
    path, limits = Path(path), limits or BoosterLimits()
    if not path.is_file():
        raise InputError(f"there is no booster {path}")
    if (size := path.stat().st_size) > limits.size:
        raise DataError(f"{path} has {size:,} bytes, more than {limits.size:,}")
    try:
        ran = subprocess.run([sys.executable, "-m", "shall.adapters.boosters", str(path), json.dumps(asdict(limits))],
                             stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=limits.seconds,
                             env={**os.environ, **ENVIRONMENT})
    except subprocess.TimeoutExpired as error:
        raise DataError(f"{path} cannot be read: it takes more than {limits.seconds} s") from error
    letter, content = ran.stdout[:1], ran.stdout[1:]
    if ran.returncode or letter not in (b"B", b"E"):
        raise DataError(f"{path} cannot be read: the process that read it ended by {_ending(ran.returncode)}; the file "
                        "is damaged, or made to harm")
    if letter == b"E":
        raise DataError(f"{path} cannot be read: {content.decode(errors='replace')}")
    return booster.unpacked(content)


def read(content: bytes) -> Booster:
    """The booster of the bytes of a file, read here. DataError."""
    if lightgbm_text.takes(content):
        return lightgbm_text.read(content)
    if xgboost_json.takes(content):
        return xgboost_json.read(content)
    raise DataError(f"this is no booster that is known: {FORMATS}")


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"


def _hold(limits: BoosterLimits) -> None:
    import resource

    for what, most in ((resource.RLIMIT_AS, limits.memory), (resource.RLIMIT_CPU, math.ceil(limits.seconds)),
                       (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):     # not every system knows every limit
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Read what is named, and say what it is."""
    path, limits = Path(sys.argv[1]), BoosterLimits(**json.loads(sys.argv[2]))
    _hold(limits)
    try:
        answer = b"B" + booster.packed(read(path.read_bytes()))
    except MemoryError:
        answer = b"Eit needs more memory than its limit"
    except (ShallError, OSError) as error:
        answer = b"E" + str(error).encode(errors="replace")
    except Exception as error:              # whatever a hostile file does, the parent gets a sentence
        answer = b"E" + f"{type(error).__name__}: {error}"[:200].encode(errors="replace")
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
