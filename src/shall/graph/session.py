"""A graph in ONNX Runtime: one thread, so that the bits are the same for any number of rows."""

from __future__ import annotations

from typing import Any

from shall.core.errors import DataError, MissingExtra
from shall.graph.kinds import Array


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
        self._run = getattr(self._session, "_sess", self._session).run      # its checks cost a tenth of one row

    def __call__(self, packed: dict[str, Array]) -> dict[str, Array]:
        """Every output [n, width]; ``packed``: `numbers` float64[n, k], `texts` object[n, m] of str."""
        found: list[Any] = self._run(self.outputs, {name: packed[name] for name in self._inputs}, None)
        return dict(zip(self.outputs, found, strict=True))
