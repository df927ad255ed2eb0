"""What runs in the environment of a peer; nothing here imports `shall`, except `ours`."""
