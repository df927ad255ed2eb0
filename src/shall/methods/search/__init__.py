"""Which trial is next, from those that are done."""
