"""From probabilities to better ones, learned on rows that training did not see."""
