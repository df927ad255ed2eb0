"""Learners of probabilities; each file has `fit` and `load`, and what is learned is plain bytes."""
