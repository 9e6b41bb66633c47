"""A linear classifier as it is kept: only what answering needs, laid out as it is read."""

import numpy as np
from sklearn.linear_model import SGDClassifier

ONLY_FOR_TRAINING = ("_standard_coef", "_standard_intercept", "_average_coef", "_average_intercept")


def slim(trained: SGDClassifier) -> SGDClassifier:
    """The same classifier with a fifth of the size on disk, in the order in which it is multiplied with."""
    # In columns: otherwise every message copies the whole table first.
    trained.coef_ = np.asfortranarray(trained.coef_, dtype=np.float32)
    for name in ONLY_FOR_TRAINING:
        setattr(trained, name, None)
    return trained
