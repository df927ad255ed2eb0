"""`python -m shall` is `shall`."""

from shall.cli import main

main()
