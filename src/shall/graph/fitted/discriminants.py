"""scikit-learn's discriminants and Gaussian naive Bayes: a log-density for each class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from shall.core.errors import InputError
from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import beside, name, numbers, vector
from shall.graph.value import Value

CLASSES: Final = ("sklearn.LinearDiscriminantAnalysis", "sklearn.QuadraticDiscriminantAnalysis", "sklearn.GaussianNB",
                  "sklearn.MultinomialNB", "sklearn.ComplementNB", "sklearn.BernoulliNB")


def decision_function(fitted: Any, x: Given) -> Value:
    """float64[n] of two classes, else [n, classes]."""
    if name(fitted) == "LinearDiscriminantAnalysis":
        return n.affine(numbers(fitted, x), np.asarray(fitted.coef_).T, np.asarray(fitted.intercept_))
    joint = SAYS[name(fitted)](fitted, numbers(fitted, x))
    return joint[:, 1] - joint[:, 0] if joint.kind.width == 2 else joint


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    if name(fitted) == "LinearDiscriminantAnalysis":
        score = decision_function(fitted, x)
        return n.two(n.sigmoid(score)) if score.kind.width == 1 else n.softmax(score)
    return n.softmax(SAYS[name(fitted)](fitted, numbers(fitted, x)))


def predict(fitted: Any, x: Given) -> Value:
    """The class."""
    if name(fitted) == "LinearDiscriminantAnalysis":
        return n.decided(fitted.classes_, decision_function(fitted, x))
    return n.decided(fitted.classes_, SAYS[name(fitted)](fitted, numbers(fitted, x)))


def transform(fitted: Any, x: Given) -> Value:
    """float64[n, components]."""
    if name(fitted) != "LinearDiscriminantAnalysis" or fitted.solver == "lsqr":
        raise InputError(f"this {name(fitted)} has no transform")
    value, scalings = numbers(fitted, x), np.asarray(fitted.scalings_)[:, :fitted._max_components]
    value = value - fitted.xbar_ if fitted.solver == "svd" else value
    return n.affine(value, scalings, np.zeros(scalings.shape[1]))


def _quadratic(fitted: Any, x: Value) -> Value:
    parts = []
    for mean, turned, scale in zip(fitted.means_, fitted.rotations_, fitted.scalings_, strict=True):
        away = n.affine(x - mean, np.asarray(turned) * np.asarray(scale) ** -0.5, np.zeros(np.shape(turned)[1]))
        parts.append(n.total(away * away) + float(np.log(scale).sum()))
    return beside(parts) * -0.5 + vector(np.log(fitted.priors_))


def _gaussian(fitted: Any, x: Value) -> Value:
    parts = []
    for mean, spread in zip(fitted.theta_, fitted.var_, strict=True):
        away = x - mean
        parts.append(n.total(away * away / spread) * -0.5 - 0.5 * float(np.log(2.0 * np.pi * spread).sum()))
    return beside(parts) + vector(np.log(fitted.class_prior_))


def _multinomial(fitted: Any, x: Value) -> Value:
    return n.affine(x, fitted.feature_log_prob_.T, fitted.class_log_prior_)


def _complement(fitted: Any, x: Value) -> Value:
    one = fitted.class_log_prior_ if len(fitted.classes_) == 1 else np.zeros(len(fitted.classes_))
    return n.affine(x, fitted.feature_log_prob_.T, one)


def _bernoulli(fitted: Any, x: Value) -> Value:
    if fitted.binarize is not None:
        x = n.unless(x.isna(), n.number(x > float(fitted.binarize), x))
    without = np.log(1 - np.exp(fitted.feature_log_prob_))
    return n.affine(x, (fitted.feature_log_prob_ - without).T, fitted.class_log_prior_ + without.sum(axis=1))


SAYS: Final[Mapping[str, Callable[[Any, Value], Value]]] = {
    "QuadraticDiscriminantAnalysis": _quadratic, "GaussianNB": _gaussian, "MultinomialNB": _multinomial,
    "ComplementNB": _complement, "BernoulliNB": _bernoulli}
