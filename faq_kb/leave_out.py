"""Questions that the index is made to forget, scored as a citizen's would be.

Forgetting a phrasing also forgets the row nearest to it in every other language, which in an FAQ of
translations is the same sentence again. The head forgets a phrasing in closed form; its covariance
forgets the whole fold of entries that the phrasing belongs to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from faq_kb.coverage import Coverage, fair_letters
from faq_kb.domain import Domain, left_out
from faq_kb.head import Head, entry_means, left_out_logits, precision
from faq_kb.lexical import LetterIndex
from faq_kb.scoring import Lanes, best_of_entry, soft_best_of_entry

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

FOLDS = 5
"""Of entries, for the covariance; also the fewest entries that a head is fitted for."""
FORGOTTEN = -2.0
"""Likeness of a row that a question must not find: below every cosine."""

_CHUNK = 128


@dataclass(frozen=True, slots=True)
class Material:
    """What an index is trained on. Rows are sorted by entry; `starts` names each entry's first.

    `passages` (rows, d) centred · `entry_of` (rows,) · `languages` of the rows · `letters` and
    `coverage` over them · `asked` (questions,) rows that are also embedded as questions ·
    `questions` (questions, d) centred · `foreign` the same, centred as if their language were
    unknown · `texts` of these · `background` (lines, d) centred question side ·
    `background_texts` and `background_languages` of the lines · `inverse` covariance (d, d) ·
    `with_head`.
    """

    passages: Floats
    entry_of: Ints
    starts: NDArray[np.int64]
    languages: NDArray[np.str_]
    letters: LetterIndex
    coverage: Coverage
    asked: NDArray[np.int64]
    questions: Floats
    foreign: Floats
    texts: Sequence[str]
    background: Floats
    background_texts: Sequence[str]
    background_languages: NDArray[np.str_]
    inverse: Floats
    with_head: bool

    @property
    def own(self) -> Ints:
        """The entry of each question, (questions,)."""
        return self.entry_of[self.asked]


@dataclass(frozen=True, slots=True)
class Scored:
    """Questions as all lanes score them, and what the features need besides.

    `truth` (n,) the entry that each means, -1 for none · `distance` (n, entries) · `domain` (n,).
    """

    truth: Ints
    lanes: Lanes
    distance: Floats | None
    domain: Floats

    @property
    def findable(self) -> NDArray[np.bool_]:
        """Whether the entry that is meant still has a phrasing, (n,)."""
        return self.lanes.likeness[np.arange(len(self.truth)), self.truth] >= -1.0


@dataclass(frozen=True, slots=True)
class Passes:
    """One chunk of phrasings: each forgotten alone; with its entry; with its language, where
    there are several languages."""

    phrasing: Scored
    entry: Scored
    language: Scored | None


def phrasings(material: Material) -> Iterator[Passes]:
    """The FAQ's own phrasings, in chunks."""
    heads = _Heads.of(material) if material.with_head else None
    domain = left_out(material.questions, material.background, material.inverse)[0]
    rule = Domain.fit(material.questions, material.background, material.inverse)
    several = len(np.unique(material.languages)) > 1
    for start in range(0, len(material.asked), _CHUNK):
        part = slice(start, start + _CHUNK)
        asked, truth = material.asked[part], material.own[part]
        rows = material.questions[part] @ material.passages.T
        letters = _letters(material, material.texts[part], material.languages[asked])
        speaks = material.coverage.entries(material.languages[asked].tolist())
        letters[np.arange(len(truth)), asked] = 0.0
        twins = _twins(rows, material, truth, asked)
        rows[twins] = FORGOTTEN
        logits, distance = heads.scores(part, material.questions[part]) if heads else (None, None)
        alone = Scored(
            truth,
            Lanes(
                likeness=best_of_entry(rows, material.starts),
                soft=soft_best_of_entry(rows, material.starts),
                letters=fair_letters(best_of_entry(letters, material.starts), speaks),
                logits=logits,
                covered=speaks.mean(axis=1, dtype=np.float32),
            ),
            distance,
            domain[part],
        )
        foreign = None
        if several:
            vectors = material.foreign[part]
            rows = vectors @ material.passages.T
            rows[twins] = FORGOTTEN
            own_language = material.languages[asked]
            rows[own_language[:, None] == material.languages[None, :]] = FORGOTTEN
            logits, distance = heads.scores(part, vectors) if heads else (None, None)
            lanes = Lanes(
                likeness=best_of_entry(rows, material.starts),
                soft=soft_best_of_entry(rows, material.starts),
                letters=np.zeros_like(alone.lanes.letters),
                logits=logits,
                covered=np.zeros(len(truth), np.float32),
            )
            foreign = Scored(truth, lanes, distance, rule.of(vectors))
        yield Passes(alone, _without_entry(alone), foreign)


