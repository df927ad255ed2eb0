"""What scikit-learn has and a graph cannot say: each with the reason and what to do instead."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from shall.graph.converting import Given
from shall.graph.fitted._given import refused

NEIGHBOURS: Final = ("looks at all rows that it was fitted on, so that they would be shipped",
                     "distil it into trees, or fit a model that keeps parameters only")
WORDS: Final = ("takes texts apart, for which the graph has no operation",
                "count the words before the graph, or give it inputs that are hashed")
REASONS: Final = {
    "KNeighborsClassifier": NEIGHBOURS, "KNeighborsRegressor": NEIGHBOURS, "RadiusNeighborsClassifier": NEIGHBOURS,
    "RadiusNeighborsRegressor": NEIGHBOURS, "GaussianProcessClassifier": NEIGHBOURS,
    "GaussianProcessRegressor": NEIGHBOURS,
    "KNNImputer": (NEIGHBOURS[0], "use SimpleImputer, with add_indicator=True"),
    "IterativeImputer": ("fills each column from the others in rounds", "use SimpleImputer, with add_indicator=True"),
    "CountVectorizer": WORDS, "TfidfVectorizer": WORDS, "TfidfTransformer": WORDS,
    "HashingVectorizer": WORDS, "FeatureHasher": WORDS, "DictVectorizer": WORDS,
    "AdaBoostRegressor": ("takes a weighted median of its trees, which is sorted for each row",
                          "use GradientBoostingRegressor or a forest")}
CLASSES: Final = tuple(f"sklearn.{one}" for one in REASONS)


def transform(fitted: Any, x: Given) -> NoReturn:
    """Refused."""
    reason, instead = next(REASONS[one.__name__] for one in type(fitted).__mro__ if one.__name__ in REASONS)
    raise refused(fitted, reason, instead)


predict_proba = predict = decision_function = transform
