"""A citizen's question to the entries it may mean, and the advice: answer, ask back, abstain."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from faq_kb.embedding import Embedder
from faq_kb.errors import QuestionInvalid
from faq_kb.index import Index
from faq_kb.lexical import near_exact
from faq_kb.normalise import for_letters, for_meaning, primary
from faq_kb.scoring import best_first
from faq_kb.types import Decision, FoundBy, Match, SearchResult

LONGEST_QUESTION = 2000
"""Characters. Speech of two minutes is about 1,800."""
MOST_MATCHES = 5
MOST_OPTIONS = 3

_EXACT_CONFIDENCE = 0.995
_NEAR_CONFIDENCE = 0.97


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidences in [0, 1] that divide the advice.

    Answer from `answer`, unless the runner-up has `rival` or more of the best one's confidence; ask
    back from `clarify`; else abstain. An entry is worth offering from `option`.

    The defaults were chosen on the sample FAQ's development questions (120 in scope, 80 not,
    Portuguese and English): 91 % answered rightly, 2.5 % wrongly, the rest asked back but one;
    7.5 % of strangers answered. Confidence errs on the low side, for phrasings left out of an FAQ
    are harder to find than what citizens ask: hence `answer` below one half.
    """

    answer: float = 0.37
    clarify: float = 0.22
    option: float = 0.1
    rival: float = 0.7

    def __post_init__(self) -> None:
        if not 0 <= self.clarify <= self.answer <= 1:
            raise ValueError("thresholds: 0 <= clarify <= answer <= 1 must hold")
        if not (0 <= self.option <= 1 and 0 <= self.rival <= 1):
            raise ValueError("thresholds: option and rival must lie in [0, 1]")


