"""What probes ask of a data set, of two versions of it, and of a population."""
