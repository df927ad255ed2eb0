"""Making a graph smaller and faster, one file a way.

Each has ``NEEDS`` (libraries that it takes) and ``candidates(graph, rows, seed)``, which gives one `Candidate` after
the other, from the mildest to the harshest: the same graph with smaller parts, the same inputs and the same outputs.
``rows`` are `Rows` as the graph takes them; they are learned from, so that a requirement is judged on others. A way
that finds nothing to do gives nothing. What a candidate is worth is measured by who asks, never here.
"""
