"""Confidence: the probability that the best entry is the one that was meant.

A logistic regression over `features`, drawn towards coefficients that ship with the package: with
hundreds of left-out phrasings an FAQ speaks for itself, with a handful the shipped ones do.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from faq_kb.features import NAMES

Floats = NDArray[np.float32]

PULL = 1.0
"""Strength of the pull to the shipped coefficients, as an L2 penalty on standardised features."""
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Calibrator:
    """sigmoid(`intercept` + `weights` · (features - `centre`) / `scale`); arrays (len(NAMES),)."""

    centre: Floats
    scale: Floats
    weights: Floats
    intercept: float

    def confidence(self, features: Floats) -> Floats:
        """Probability of each row (n, len(NAMES)), (n,)."""
        # Outside what training saw a linear rule only grows more certain; three and a half
        # deviations are as far as it may go.
        shifted = np.clip((features - self.centre) / self.scale, -3.5, 3.5)
        logit = shifted @ self.weights + self.intercept
        return (1 / (1 + np.exp(-np.clip(logit, -30, 30)))).astype(np.float32)

    @classmethod
    def fit(cls, features: Floats, right: Floats, weight: Floats) -> Self:
        """From rows (n, len(NAMES)), 1 or 0 for right or wrong, and each row's weight.

        Newton's method on the penalised likelihood; both outcomes must occur.
        """
        centre, scale = DEFAULT.centre, DEFAULT.scale
        shifted = np.clip((features - centre) / scale, -3.5, 3.5).astype(np.float64)
        design = np.hstack([shifted, np.ones((len(shifted), 1))])
        prior = np.append(DEFAULT.weights, DEFAULT.intercept).astype(np.float64)
        pull = np.append(np.full(len(NAMES), PULL), 0.01)
        beta = prior.copy()
        for _ in range(_STEPS):
            p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
            gradient = design.T @ (weight * (p - right)) + pull * (beta - prior)
            curvature = (design * (weight * p * (1 - p))[:, None]).T @ design + np.diag(pull)
            step = np.linalg.solve(curvature, gradient)
            beta -= step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-9))
            if np.abs(step).max() < 1e-6:
                break
        return cls(centre, scale, beta[:-1].astype(np.float32), float(beta[-1]))


def _row(*values: float) -> Floats:
    return np.array(values, np.float32)


DEFAULT = Calibrator(
    centre=_row(*[0.0] * len(NAMES)),
    scale=_row(*[1.0] * len(NAMES)),
    weights=_row(*[0.0] * len(NAMES)),
    intercept=0.0,
)
