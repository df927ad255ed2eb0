"""Our server, as a user starts it: `shall serve` of a bundle, or of a serve file that names several."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.serving_process import Server, free_port, started

READY = "/v2/health/ready"


def serve(place: Path, folder: Path, *options: str) -> contextlib.AbstractContextManager[Server]:
    """`shall serve` of a bundle or of a serve file, its log in a folder."""
    port = free_port()
    command = [sys.executable, "-m", "shall", "serve", place, "--port", str(port), "--log", folder, *options]
    return started(command, port, folder / "served.txt", ready=READY)


def unlogged(bundle: Path, name: str) -> contextlib.AbstractContextManager[Server]:
    """The same application with a log that keeps nothing."""
    port = free_port()
    return started([sys.executable, "-m", "benchmarks.peers.serve_unlogged", str(port), bundle, name], port,
                   bundle.parent / "unlogged.txt", ready=READY)


def echo(told: Path) -> contextlib.AbstractContextManager[Server]:
    """The least that a server in Python can do."""
    port = free_port()
    return started([sys.executable, "-m", "benchmarks.peers.serve_empty", str(port)], port, told)


def serve_file(path: Path, name: str, bundles: Mapping[str, Path], in_charge: str, rows: int = 65_536) -> Path:
    """Write a serve file, over an older one at once; ``rows`` of a segment of its log."""
    listed = ", ".join(f'{version} = "{place}"' for version, place in bundles.items())
    fresh = path.with_suffix(".new")
    fresh.write_text(f'serve = 1\n[log]\nrows = {rows}\n'
                     f'[{name}]\nbundles = {{ {listed} }}\nin_charge = "{in_charge}"\n')
    fresh.replace(path)
    return path
