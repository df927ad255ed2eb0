"""From probabilities to decisions, after fitting."""
