"""The public conformance kit: call these from the tests of a plug-in.

    from shall import testing
    import my_package.my_measure

    def test_it_keeps_the_rules():
        testing.check_measure(my_package.my_measure)

Each ``check_…`` returns nothing and raises AssertionError with every broken rule at once.
"""

from __future__ import annotations

from shall.testing.counting import cells
from shall.testing.logs import check_log
from shall.testing.measures import check_measure
from shall.testing.methods import check_method
from shall.testing.stores import check_store

__all__ = ["cells", "check_log", "check_measure", "check_method", "check_store"]
