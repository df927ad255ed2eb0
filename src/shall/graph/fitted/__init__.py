"""Fitted objects of other libraries, one file a family: which classes it takes, and the nodes that say the same."""
