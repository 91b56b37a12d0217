"""A linear head over centred vectors: which entry, learnt from all its phrasings together.

Linear discriminant analysis with a shrunken within-entry covariance (Friedman 1989, "Regularized
Discriminant Analysis"; Ledoit and Wolf 2004 for shrinking to a scaled identity). Chosen over
multinomial logistic regression by measurement (sample FAQ, 30 entries, 120 development questions,
top-1): maximum likeness .88, logistic regression .93 to .94, this .96 to .98; the same or better
on BANKING77 and CLINC150 at 3, 5 and 10 phrasings. It needs numpy alone, fits in milliseconds, and
leaving a phrasing out has a closed form, which the calibrator is trained on.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

SHRINK = 0.5
"""Share of the scaled identity in the covariance. 0.3 to 0.7 measured alike."""


def precision(vectors: Floats, entry: Ints) -> Floats:
    """Inverse of the shrunken pooled within-entry covariance, (d, d), from rows (n, d)."""
    dimensions = vectors.shape[1]
    residuals = vectors - entry_means(vectors, entry)[entry]
    freedom = max(1, len(vectors) - len(np.unique(entry)))
    covariance = residuals.T @ residuals / freedom
    scale = np.trace(covariance) / dimensions
    if scale <= 1e-9:  # one phrasing each: nothing is known about the spread
        return np.eye(dimensions, dtype=np.float32)
    shrunken = (1 - SHRINK) * covariance + SHRINK * scale * np.eye(dimensions)
    return np.linalg.inv(shrunken).astype(np.float32)


def entry_means(vectors: Floats, entry: Ints) -> Floats:
    """Mean row of each entry, (max(entry) + 1, d); zero for an entry without rows."""
    sums = np.zeros((int(entry.max()) + 1, vectors.shape[1]), np.float32)
    np.add.at(sums, entry, vectors)
    counts = np.bincount(entry, minlength=len(sums))
    return sums / np.maximum(counts, 1)[:, None].astype(np.float32)


@dataclass(frozen=True, slots=True)
class Head:
    """`precision` (d, d) · `directions` (d, entries) · `offsets` (entries,)."""

    precision: Floats
    directions: Floats
    offsets: Floats

    @classmethod
    def fit(cls, vectors: Floats, entry: Ints) -> Self:
        """From centred unit rows (n, d) and the entry of each; every entry has at least one row."""
        return cls.of_means(entry_means(vectors, entry), precision(vectors, entry))

    @classmethod
    def of_means(cls, means: Floats, inverse: Floats) -> Self:
        """From entry means (entries, d) and the inverse covariance (d, d)."""
        directions = inverse @ means.T
        return cls(inverse, directions, -0.5 * np.einsum("ed,de->e", means, directions))

    def logits(self, vectors: Floats) -> Floats:
        """Log odds of each entry but for a constant of the row, (n, entries)."""
        return vectors @ self.directions + self.offsets

    def distances(self, vectors: Floats, logits: Floats) -> Floats:
        """Squared Mahalanobis distance of each row to each entry's mean, by d, (n, entries)."""
        norms = np.einsum("nd,de,ne->n", vectors, self.precision, vectors)
        return (norms[:, None] - 2 * logits) / vectors.shape[1]


def left_out_logits(
    vectors: Floats, members: Floats, means: Floats, counts: NDArray[np.int64], inverse: Floats
) -> Floats:
    """Logit of each of `vectors` for an entry whose mean `members` is taken out of, (n,).

    `means` (n, d) and `counts` (n,) are those of the entry with the member; where a member is
    alone in its entry the result is meaningless.
    """
    others = np.maximum(counts - 1, 1).astype(np.float32)[:, None]
    without = (means * counts[:, None].astype(np.float32) - members) / others
    pulled = without @ inverse
    return np.einsum("nd,nd->n", vectors, pulled) - 0.5 * np.einsum("nd,nd->n", without, pulled)
