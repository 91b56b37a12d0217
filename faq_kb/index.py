"""A searchable snapshot of the FAQ: immutable, replaced as a whole by one assignment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from faq_kb.background import Line, out_of_scope
from faq_kb.calibration import Calibrator
from faq_kb.centring import ENOUGH_TEXTS, Means
from faq_kb.coverage import Coverage, fair_letters
from faq_kb.domain import Domain
from faq_kb.embedding import DIMENSIONS, Embedder
from faq_kb.features import features
from faq_kb.head import Head, entry_means, precision
from faq_kb.leave_out import FOLDS, Material
from faq_kb.lexical import LetterIndex
from faq_kb.normalise import for_letters
from faq_kb.scoring import Lanes, best_of_entry, fused, posterior, soft_best_of_entry
from faq_kb.training import fit
from faq_kb.types import Entry, Phrasing, State
from faq_kb.vectors import Known, Progress, embed_all

Floats = NDArray[np.float32]

ALGORITHM = 3
"""Raised with every change that makes an index of the same content another one."""
QUESTION_BUDGET = 4000
"""Phrasings that are also embedded as questions, at most: for means, head and calibrator."""
PHRASINGS_FOR_HEAD = 3
"""Median phrasings of an entry from which the head is trusted: at one it is no better than likeness
(BANKING77 .43 against .45), at three it is (.68 against .64)."""
PADDING = 60
"""Out-of-scope lines, at most, that complete the passages of a tiny FAQ."""
TOO_LIKE = 0.8
"""Centred cosine from which an out-of-scope line is answered by this very FAQ, and left out."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What an index sees in questions: arrays (n, entries), but `rows` (n, rows) and
    `confidence` (n,), the calibrated probability of the best entry."""

    rows: Floats
    score: Floats
    chance: Floats
    confidence: Floats


@dataclass(frozen=True, slots=True)
class Index:
    """Rows are phrasings, sorted by entry, language and text; arrays are never written to.

    `vectors` (rows, 384) centred passages · `entry_of` (rows,) · `starts` (entries,) first row of
    each entry · `normal` the rows as `for_letters` writes them · `known` every embedded text, for
    the next build.
    """

    rows: tuple[Phrasing, ...]
    entries: tuple[str, ...]
    normal: tuple[str, ...]
    vectors: Floats
    entry_of: NDArray[np.int32]
    starts: NDArray[np.int64]
    question_means: Means
    letters: LetterIndex
    coverage: Coverage
    head: Head | None
    domain: Domain
    temperature: float
    calibrator: Calibrator
    known: Known

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which there is a phrasing, sorted."""
        return self.coverage.languages

    @classmethod
    def build(
        cls,
        phrasings: Iterable[Phrasing],
        embedder: Embedder,
        *,
        background: Sequence[Line] | None = None,
        known: Known | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Embed, centre, and fit head and calibrator. Blocks: about 25 ms for each new text.

        `background`: out-of-scope lines; None takes the shipped ones. `known`: vectors of an
        earlier index, so that after an edit only new texts are embedded. `progress(done, total)`
        counts texts. An FAQ without phrasings gives an index that finds nothing.
        """
        rows = tuple(sorted(set(phrasings)))
        texts = [row.text for row in rows]
        languages = [row.language for row in rows]
        entries = tuple(sorted({row.entry_id for row in rows}))
        number = {entry: place for place, entry in enumerate(entries)}
        entry_of = np.array([number[row.entry_id] for row in rows], np.int32)
        starts = np.searchsorted(entry_of, np.arange(len(entries)))
        asked = _asked(entry_of, starts)
        lines = tuple(out_of_scope() if background is None else background) if rows else ()
        # A handful of phrasings has no mean worth subtracting: ordinary questions complete it.
        padding = lines[:: len(lines) // PADDING + 1] if len(rows) < ENOUGH_TEXTS else ()

        known = embed_all(
            embedder,
            passages=[*texts, *(line.text for line in padding)],
            questions=[*(texts[row] for row in asked), *(line.text for line in lines)],
            known=known,
            progress=progress,
        )
        vectors = _centred_passages(known, rows, padding)
        means = _question_means(known, [rows[row] for row in asked], lines)
        around = means.centre(
            known.of("query", [line.text for line in lines]), [line.language for line in lines]
        )
        strange = (around @ vectors.T).max(axis=1, initial=0.0) < TOO_LIKE
        material = _material(
            rows=rows,
            vectors=vectors,
            entry_of=entry_of,
            starts=starts,
            asked=asked,
            means=means,
            letters=LetterIndex.build(texts, languages),
            coverage=Coverage.of(entry_of, languages, len(entries)),
            known=known,
            lines=[line for line, kept in zip(lines, strange, strict=True) if kept],
            around=around[strange],
        )
        fitted = fit(material)
        head = None
        if material.with_head:
            of_entries = entry_means(material.questions, material.own)
            head = Head.of_means(of_entries, material.inverse)
        return cls(
            rows=rows,
            entries=entries,
            normal=tuple(for_letters(text) for text in texts),
            vectors=vectors,
            entry_of=entry_of,
            starts=starts,
            question_means=means,
            letters=material.letters,
            coverage=material.coverage,
            head=head,
            domain=Domain.fit(material.questions, material.background, material.inverse),
            temperature=fitted.temperature,
            calibrator=fitted.calibrator,
            known=known,
        )

    def material(self) -> Material:
        """What leaving phrasings out needs, without out-of-scope lines."""
        return _material(
            rows=self.rows,
            vectors=self.vectors,
            entry_of=self.entry_of,
            starts=self.starts,
            asked=_asked(self.entry_of, self.starts),
            means=self.question_means,
            letters=self.letters,
            coverage=self.coverage,
            known=self.known,
            lines=(),
            around=np.zeros((0, DIMENSIONS), np.float32),
        )

    def see(self, raw: Floats, texts: Sequence[str], languages: Sequence[str]) -> Sight:
        """Score questions: `raw` unit rows of the question side (n, 384), their texts, languages.

        The index must hold at least one entry. numpy alone: 1 ms at 1,000 rows, 6 ms at 12,000.
        """
        vectors = self.question_means.centre(raw, languages)
        rows = vectors @ self.vectors.T
        logits = distance = None
        if self.head is not None:
            logits = self.head.logits(vectors)
            distance = self.head.distances(vectors, logits)
        letters = np.stack(
            [
                self.letters.likeness(text, language)
                for text, language in zip(texts, languages, strict=True)
            ]
        )
        speaks = self.coverage.entries(languages)
        lanes = Lanes(
            likeness=best_of_entry(rows, self.starts),
            soft=soft_best_of_entry(rows, self.starts),
            letters=fair_letters(best_of_entry(letters, self.starts), speaks),
            logits=logits,
            covered=speaks.mean(axis=1, dtype=np.float32),
        )
        score = fused(lanes)
        chance = posterior(score, self.temperature)
        table = features(
            lanes,
            score,
            chance,
            distance=distance,
            domain=self.domain.of(vectors),
        )
        return Sight(rows, score, chance, self.calibrator.confidence(table))


def phrasings_of(entries: Iterable[Entry]) -> list[Phrasing]:
    """What the index is built from: question and phrasings of each published translation.

    A stale translation still answers until its update is approved.
    """
    return [
        Phrasing(entry.id, language, text)
        for entry in entries
        for language, translation in entry.translations.items()
        if translation.state in {State.APPROVED, State.STALE}
        for text in (translation.question, *translation.phrasings)
    ]


def _material(
    *,
    rows: Sequence[Phrasing],
    vectors: Floats,
    entry_of: NDArray[np.int32],
    starts: NDArray[np.int64],
    asked: NDArray[np.int64],
    means: Means,
    letters: LetterIndex,
    coverage: Coverage,
    known: Known,
    lines: Sequence[Line],
    around: Floats,
) -> Material:
    texts = [rows[row].text for row in asked]
    languages = [rows[row].language for row in asked]
    raw = known.of("query", texts)
    questions = means.centre(raw, languages)
    own = entry_of[asked]
    per_entry = np.bincount(own, minlength=len(starts))
    with_head = len(starts) >= FOLDS and float(np.median(per_entry)) >= PHRASINGS_FOR_HEAD
    return Material(
        passages=vectors,
        entry_of=entry_of,
        starts=starts,
        languages=np.array([row.language for row in rows], np.str_),
        letters=letters,
        coverage=coverage,
        asked=asked,
        questions=questions,
        foreign=means.centre_as_foreign(raw, languages),
        texts=texts,
        background=around,
        background_texts=[line.text for line in lines],
        background_languages=np.array([line.language for line in lines], np.str_),
        inverse=precision(questions, own) if with_head else np.eye(DIMENSIONS, dtype=np.float32),
        with_head=with_head,
    )


def _asked(entry_of: NDArray[np.int32], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows that are also embedded as questions: all, or evenly spaced ones of every entry."""
    if len(entry_of) <= QUESTION_BUDGET:
        return np.arange(len(entry_of))
    each = max(1, QUESTION_BUDGET // len(starts))
    ends = np.append(starts[1:], len(entry_of))
    picked = [
        np.unique(np.linspace(start, end - 1, min(each, end - start)).astype(np.int64))
        for start, end in zip(starts, ends, strict=True)
    ]
    return np.concatenate(picked)


def _centred_passages(known: Known, rows: Sequence[Phrasing], padding: Sequence[Line]) -> Floats:
    raw = known.of("passage", [row.text for row in rows])
    if not rows:
        return raw
    languages = [row.language for row in rows]
    padded = known.of("passage", [line.text for line in padding])
    means = Means.estimate(
        np.concatenate([raw, padded]), [*languages, *(line.language for line in padding)]
    )
    return means.centre(raw, languages)


def _question_means(known: Known, asked: Sequence[Phrasing], lines: Sequence[Line]) -> Means:
    """Question-side means: of the FAQ's own phrasings, completed by the out-of-scope lines in
    languages that have too few of them."""
    counts: dict[str, int] = {}
    for row in asked:
        counts[row.language] = counts.get(row.language, 0) + 1
    texts = [(row.language, row.text) for row in asked]
    # An FAQ that lacks a language has no questions in it; the pooled mean serves better than lines
    # that speak of other things (MKQA, 11 absent languages, measured: no difference or worse).
    texts += [
        (line.language, line.text)
        for line in lines
        if not counts or 0 < counts.get(line.language, 0) < ENOUGH_TEXTS
    ]
    if not texts:
        return Means((), np.zeros((0, DIMENSIONS), np.float32), np.zeros(DIMENSIONS, np.float32))
    vectors = known.of("query", [text for _, text in texts])
    return Means.estimate(vectors, [language for language, _ in texts])
