"""Where evidence is kept: append-only and hash-chained, one file a kind of store."""
