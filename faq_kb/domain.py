"""Is the question about this FAQ's subject at all?

A linear discriminant of two classes, the FAQ's phrasings and the shipped out-of-scope lines, with
the head's covariance. It turned out to be the best single sign of a stranger (sample FAQ,
development questions: AUROC of right answers against strangers .963 without it, .983 with it).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from faq_kb.head import left_out_logits

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Domain:
    """`direction` (d,) and `offset` of a linear rule; above 0 speaks for the FAQ."""

    direction: Floats
    offset: float

    @classmethod
    def fit(cls, questions: Floats, background: Floats, inverse: Floats) -> Self:
        """From centred question-side rows of phrasings (n, d), of out-of-scope lines (m, d) and the
        inverse covariance (d, d). Without phrasings or lines the rule is 0 everywhere."""
        if not len(questions) or not len(background):
            return cls(np.zeros(inverse.shape[0], np.float32), 0.0)
        inside, outside = questions.mean(axis=0), background.mean(axis=0)
        offset = 0.5 * float(outside @ inverse @ outside - inside @ inverse @ inside)
        return cls(inverse @ (inside - outside), offset)

    def of(self, vectors: Floats) -> Floats:
        """Log odds of being inside, (n,), on a scale that the calibrator knows."""
        return vectors @ self.direction + np.float32(self.offset)


def left_out(questions: Floats, background: Floats, inverse: Floats) -> tuple[Floats, Floats]:
    """The rule for its own training rows, each left out of its mean: (n,) and (m,)."""
    domain = Domain.fit(questions, background, inverse)
    if not domain.direction.any():
        return domain.of(questions), domain.of(background)
    inside, outside = questions.mean(axis=0), background.mean(axis=0)
    return (
        _own(questions, inside, inverse) - _other(questions, outside, inverse),
        _other(background, inside, inverse) - _own(background, outside, inverse),
    )


def _own(vectors: Floats, mean: Floats, inverse: Floats) -> Floats:
    means = np.broadcast_to(mean, vectors.shape)
    counts = np.full(len(vectors), len(vectors), np.int64)
    return left_out_logits(vectors, vectors, means, counts, inverse)


def _other(vectors: Floats, mean: Floats, inverse: Floats) -> Floats:
    pulled = inverse @ mean
    return (vectors @ pulled - 0.5 * float(mean @ pulled)).astype(np.float32)
