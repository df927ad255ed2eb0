"""One measure and one method that shall does not have."""
