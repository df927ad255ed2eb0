"""What a search goes through: rows, aims, trials, candidates, the frontier."""
