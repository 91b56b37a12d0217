"""What the calibrator looks at: the shape of the scores around the best entry."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from faq_kb.scoring import Lanes, best_first

Floats = NDArray[np.float32]

NAMES: Final = (
    "likeness",  # best centred cosine to the top entry
    "margin_2",  # less that of the runner-up
    "margin_3",  # less that of the third
    "margin_mean",  # less the mean of places 2 to 10
    "posterior",  # of the top entry, given that one is meant
    "posterior_margin",  # less that of the runner-up
    "head_margin",  # logit of the top entry less the next best, / 10; 0 without a head
    "head_distance",  # squared Mahalanobis distance to the top entry's mean, / d; 0 without a head
    "letters",  # n-gram likeness to the top entry, same language only
    "letters_margin",  # less that of the best other entry
    "same_language",  # 1 where the FAQ holds the question's language
    "length",  # natural log of 1 + letters and spaces of the normalised question
    "background_margin",  # likeness less the best likeness to an out-of-scope line
    "agreement",  # 1 where head and likeness prefer the same entry
)

_PLACES = 10


def features(
    lanes: Lanes,
    score: Floats,
    chance: Floats,
    *,
    distance: Floats | None,
    background: Floats,
    same_language: Floats,
    length: Floats,
) -> Floats:
    """Features of the top entry of each row, (n, len(NAMES)).

    `score` and `chance` (n, entries) are the fused score and the posterior; `distance`
    (n, entries) from the head, or None; `background`, `same_language`, `length` (n,) as above.
    """
    order = best_first(score)
    top = order[:, :1]
    others = order[:, 1:_PLACES]
    likeness = _at(lanes.likeness, top)
    rest = -np.sort(-np.take_along_axis(lanes.likeness, others, axis=1), axis=1)
    rest = np.pad(rest, ((0, 0), (0, max(0, 2 - rest.shape[1]))))  # 0: like an unrelated text
    if lanes.logits is None or distance is None:
        head_margin = head_distance = np.zeros(len(score), np.float32)
        agreement = np.ones(len(score), np.float32)
    else:
        head_margin = (_at(lanes.logits, top) - _best_other(lanes.logits, top)) / 10
        head_distance = _at(distance, top)
        agreement = lanes.likeness.argmax(axis=1) == lanes.logits.argmax(axis=1)
    columns = (
        likeness,
        likeness - rest[:, 0],
        likeness - rest[:, 1],
        likeness - rest.mean(axis=1),
        _at(chance, top),
        _at(chance, top) - _best_other(chance, top),
        head_margin,
        head_distance,
        _at(lanes.letters, top),
        _at(lanes.letters, top) - _best_other(lanes.letters, top),
        same_language,
        length,
        likeness - background,
        agreement,
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _at(values: Floats, top: NDArray[np.int64]) -> Floats:
    return np.take_along_axis(values, top, axis=1)[:, 0]


def _best_other(values: Floats, top: NDArray[np.int64]) -> Floats:
    """Best value of a row outside `top`; 0 where there is no other entry."""
    if values.shape[1] == 1:
        return np.zeros(len(values), np.float32)
    others = values.copy()
    np.put_along_axis(others, top, -np.inf, axis=1)
    return others.max(axis=1)
