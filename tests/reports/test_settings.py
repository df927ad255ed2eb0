"""How a candidate is made, in words."""

from __future__ import annotations

from shall.reports._settings import parts_of


def test_a_blend_names_its_trials() -> None:
    made = {"config": {"learner": "blend"}, "rule": {"threshold": 0.5},
            "blend": [[{"learner": "extra_trees", "prepare": "one_hot", "extra_trees.trees": 50}, 3, 0.75],
                      [{"learner": "ridge", "prepare": "", "calibrate": "platt"}, 12, 0.25]]}
    assert list(parts_of(made)) == [
        ("learner", "blend", ""),
        ("blend", "2 trials", "0.75 extra trees + one hot (trial 3), 0.25 ridge (trial 12)"),
        ("decision", "one threshold", "threshold 0.5")]
