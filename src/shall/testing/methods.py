"""placeholder"""


def check_method(module: object) -> None:
    """Placeholder."""
