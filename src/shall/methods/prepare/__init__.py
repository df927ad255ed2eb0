"""From rows of a table to what a learner takes."""
