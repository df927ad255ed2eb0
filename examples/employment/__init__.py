"""Employment in Massachusetts: one requirement file through build, check and watch."""
