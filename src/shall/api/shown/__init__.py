"""Evidence for people: what a store knows, slices, comparisons, proposals and reviews."""
