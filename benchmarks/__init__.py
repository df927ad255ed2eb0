"""Figures beside the peers', each peer in its own pinned environment; see RESULTS.md."""
