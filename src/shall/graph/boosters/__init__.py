"""Saved boosters as plain trees, read from their text without the library that wrote it."""
