"""What can be measured: one folder a question, one file a measure; a measure knows no limit."""
