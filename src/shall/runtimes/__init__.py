"""What answers in service: given a graph, a log and a store by protocol; no rule of its own, no transport."""
