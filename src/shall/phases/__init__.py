"""One file a verb that orchestrates; every verb measures and decides by `measuring`."""
