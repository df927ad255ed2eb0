"""Where a subject fails: the slices of its rows that have the highest loss."""
