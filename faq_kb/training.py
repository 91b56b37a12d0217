"""The calibrator's training set, made from the FAQ alone.

Three kinds of question, each scored as a citizen's would be:

- a phrasing that the index is made to forget: its entry should be found all the same;
- the same phrasing with its whole entry forgotten: whatever is found is wrong. These are the
  hardest strangers, next door to what the FAQ holds;
- the shipped out-of-scope lines.

Forgetting a phrasing also forgets the row nearest to it in every other language, which in an FAQ of
translations is the same sentence again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from faq_kb.calibration import DEFAULT, Calibrator
from faq_kb.features import features
from faq_kb.head import Head, entry_means, left_out_logits, precision
from faq_kb.lexical import LetterIndex
from faq_kb.normalise import for_letters
from faq_kb.scoring import Lanes, best_of_entry, fused, posterior, soft_best_of_entry

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

STRANGER_WEIGHT = 0.3
"""Weight of a phrasing whose entry was forgotten beside that of a phrasing."""
BACKGROUND_WEIGHT = 1.0
"""Weight of the out-of-scope lines together, as a share of the phrasings' weight together."""
FEWEST = 30
"""Left-out phrasings from which a calibrator is fitted at all."""
DEFAULT_TEMPERATURE = 0.5
"""Of the posterior where too little is known to fit one."""

_FOLDS = 5
_CHUNK = 128
_TEMPERATURES = (0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.4, 2.0)


@dataclass(frozen=True, slots=True)
class Material:
    """What an index is trained on. Rows are sorted by entry; `starts` names each entry's first.

    `passages` (rows, d) centred · `entry_of` (rows,) · `languages` of the rows · `letters` over
    them · `asked` (questions,) rows that are also embedded as questions · `questions`
    (questions, d) centred · `texts` of these · `background` (lines, d) centred question side ·
    `background_texts`, `background_languages` of the lines.
    """

    passages: Floats
    entry_of: Ints
    starts: NDArray[np.int64]
    languages: NDArray[np.str_]
    letters: LetterIndex
    asked: Ints
    questions: Floats
    texts: Sequence[str]
    background: Floats
    background_texts: Sequence[str]
    background_languages: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Fitted:
    """`temperature` of the posterior, and the calibrator."""

    temperature: float
    calibrator: Calibrator


@dataclass(frozen=True, slots=True)
class _Scored:
    """Questions scored by all lanes, and what the features need besides."""

    lanes: Lanes
    distance: Floats | None
    background: Floats
    same_language: Floats
    length: Floats

    def rows(self, which: NDArray[np.bool_]) -> "_Scored":
        lanes = Lanes(
            self.lanes.likeness[which],
            self.lanes.soft[which],
            self.lanes.letters[which],
            None if self.lanes.logits is None else self.lanes.logits[which],
        )
        distance = None if self.distance is None else self.distance[which]
        return _Scored(
            lanes,
            distance,
            self.background[which],
            self.same_language[which],
            self.length[which],
        )


def fit(material: Material, *, with_head: bool) -> Fitted:
    """Fit temperature and calibrator; the shipped ones where the FAQ has too few phrasings."""
    own = material.entry_of[material.asked]
    per_entry = np.bincount(material.entry_of, minlength=len(material.starts))
    entries = len(material.starts)
    kept, forgotten = [], []
    for part, pair in _phrasings(material, own, with_head=with_head):
        for into, scored in zip((kept, forgotten), pair, strict=True):
            into.append((own[part], scored))
    scorable = per_entry[own] > 1
    if scorable.sum() < FEWEST or entries < 3:
        return Fitted(DEFAULT_TEMPERATURE, DEFAULT)
    temperature = _temperature(kept)
    blocks: list[tuple[Floats, Floats, Floats]] = []
    for truth, scored in kept:
        found, table = _judge(scored, temperature)
        usable = per_entry[truth] > 1
        right = (found == truth)[usable].astype(np.float32)
        blocks.append((table[usable], right, np.ones(len(right), np.float32)))
    for _, scored in forgotten:
        table = _judge(scored, temperature)[1]
        blocks.append(_wrong(table, STRANGER_WEIGHT))
    if len(material.background):
        each = BACKGROUND_WEIGHT * float(scorable.sum()) / len(material.background)
        for scored in _background(material, with_head=with_head):
            blocks.append(_wrong(_judge(scored, temperature)[1], each))
    tables, right, weight = (np.concatenate(column) for column in zip(*blocks, strict=True))
    return Fitted(temperature, Calibrator.fit(tables, right, weight))


def _wrong(table: Floats, weight: float) -> tuple[Floats, Floats, Floats]:
    return table, np.zeros(len(table), np.float32), np.full(len(table), weight, np.float32)


def _judge(scored: _Scored, temperature: float) -> tuple[Ints, Floats]:
    """The entry found for each question, and its features."""
    score = fused(scored.lanes)
    table = features(
        scored.lanes,
        score,
        posterior(score, temperature),
        distance=scored.distance,
        background=scored.background,
        same_language=scored.same_language,
        length=scored.length,
    )
    return score.argmax(axis=1).astype(np.int32), table


def _temperature(kept: Sequence[tuple[Ints, _Scored]]) -> float:
    """The temperature under which the entries that were meant are likeliest."""

    def surprise(temperature: float) -> float:
        return sum(
            float(-np.log(np.maximum(chance[np.arange(len(truth)), truth], 1e-6)).sum())
            for truth, scored in kept
            for chance in (posterior(fused(scored.lanes), temperature),)
        )

    return min(_TEMPERATURES, key=surprise)


