"""House rules as checks; `make check` runs them all."""
