"""One file a kind of subject: what may be asked of it, and how its rows are read."""
