"""Before or during training: from rows and rates to be moved to what was learned."""