def background(material: Material) -> Iterator[Scored]:
    """The out-of-scope lines, in chunks; none of them means an entry."""
    head = Head.fit(material.questions, material.own) if material.with_head else None
    domain = left_out(material.questions, material.background, material.inverse)[1]
    for start in range(0, len(material.background), _CHUNK):
        part = slice(start, start + _CHUNK)
        vectors, languages = material.background[part], material.background_languages[part]
        rows = vectors @ material.passages.T
        letters = _letters(material, material.background_texts[part], languages)
        speaks = material.coverage.entries(languages.tolist())
        logits = None if head is None else head.logits(vectors)
        lanes = Lanes(
            likeness=best_of_entry(rows, material.starts),
            soft=soft_best_of_entry(rows, material.starts),
            letters=fair_letters(best_of_entry(letters, material.starts), speaks),
            logits=logits,
            covered=speaks.mean(axis=1, dtype=np.float32),
        )
        nobody = np.full(len(vectors), -1, np.int32)
        distance = None if head is None or logits is None else head.distances(vectors, logits)
        yield Scored(nobody, lanes, distance, domain[part])


@dataclass(frozen=True, slots=True)
class _Heads:
    """One head a fold, and what it takes to leave a phrasing out of its entry's mean."""

    questions: Floats
    own: Ints
    means: Floats
    counts: NDArray[np.int64]
    by_fold: tuple[Head, ...]

    @classmethod
    def of(cls, material: Material) -> "_Heads":
        own, questions = material.own, material.questions
        means = entry_means(questions, own)
        heads: list[Head] = []
        for fold in range(FOLDS):
            rest = own % FOLDS != fold
            heads.append(Head.of_means(means, precision(questions[rest], own[rest])))
        counts = np.bincount(own, minlength=len(means))
        return cls(questions, own, means, counts, tuple(heads))

    def scores(self, part: slice, vectors: Floats) -> tuple[Floats, Floats]:
        """Logits and distances (n, entries) of the questions in `part`, asked as `vectors`."""
        members, own = self.questions[part], self.own[part]
        logits = np.empty((len(vectors), len(self.means)), np.float32)
        distance = np.empty_like(logits)
        for fold, head in enumerate(self.by_fold):
            here = np.flatnonzero(own % FOLDS == fold)
            found = head.logits(vectors[here])
            entry = own[here]
            found[np.arange(len(here)), entry] = left_out_logits(
                vectors[here], members[here], self.means[entry], self.counts[entry], head.precision
            )
            logits[here] = found
            distance[here] = head.distances(vectors[here], found)
        return logits, distance


def _twins(
    rows: Floats, material: Material, truth: Ints, asked: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places in `rows` of each question's own row and its nearest in every other language."""
    ends = np.append(material.starts[1:], len(material.entry_of))
    at: list[int] = []
    places: list[int] = []
    for i, (row, entry) in enumerate(zip(asked, truth, strict=True)):
        first, end = int(material.starts[entry]), int(ends[entry])
        names = material.languages[first:end]
        places.append(int(row))
        for language in np.unique(names):
            if language != material.languages[row]:
                same = np.flatnonzero(names == language) + first
                places.append(int(same[rows[i, same].argmax()]))
        at += [i] * (len(places) - len(at))
    return np.array(at, np.int64), np.array(places, np.int64)


def _without_entry(scored: Scored) -> Scored:
    """The same questions with their own entry no better than the worst other."""
    at = np.arange(len(scored.truth))

    def drop(values: Floats) -> Floats:
        dropped = values.copy()
        dropped[at, scored.truth] = np.inf
        dropped[at, scored.truth] = dropped.min(axis=1)
        return dropped

    lanes = scored.lanes
    without = Lanes(
        likeness=drop(lanes.likeness),
        soft=drop(lanes.soft),
        letters=drop(lanes.letters),
        logits=None if lanes.logits is None else drop(lanes.logits),
        covered=lanes.covered,
    )
    return replace(scored, truth=np.full(len(at), -1, np.int32), lanes=without)


def _letters(material: Material, texts: Sequence[str], languages: NDArray[np.str_]) -> Floats:
    """Letter likeness of each text to each row, (texts, rows)."""
    found = [
        material.letters.likeness(text, str(language))
        for text, language in zip(texts, languages, strict=True)
    ]
    return np.stack(found)
