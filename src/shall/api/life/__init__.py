"""The promise in service: watching it, what is done when it breaks, and taking a version back."""
