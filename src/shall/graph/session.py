"""A graph in ONNX Runtime: one thread, so that the bits are the same for any number of rows."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.core.errors import DataError, MissingExtra
from shall.graph import alike
from shall.graph.kinds import Array

CHUNK: Final = 8192                         # rows at a time: what lies between the nodes stays in the cache
ASKED: Final = "shall_asked"                # of the model: the numbers that its trees ask most often


class Session:
    """Runs the bytes of `onnx.emitted` or of a bundle."""

    def __init__(self, content: bytes) -> None:
        try:
            import onnxruntime  # not at the head: who only writes a graph needs none
        except ImportError as error:
            raise MissingExtra("onnxruntime", "onnx", "a graph") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.enable_mem_reuse = False    # takes no less memory here, and a twelfth of the time of one row
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"],
                                                         enable_fallback=0)
        except Exception as error:          # the runtime has no root of its errors
            raise DataError(f"the graph cannot be run: {str(error).splitlines()[0]}") from error
        self._inputs = [one.name for one in self._session.get_inputs()]
        self.outputs = tuple(one.name for one in self._session.get_outputs())
        self.types = {one.name: (one.type, (one.shape or [None])[-1])      # and widths
                      for one in self._session.get_outputs()}
        self._asked = self._columns(self._session.get_modelmeta().custom_metadata_map.get(ASKED, ""))
        self._run = getattr(self._session, "_sess", self._session).run      # its checks cost a tenth of one row

    def __call__(self, packed: dict[str, Array]) -> dict[str, Array]:
        """Every output [n, width]; ``packed``: `numbers` float64[n, k], `texts` object[n, m] of str.

        The bits of a row are the same whatever rows are with it.
        """
        rows = len(packed[self._inputs[0]]) if self._inputs else 0
        if rows < alike.FEWEST:
            return self._once(packed)
        return self._ordered(packed, rows) if self._asked else self._chunked(packed, rows)

    def _columns(self, told: str) -> tuple[int, ...]:
        """Places among the numbers; what is no such place is left out, since the order of rows changes no answer."""
        width = next((one.shape[-1] for one in self._session.get_inputs() if one.name == "numbers"), 0)
        return tuple(int(one) for one in told.split() if one.isdecimal() and int(one) < width)

    def _once(self, packed: dict[str, Array]) -> dict[str, Array]:
        found: list[Any] = self._run(self.outputs, {name: packed[name] for name in self._inputs}, None)
        return dict(zip(self.outputs, found, strict=True))

    def _chunked(self, packed: dict[str, Array], rows: int) -> dict[str, Array]:
        chunks = [self._once({name: value[start:start + CHUNK] for name, value in packed.items()})
                  for start in range(0, rows, CHUNK)]
        return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in self.outputs}

    def _ordered(self, packed: dict[str, Array], rows: int) -> dict[str, Array]:
        order = alike.order(packed["numbers"], self._asked)
        found = self._chunked({name: packed[name].take(order, axis=0) for name in self._inputs}, rows)
        return {name: alike.put_back(value, order) for name, value in found.items()}
