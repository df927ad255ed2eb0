"""Bundles in service: what a serve file names, who is in charge, and the logs of what was decided."""