@dataclass(frozen=True, slots=True)
class Searcher:
    """Finds entries in one index with the embedder that made it. Safe to share between threads.

    Build a new one for each new index; it prepares the look-up of exact phrasings.
    """

    index: Index
    embedder: Embedder
    thresholds: Thresholds = Thresholds()
    _by_language: dict[str, tuple[list[str], list[int]]] = field(init=False, repr=False)
    _by_text: dict[str, list[int]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Raises ValueError where the index was made by another embedder."""
        if self.index.known.identity != self.embedder.identity:
            raise ValueError("index and embedder differ in model or weights")
        by_language: dict[str, tuple[list[str], list[int]]] = {}
        by_text: dict[str, list[int]] = {}
        for row, (phrasing, text) in enumerate(
            zip(self.index.rows, self.index.normal, strict=True)
        ):
            texts, rows = by_language.setdefault(phrasing.language, ([], []))
            texts.append(text)
            rows.append(row)
            if text:
                by_text.setdefault(text, []).append(row)
        object.__setattr__(self, "_by_language", by_language)
        object.__setattr__(self, "_by_text", by_text)

    def find(self, question: str, language: str) -> SearchResult:
        """Search for one question. Blocks for about 25 ms, nearly all of it in the embedder.

        `language` (BCP-47) is a prior: phrasings in every language are searched, letters are
        compared in this one. Raises QuestionInvalid for a question without letters and digits, and
        for an overlong one.
        """
        return self.find_all([question], [language])[0]

    def find_all(self, questions: Sequence[str], languages: Sequence[str]) -> list[SearchResult]:
        """Search for many questions at once, as an evaluation does; results in their order."""
        texts = [_checked(question) for question in questions]
        if not self.index.entries:
            return [SearchResult(Decision.ABSTAIN, ()) for _ in texts]
        if not texts:
            return []
        spoken = [self._language(language) for language in languages]
        sight = self.index.see(self.embedder.embed(texts, side="query"), texts, spoken)
        return [
            self._advise(
                sight.rows[i],
                sight.score[i],
                self._confidences(sight.chance[i], float(sight.confidence[i]), sight.score[i]),
                self._exact(texts[i], spoken[i]),
            )
            for i in range(len(texts))
        ]

    def _language(self, language: str) -> str:
        """The index's own tag for `language`: itself, else its primary subtag."""
        return language if language in self.index.languages else primary(language)

    def _exact(self, text: str, language: str) -> dict[int, tuple[int, float]]:
        """Entries that hold this very question → row and confidence; two share their certainty."""
        normal = for_letters(text)
        rows = self._by_text.get(normal, [])
        own = [row for row in rows if self.index.rows[row].language == language]
        certainty = _EXACT_CONFIDENCE
        found = own or rows
        if not found:
            texts, places = self._by_language.get(language, ([], []))
            found = [places[place] for place, _ in near_exact(normal, texts)]
            certainty = _NEAR_CONFIDENCE
        first: dict[int, int] = {}
        for row in found:
            first.setdefault(int(self.index.entry_of[row]), row)
        return {entry: (row, certainty / len(first)) for entry, row in first.items()}

    def _confidences(
        self,
        chance: NDArray[np.float32],
        confidence: float,
        score: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """Probability of every entry: the calibrated one of the best; the others share what is
        left in proportion to the posterior, and never more of it than their proportion to the
        best gives them."""
        top = int(np.argmax(score))
        share = float(chance[top])
        factor = min(confidence / share, (1 - confidence) / max(1 - share, 1e-9))
        spread = chance * factor
        spread[top] = confidence
        return spread

    def _advise(
        self,
        rows: NDArray[np.float32],
        score: NDArray[np.float32],
        confidence: NDArray[np.float32],
        exact: dict[int, tuple[int, float]],
    ) -> SearchResult:
        order = [int(entry) for entry in best_first(score[None, :])[0]]
        if exact:
            left = 1 - sum(certainty for _, certainty in exact.values())
            confidence = np.minimum(confidence, left)
            order.sort(key=lambda entry: entry not in exact)
        matches: list[Match] = []
        for place, entry in enumerate(order[:MOST_MATCHES]):
            row, certainty = exact.get(entry, (self._best_row(rows, entry), None))
            after = order[place + 1] if place + 1 < len(order) else None
            phrasing = self.index.rows[row]
            matches.append(
                Match(
                    entry_id=phrasing.entry_id,
                    language=phrasing.language,
                    score=float(score[entry]),
                    margin=float(score[entry] - score[after]) if after is not None else 0.0,
                    confidence=float(confidence[entry]) if certainty is None else certainty,
                    matched_phrasing=phrasing.text,
                    found_by=FoundBy.MEANING if certainty is None else FoundBy.EXACT,
                )
            )
        return self._decide(tuple(matches))

    def _best_row(self, rows: NDArray[np.float32], entry: int) -> int:
        start = int(self.index.starts[entry])
        ends = self.index.starts[entry + 1 :]
        end = int(ends[0]) if len(ends) else len(rows)
        return start + int(np.argmax(rows[start:end]))

    def _decide(self, matches: tuple[Match, ...]) -> SearchResult:
        best = matches[0].confidence
        rival = matches[1].confidence if len(matches) > 1 else 0.0
        if best >= self.thresholds.answer and rival <= self.thresholds.rival * best:
            return SearchResult(Decision.ANSWER, matches)
        if best < self.thresholds.clarify:
            return SearchResult(Decision.ABSTAIN, matches)
        options = tuple(
            match.entry_id
            for match in matches[:MOST_OPTIONS]
            if match.confidence >= self.thresholds.option
        )
        return SearchResult(Decision.CLARIFY, matches, options)


def _checked(question: str) -> str:
    """The question as it is embedded; the message of the error never holds it."""
    if len(question) > LONGEST_QUESTION:
        raise QuestionInvalid(
            f"the question is too long: {len(question)} characters, at most {LONGEST_QUESTION}"
        )
    if not for_letters(question):
        raise QuestionInvalid("the question is empty: it holds no letters and no digits")
    return for_meaning(question)
