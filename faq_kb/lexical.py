"""Likeness of letters, inside one language only.

Across languages letters mislead: fusing them blindly took cross-lingual retrieval of Russian from
0.99 to 0.44. So n-grams are keyed by language, and a question meets phrasings of its own alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from faq_kb.normalise import digits, for_letters

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Hashes = NDArray[np.uint32]

NEAR_EXACT = 97.0
"""rapidfuzz ratio in [0, 100] from which two normalised texts count as the same question."""

_SIZES = (2, 3)


def grams(text: str, language: str) -> Counter[int]:
    """Hashed character 2- and 3-grams of the words in `text`, keyed by language.

    The text is normalised here.
    """
    words = [f" {word} " for word in for_letters(text).split(" ") if word]
    return Counter(
        crc32(f"{language}|{word[start : start + size]}".encode())
        for word in words
        for size in _SIZES
        for start in range(len(word) - size + 1)
    )


@dataclass(frozen=True, slots=True)
class LetterIndex:
    """Sublinear tf-idf over character n-grams, as an inverted index of plain arrays.

    `hashes` (g,) sorted · `idf` (g,) · `starts` (g + 1,) into `rows` and `weights` (postings,).
    """

    hashes: Hashes
    idf: Floats
    starts: Ints
    rows: Ints
    weights: Floats
    size: int

    @classmethod
    def build(cls, texts: Sequence[str], languages: Sequence[str]) -> Self:
        """Index `texts`, each of the language at the same place."""
        counted = [grams(text, lang) for text, lang in zip(texts, languages, strict=True)]
        flat = np.fromiter(chain.from_iterable(counted), np.uint32)
        counts = np.fromiter(chain.from_iterable(c.values() for c in counted), np.float32)
        lengths = np.fromiter((len(c) for c in counted), np.int64, len(counted))
        row_of = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
        hashes, gram_of = np.unique(flat, return_inverse=True)
        per_gram = np.bincount(gram_of, minlength=len(hashes))
        sizes = Counter(languages)
        population = np.fromiter((sizes[lang] for lang in languages), np.float32, len(texts))
        idf = np.zeros(len(hashes), np.float32)
        # A gram belongs to one language, so any of its rows names the population it is rare in.
        idf[gram_of] = np.log1p(population[row_of] / per_gram[gram_of])
        weights = (1 + np.log(counts)) * idf[gram_of]
        norms = np.sqrt(np.bincount(row_of, weights**2, minlength=len(texts)))
        weights = weights / np.maximum(norms[row_of], 1e-9)
        order = np.argsort(gram_of, kind="stable")
        return cls(
            hashes=hashes,
            idf=idf,
            starts=np.concatenate([[0], np.cumsum(per_gram)]).astype(np.int32),
            rows=row_of[order],
            weights=weights[order].astype(np.float32),
            size=len(texts),
        )

    def likeness(self, text: str, language: str) -> Floats:
        """Cosine in [0, 1] of `text` to every indexed text, (size,); 0 for other languages."""
        scores = np.zeros(self.size, np.float32)
        counted = grams(text, language)
        if not counted or not len(self.hashes):
            return scores
        asked = np.fromiter(counted, np.uint32, len(counted))
        weights = 1 + np.log(np.fromiter(counted.values(), np.float32, len(counted)))
        at = np.minimum(np.searchsorted(self.hashes, asked), len(self.hashes) - 1)
        known = self.hashes[at] == asked
        # Letters that the FAQ never saw make a question less like anything in it.
        weights *= np.where(known, self.idf[at], self.idf.max())
        weights /= np.sqrt((weights**2).sum())
        for gram, weight in zip(at[known], weights[known], strict=True):
            span = slice(self.starts[gram], self.starts[gram + 1])
            scores[self.rows[span]] += weight * self.weights[span]
        return scores


def near_exact(question: str, candidates: Sequence[str]) -> list[tuple[int, float]]:
    """Places in `candidates` that ask the same as `question`, with their ratio, best first.

    Both sides are `for_letters` texts of one language. Other digits make another question.
    """
    numbers = digits(question)
    found = process.extract(
        question, candidates, scorer=fuzz.ratio, score_cutoff=NEAR_EXACT, limit=20
    )
    same = [(place, ratio) for text, ratio, place in found if digits(text) == numbers]
    return sorted(same, key=lambda hit: (-hit[1], hit[0]))
