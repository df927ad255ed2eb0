"""Operations of a graph, one file each: `kind` (types and shapes), `run` (what it means, in numpy), `emit` (ONNX)."""
