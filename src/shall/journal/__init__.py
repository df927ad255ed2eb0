"""How decisions and labels lie on the disk: journals of frames, sealed segments, the chain of both."""
