"""Plain frozen data and pure functions: the parsed line, evidence, the verdict, protocols, errors."""
