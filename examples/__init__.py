"""Examples on real data, and what fetches it."""
