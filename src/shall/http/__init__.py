"""ASGI only: the service and the page. No rule that the library lacks."""
