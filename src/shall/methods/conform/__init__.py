"""Sets and intervals that hold the truth as often as they promise, made of held-out rows and any model's answers."""
