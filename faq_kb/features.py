"""What the calibrator looks at: the shape of the scores around the best entry."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from faq_kb.scoring import Lanes, best_first

Floats = NDArray[np.float32]

NAMES: Final = (
    "posterior",  # of the top entry, given that one is meant
    "distance",  # squared Mahalanobis distance to the top entry's mean, by d; 0 without a head
    "letters",  # n-gram likeness to the top entry, in the question's own language
    "covered",  # share of entries that speak the question's language
    "domain",  # log odds that the question is about the FAQ's subject
    "likeness",  # best centred cosine to the top entry
    "margin_2",  # that less the best other entry's
    "margin_mean",  # that less the mean of the nine best others'
)
"""Tried and left out: margins of the head's logits, agreement of the lanes and likeness to single
out-of-scope lines (no gain beside these); the question's length (a gain of .004 in AUROC that only
says who wrote the training set, and a loss in languages that write shorter)."""

_OTHERS = 9


def features(
    lanes: Lanes, score: Floats, chance: Floats, *, distance: Floats | None, domain: Floats
) -> Floats:
    """Features of the top entry of each row, (n, len(NAMES)).

    `score` and `chance` (n, entries) are the fused score and the posterior; `distance`
    (n, entries) is the head's, or None; `domain` (n,).
    """
    order = best_first(score)
    top, others = order[:, :1], order[:, 1 : 1 + _OTHERS]
    likeness = np.maximum(_at(lanes.likeness, top), -1.0)
    rest = np.maximum(np.take_along_axis(lanes.likeness, others, axis=1), -1.0)
    if not rest.shape[1]:
        rest = np.zeros((len(score), 1), np.float32)  # as an unrelated entry would score
    columns = (
        _at(chance, top),
        np.zeros(len(score), np.float32) if distance is None else _at(distance, top),
        _at(lanes.letters, top),
        lanes.covered,
        domain,
        likeness,
        likeness - rest.max(axis=1),
        likeness - rest.mean(axis=1),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _at(values: Floats, top: NDArray[np.int64]) -> Floats:
    return np.take_along_axis(values, top, axis=1)[:, 0]
