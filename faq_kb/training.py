"""Temperature and calibrator, fitted on the FAQ alone: no outside test set takes part.

Four kinds of question (`leave_out` makes the first three):

- a phrasing that the index is made to forget: its entry should be found all the same;
- the phrasing with its whole entry forgotten: whatever is found is wrong. These are the hardest
  strangers, next door to what the FAQ holds;
- where there are several languages, the phrasing with its whole language forgotten, as when
  somebody asks in a language that the FAQ lacks;
- the shipped out-of-scope lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faq_kb.calibration import ALONE, WITH_HEAD, Calibrator
from faq_kb.features import features
from faq_kb.leave_out import Material, Scored, background, phrasings
from faq_kb.scoring import fused, posterior

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

STRANGER_WEIGHT = 0.05
"""Weight of a phrasing whose entry was forgotten beside that of a phrasing."""
FOREIGN_WEIGHT = 0.3
"""Weight of a phrasing whose language was forgotten beside that of a phrasing."""
BACKGROUND_WEIGHT = 0.4
"""Weight of the out-of-scope lines together, as a share of the phrasings' weight together.

The three weights say how often citizens ask what; 0.05 to 0.3, 0.1 to 1 and 0.3 to 2 move the
confidences, but hardly who ranks above whom (AUROC .976 to .984)."""
FEWEST = 30
"""Left-out phrasings from which a calibrator is fitted at all."""
FEWEST_ENTRIES = 3
"""Entries from which a calibrator is fitted at all."""
DEFAULT_TEMPERATURE = 1.0
"""Of the posterior where too little is known to fit one."""

_TEMPERATURES = (0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.4, 2.0)


@dataclass(frozen=True, slots=True)
class Fitted:
    """`temperature` of the posterior, and the calibrator."""

    temperature: float
    calibrator: Calibrator


def fit(material: Material) -> Fitted:
    """Fit temperature and calibrator; the shipped ones where the FAQ has too few phrasings."""
    shipped = WITH_HEAD if material.with_head else ALONE
    passes = list(phrasings(material))
    kept = [chunk.phrasing for chunk in passes]
    scorable = sum(int(scored.findable.sum()) for scored in kept)
    if scorable < FEWEST or len(material.starts) < FEWEST_ENTRIES:
        return Fitted(DEFAULT_TEMPERATURE, shipped)
    temperature = _temperature(kept)
    lines = list(background(material))
    each_line = BACKGROUND_WEIGHT * scorable / max(1, len(material.background))
    blocks = [
        *(_block(scored, temperature, 1.0) for scored in kept),
        *(_block(chunk.entry, temperature, STRANGER_WEIGHT) for chunk in passes),
        *(
            _block(chunk.language, temperature, FOREIGN_WEIGHT)
            for chunk in passes
            if chunk.language is not None
        ),
        *(_block(scored, temperature, each_line) for scored in lines),
    ]
    tables, right, weight = (np.concatenate(column) for column in zip(*blocks, strict=True))
    return Fitted(temperature, shipped.refit(tables, right, weight))


def _block(scored: Scored, temperature: float, weight: float) -> tuple[Floats, Floats, Floats]:
    """Features, outcomes and weights of the questions that could be found, or mean no entry."""
    score = fused(scored.lanes)
    chance = posterior(score, temperature)
    table = features(scored.lanes, score, chance, distance=scored.distance, domain=scored.domain)
    fair = scored.findable | (scored.truth < 0)
    right = (score.argmax(axis=1) == scored.truth)[fair].astype(np.float32)
    return table[fair], right, np.full(len(right), weight, np.float32)


def _temperature(kept: Sequence[Scored]) -> float:
    """The temperature under which the entries that were meant are likeliest."""

    def surprise(temperature: float) -> float:
        total = 0.0
        for scored in kept:
            chance = posterior(fused(scored.lanes), temperature)
            meant = chance[np.arange(len(chance)), scored.truth]
            total -= float(np.log(np.maximum(meant, 1e-6)).sum())
        return total

    return min(_TEMPERATURES, key=surprise)
