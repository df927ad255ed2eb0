"""Answering only where it is safe: lines with a risk guarantee, and rows that training never saw. One file an id."""
