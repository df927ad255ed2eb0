"""Ask something of a subject or of its data and add the answers to the log as columns: one file a question."""
