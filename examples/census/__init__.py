"""Incomes of a census: sets that hold the truth as often as they promise."""
