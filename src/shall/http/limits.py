"""How much a request may be, how long it may take, and how many are worked on at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, seconds and counts. Every request is held against them before anything of it is read."""

    body: int = 8 << 20                     # bytes of a body
    stream: int = 128 << 20                 # of a body that is an Arrow stream
    held: int = 256 << 20                   # of all bodies that are being received
    head: int = 16 << 10                    # of the request line and the headers
    chunks: int = 16_384                    # pieces of a body that tells no length
    depth: int = 64                         # of arrays and objects in JSON
    rows: int = 1_000_000                   # of one request
    seconds: float = 30.0                   # until a request is there, until it is kept, until its answer is taken
    idle: float = 75.0                      # until a connection without a request is closed
    connections: int = 4_096
    pipelined: int = 64                     # requests that wait on one connection
    in_flight: int = 1_000                  # decisions that are not answered yet
    burst: int = 16                         # of them that may always wait; more only as long as `patience`
    patience: float = 0.010                 # seconds that a decision waits for its turn while the server is overloaded
    overloaded: float = 0.100               # seconds with a queue that never emptied, which are an overload
    inline: int = 64                        # rows that are scored where they came; more go to a thread
    jobs: int = 16                          # requests with more rows that wait for a thread
    later: int = 256                        # requests whose shadow decisions wait
    remembered: int = 65_536                # names of requests that are remembered, to know a repetition


Durable = Literal["must", "try"]
