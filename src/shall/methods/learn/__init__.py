"""Learners of probabilities or a number; each file has `KINDS`, `SPACE`, `fit` and `load`, and leaves plain bytes."""
