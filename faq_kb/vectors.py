"""Embedded texts, kept so that an edit embeds only what is new."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from faq_kb.embedding import DIMENSIONS, Embedder, Side

Progress = Callable[[int, int], None]
"""Called with texts embedded so far and texts in all."""

_BATCH = 32


@dataclass(frozen=True, slots=True)
class Known:
    """Vectors of texts by side. Half precision, fresh or reused, so that both give one index.

    `vectors` float16 (texts, 384), at the places that `places` names.
    """

    identity: str
    vectors: NDArray[np.float16]
    places: dict[tuple[Side, str], int] = field(hash=False)

    def of(self, side: Side, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows of known texts, (len(texts), 384). Raises KeyError for an unknown one."""
        at = np.array([self.places[side, text] for text in texts], np.int64)
        return self.vectors[at].astype(np.float32)


def embed_all(
    embedder: Embedder,
    *,
    passages: Sequence[str],
    questions: Sequence[str],
    known: Known | None = None,
    progress: Progress | None = None,
) -> Known:
    """Vectors of exactly these texts, taken from `known` where its embedder is the same."""
    wanted: dict[tuple[Side, str], None] = {("passage", text): None for text in passages}
    wanted.update({("query", text): None for text in questions})
    keys = list(wanted)
    if known is not None and known.identity != embedder.identity:
        known = None
    vectors = np.empty((len(keys), DIMENSIONS), np.float16)
    fresh: list[int] = []
    for i, key in enumerate(keys):
        at = None if known is None else known.places.get(key)
        if known is None or at is None:
            fresh.append(i)
        else:
            vectors[i] = known.vectors[at]
    done = len(keys) - len(fresh)
    sides: tuple[Side, Side] = ("passage", "query")
    for side in sides:
        of_side = [i for i in fresh if keys[i][0] == side]
        for start in range(0, len(of_side), _BATCH):
            batch = of_side[start : start + _BATCH]
            vectors[batch] = embedder.embed([keys[i][1] for i in batch], side=side)
            done += len(batch)
            if progress is not None:
                progress(done, len(keys))
    return Known(embedder.identity, vectors, {key: i for i, key in enumerate(keys)})
