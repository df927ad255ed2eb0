"""Which labels are likely to be wrong: confident learning, with a noise rate from the surest rows.

A model that never saw a row says how likely each class is. A row is confidently of another class where the chance of
that class is at least its mean among the rows that are labelled so. How often labels of each class are wrong is told
by the rows that are surest of it: a label that differs there is an error, not a hard case. So each row has a
probability that its label is wrong, by Bayes' rule; of the rows that are confidently of another class those are
suspicious that give the greatest expected F1. Where the classes overlap everywhere, no row is sure, and hard cases
look like errors. Where the features do not tell the classes apart at all, nothing can be said of a single label.

Reference: Northcutt, Jiang and Chuang (2021), "Confident learning: estimating uncertainty in dataset labels", section
3.1; noise from anchor points: Patrini et al. (2017), "Making deep neural networks robust to label noise: a loss
correction approach", equations 12 and 13; Lipton, Elkan and Naryanaswamy (2014), "Optimal thresholding of classifiers
to maximize F1 measure", theorem 1; how far noise is drawn together: the Pólya likelihood of Minka (2000), "Estimating a
Dirichlet distribution".
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.probes.proxy import Learn

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
FOLDS: Final = 5
FEWEST: Final = 100                         # rows with a label
FEWEST_OF_CLASS: Final = 10                 # two in each fold
MOST: Final = 50                            # classes
SUREST: Final = 0.05                        # of the rows, but of a small class no more than
OF_CLASS: Final = 0.25                      # of those that are labelled so
DRAWN: Final = (2.0, 5.0, 10.0, 20.0, 50.0, 200.0, 1000.0)  # rows a class, that noise is drawn to the same everywhere
MIXED: Final = (0.01, 0.03, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)       # how much of the shares is mixed into the chances
TELLING: Final = 2.0                        # standard errors by which chances must be better than the shares
LEAST: Final = 1e-6                         # noise
FLOOR: Final = 0.01                         # of what is said of a class, where noise alone would explain all of it
LOG_GAMMA: Final = np.vectorize(math.lgamma, otypes=[float])


def answers(X: Floats, label: Ints, learn: Learn, seed: int = 0) -> Floats:
    """float64[rows]: 1 where the label is suspicious, 0 where not, nan where it is missing.

    Args:
        X: float64[rows, features].
        label: int64[rows], classes from 0 without gaps; -1 where it is missing.
        learn: learns the classes (so many of them) from rows; what it gives says float64[rows, classes] chances.
        seed: of the folds.

    Raises DataError where there are too few rows, one class only, too few rows of some class, or features that do not
    tell the classes apart.
    """
    found = np.full(len(label), np.nan)
    known = label >= 0
    found[known] = suspicious(chances(X[known], label[known], learn, seed), label[known])
    return found


def chances(X: Floats, label: Ints, learn: Learn, seed: int = 0) -> Floats:
    """float64[rows, classes]: what models say that did not see the row; every class has its share of each fold.

    Raises DataError as `answers`.
    """
    counts = np.bincount(label)
    _enough(len(label), counts)
    order = np.argsort(label + np.random.default_rng(seed).random(len(label)), kind="stable")
    fold = np.empty(len(label), dtype=np.int64)
    fold[order] = np.arange(len(label)) % FOLDS
    found = np.empty((len(label), len(counts)))
    for number in range(FOLDS):
        held = fold == number
        found[held] = learn(X[~held], label[~held], len(counts))(X[held])
    if not telling(found, label):
        raise DataError("the columns do not tell the classes apart, so nothing can be said of single labels")
    return found


def telling(chance: Floats, label: Ints) -> bool:
    """Whether chances are surely better than the shares of the classes: by the log loss of rows not learned from.

    Chances are mixed with the shares, as much as is best on the other half of the rows: so they may be too sure of
    themselves, and still tell.
    """
    shares = np.bincount(label, minlength=chance.shape[1]) / len(label)
    ratio = chance[np.arange(len(label)), label] / shares[label]
    gains = np.stack([np.log((1 - part) * ratio + part) for part in MIXED])
    half = np.random.default_rng(0).permutation(len(label)) % 2
    best = np.array([gains[:, half != side].mean(axis=1).argmax() for side in (0, 1)])
    gain = gains[best[half], np.arange(len(label))]
    return bool(gain.mean() > TELLING * gain.std() / math.sqrt(len(label)))


def _enough(rows: int, counts: Ints) -> None:
    if rows < FEWEST or len(counts) < 2 or counts.min() < FEWEST_OF_CLASS or len(counts) > MOST:
        raise DataError(f"suspicious labels need {FEWEST} rows with a label and 2 to {MOST} classes of "
                        f"{FEWEST_OF_CLASS} rows each; there are {rows} rows and {len(counts)} classes, the smallest "
                        f"of {int(counts.min(initial=0))}")


def suspicious(chance: Floats, label: Ints) -> Floats:
    """float64[rows]: 1 where the label is suspicious; of chances that rows were not learned for."""
    wrong = np.where(_confidently_another(chance, label), doubts(chance, label), 0.0)
    order = np.argsort(-wrong, kind="stable")
    expected = 2 * np.cumsum(wrong[order]) / (np.arange(len(wrong)) + 1 + max(wrong.sum(), 1e-300))
    number = int(expected.argmax()) + 1 if wrong.any() else 0
    found = np.zeros(len(label))
    found[order[:number]] = 1.0
    return found


def doubts(chance: Floats, label: Ints) -> Floats:
    """float64[rows]: how likely each label is to be wrong."""
    return np.asarray(1 - meant(chance, label)[np.arange(len(label)), label])


def likelier(chance: Floats, label: Ints) -> Ints:
    """int64[rows]: the class that is likeliest where the label is wrong."""
    others = meant(chance, label)
    others[np.arange(len(label)), label] = -1.0
    return np.asarray(others.argmax(axis=1))


def meant(chance: Floats, label: Ints) -> Floats:
    """float64[rows, classes]: how likely each class is the true one, of a row that is labelled so."""
    kept = noise(chance, label)             # [true, said]
    true = np.maximum(chance @ np.linalg.pinv(kept), FLOOR * chance + np.finfo(float).tiny)
    of_each = true * kept[:, label].T
    return np.asarray(of_each / of_each.sum(axis=1, keepdims=True))


def noise(chance: Floats, label: Ints) -> Floats:
    """float64[classes, classes]: of rows of each true class the share that is labelled as each.

    Few rows of many classes do not tell each pair of classes: they are drawn to noise that is the same everywhere, as
    far as the counts themselves find likeliest.
    """
    classes = chance.shape[1]
    found = np.empty((classes, classes))
    for one in range(classes):
        number = max(FEWEST_OF_CLASS, min(int(SUREST * len(label)), int(OF_CLASS * (label == one).sum())))
        surest = np.argsort(-chance[:, one], kind="stable")[:number]
        found[one] = np.bincount(label[surest], minlength=classes)
    wrong = max(1 - found.trace() / found.sum(), LEAST)
    same = np.where(np.eye(classes, dtype=bool), 1 - wrong, wrong / (classes - 1))
    found += max((rows * classes * same for rows in DRAWN), key=lambda prior: _likely(found, prior))
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _likely(counts: Floats, prior: Floats) -> float:
    """Of counts, each row drawn from shares of its own that vary as Dirichlet(prior): log, up to a constant."""
    whole, each = prior.sum(axis=1), LOG_GAMMA(counts + prior) - LOG_GAMMA(prior)
    return float(each.sum() + (LOG_GAMMA(whole) - LOG_GAMMA(whole + counts.sum(axis=1))).sum())


def _confidently_another(chance: Floats, label: Ints) -> NDArray[np.bool_]:
    """bool[rows]: another class is likelier than the label, and as likely as it is of rows that are labelled so."""
    rows = np.arange(len(label))
    usual = np.array([chance[label == one, one].mean() for one in range(chance.shape[1])])
    others = chance.copy()
    others[rows, label] = -1.0
    other = others.argmax(axis=1)
    return np.asarray((others[rows, other] >= usual[other]) & (others[rows, other] > chance[rows, label]))
