"""The life of a promise: windows, tracks, and what is followed row by row."""