def _phrasings(
    material: Material, own: Ints, *, with_head: bool
) -> Iterator[tuple[slice, tuple[_Scored, _Scored]]]:
    """Chunks of the questions: each scored with the phrasing forgotten, and with its entry."""
    counts = np.bincount(own, minlength=len(material.starts))
    means = entry_means(material.questions, own) if with_head else None
    # The covariance forgets the question too, together with its entry's fold.
    inverses = [
        precision(material.questions[own % _FOLDS != fold], own[own % _FOLDS != fold])
        for fold in range(_FOLDS if with_head and len(material.starts) >= _FOLDS else 0)
    ]
    for start in range(0, len(own), _CHUNK):
        part = slice(start, start + _CHUNK)
        vectors, entry = material.questions[part], own[part]
        at = np.arange(len(entry))
        rows = vectors @ material.passages.T
        letters = _letters(material, material.texts[part], material.languages[material.asked[part]])
        _forget_twins(rows, material, entry, material.asked[part])
        letters[at, material.asked[part]] = 0.0
        logits = distance = None
        if means is not None and inverses:
            logits, distance = _head_scores(vectors, entry, means, counts, inverses)
        scored = _Scored(
            Lanes(
                best_of_entry(rows, material.starts),
                soft_best_of_entry(rows, material.starts),
                best_of_entry(letters, material.starts),
                logits,
            ),
            distance,
            _nearest(vectors @ material.background.T),
            np.ones(len(entry), np.float32),
            lengths(material.texts[part]),
        )
        yield part, (scored, _without_entry(scored, entry))


def _head_scores(
    vectors: Floats, entry: Ints, means: Floats, counts: NDArray[np.int64], inverses: list[Floats]
) -> tuple[Floats, Floats]:
    """Logits and distances (n, entries), each question left out of its own entry's mean."""
    logits = np.empty((len(vectors), len(means)), np.float32)
    distance = np.empty_like(logits)
    for fold, inverse in enumerate(inverses):
        here = np.flatnonzero(entry % _FOLDS == fold)
        if not len(here):
            continue
        head = Head.of_means(means, inverse)
        found = head.logits(vectors[here])
        own = entry[here]
        found[np.arange(len(here)), own] = left_out_logits(
            vectors[here], means[own], counts[own].astype(np.int32), inverse
        )
        logits[here] = found
        distance[here] = (head.norms(vectors[here])[:, None] - 2 * found) / vectors.shape[1]
    return logits, distance


def _forget_twins(rows: Floats, material: Material, entry: Ints, asked: Ints) -> None:
    """Below -1, in place: each question's own row, and its nearest in every other language."""
    ends = np.append(material.starts[1:], len(material.entry_of))
    for at, (row, own) in enumerate(zip(asked, entry, strict=True)):
        span = slice(material.starts[own], ends[own])
        here, names = rows[at, span], material.languages[span]
        for language in np.unique(names):
            same = np.flatnonzero(names == language)
            if language == material.languages[row]:
                here[row - span.start] = -2.0
            elif len(same) > 1:
                here[same[here[same].argmax()]] = -2.0


def _without_entry(scored: _Scored, entry: Ints) -> _Scored:
    """The same questions with their own entry no better than the worst other."""

    def drop(values: Floats) -> Floats:
        dropped = values.copy()
        at = np.arange(len(entry))
        dropped[at, entry] = np.inf
        dropped[at, entry] = dropped.min(axis=1)
        return dropped

    lanes = scored.lanes
    logits = None if lanes.logits is None else drop(lanes.logits)
    return replace(
        scored,
        lanes=Lanes(drop(lanes.likeness), drop(lanes.soft), drop(lanes.letters), logits),
    )


def _background(material: Material, *, with_head: bool) -> Iterator[_Scored]:
    """The out-of-scope lines, scored; to each its own line and its translation are unknown."""
    head = None
    if with_head:
        head = Head.fit(material.questions, material.entry_of[material.asked])
    known = np.unique(material.languages)
    for start in range(0, len(material.background), _CHUNK):
        part = slice(start, start + _CHUNK)
        vectors, names = material.background[part], material.background_languages[part]
        rows = vectors @ material.passages.T
        letters = _letters(material, material.background_texts[part], names)
        others = vectors @ material.background.T
        others[np.arange(len(vectors)), np.arange(start, start + len(vectors))] = -1.0
        for language in np.unique(material.background_languages):
            column = np.flatnonzero(material.background_languages == language)
            foreign = np.flatnonzero(names != language)
            best = others[np.ix_(foreign, column)].argmax(axis=1)
            others[foreign, column[best]] = -1.0
        logits = None if head is None else head.logits(vectors)
        distance = None
        if head is not None and logits is not None:
            distance = (head.norms(vectors)[:, None] - 2 * logits) / vectors.shape[1]
        yield _Scored(
            Lanes(
                best_of_entry(rows, material.starts),
                soft_best_of_entry(rows, material.starts),
                best_of_entry(letters, material.starts),
                logits,
            ),
            distance,
            _nearest(others),
            np.isin(names, known).astype(np.float32),
            lengths(material.background_texts[part]),
        )


def _letters(material: Material, texts: Sequence[str], languages: NDArray[np.str_]) -> Floats:
    """Letter likeness of each text to each row, (texts, rows)."""
    found = [
        material.letters.likeness(text, str(language))
        for text, language in zip(texts, languages, strict=True)
    ]
    return np.stack(found)


def _nearest(rows: Floats) -> Floats:
    """Best of each row, 0 where there are no columns."""
    return rows.max(axis=1, initial=0.0)


def lengths(texts: Sequence[str]) -> Floats:
    """Natural log of 1 + length of each normalised text, (n,)."""
    return np.log1p(np.array([len(for_letters(text)) for text in texts], np.float32))
