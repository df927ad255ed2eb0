"""Where a subject fails: slices, intersections, and the rows behind them."""
