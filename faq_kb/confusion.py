"""Phrasings that the search would take for another entry, were they a citizen's."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from faq_kb.index import Index
from faq_kb.leave_out import phrasings
from faq_kb.scoring import fused, posterior
from faq_kb.types import Phrasing

CLEARLY = 0.6
"""Posterior of the other entry from which a confusion is worth a person's time."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """`phrasing` is taken for another entry with a posterior of `chance`."""

    phrasing: Phrasing
    taken_for: str
    chance: float


def confusions(index: Index, *, clearly: float = CLEARLY) -> Iterator[Confusion]:
    """Leave one out: each phrasing searched for as if it had never been written.

    The same scores as a citizen's question gets, from vectors that the index holds: nothing is
    embedded. Phrasings whose entry has no other are not judged, nor those beyond
    `index.QUESTION_BUDGET`.
    """
    material = index.material()
    done = 0
    for chunk in phrasings(material):
        scored = chunk.phrasing
        chance = posterior(fused(scored.lanes), index.temperature)
        found = chance.argmax(axis=1)
        at = np.arange(len(found))
        sure = chance[at, found] >= clearly
        for place in np.flatnonzero((found != scored.truth) & sure & scored.findable):
            yield Confusion(
                phrasing=index.rows[int(material.asked[done + int(place)])],
                taken_for=index.entries[int(found[place])],
                chance=float(chance[place, found[place]]),
            )
        done += len(found)
