"""The page: what the store knows of every model, for people. A view reads `api/`, gives a tree, computes nothing."""
