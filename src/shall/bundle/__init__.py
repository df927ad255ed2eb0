"""What ships: a folder or zip with digests and signatures."""
