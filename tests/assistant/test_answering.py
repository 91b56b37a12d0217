"""The ladder: small talk, approved answer, asking back, abstaining, languages that we lack."""

import pytest

from assistant.answering import Answering
from assistant.knowledge import Knowledge, Snapshot
from assistant.texts import load_texts
from assistant.types import Outcome
from faq_kb.errors import QuestionInvalid
from voice.workers import Workers


@pytest.fixture
def answering(snapshot: Snapshot) -> Answering:
    return Answering(Knowledge(snapshot, Workers("search")), load_texts(), fallback="en")


async def test_an_approved_answer_comes_word_for_word_with_its_source(
    answering: Answering, snapshot: Snapshot
) -> None:
    answer = await answering.answer("how much is the digital key?", language="en-GB")
    assert answer.outcome is Outcome.FAQ
    assert answer.entry_id == "cost"
    assert answer.shown == snapshot.entries["cost"].translations["en"].answer
    assert answer.sources[0].url.startswith("https://")
    assert answer.as_of == "2026"
    assert answer.confidence is not None
    assert answer.confidence > 0.9


async def test_the_answer_is_in_the_pages_language(answering: Answering) -> None:
    answer = await answering.answer("Is it free?", language="pt")
    assert answer.language == "pt"


@pytest.mark.parametrize(
    ("text", "language"),
    [("Olá, bom dia!", "pt"), ("thank you very much", "en"), ("Who are you?", "en")],
)
async def test_small_talk_is_answered_as_such(
    answering: Answering, text: str, language: str
) -> None:
    assert (await answering.answer(text, language=language)).outcome is Outcome.SOCIAL


async def test_what_it_does_not_know_it_says(answering: Answering) -> None:
    text = "Please recommend me a good recipe for roast chicken with potatoes."
    answer = await answering.answer(text, language="en")
    assert answer.outcome is Outcome.ABSTAIN
    assert answer.entry_id is None
    assert not answer.sources
    assert "no approved answer" in answer.shown


@pytest.mark.parametrize("language", ["de", "xx", "zh-Hant"])
async def test_a_language_that_we_lack_is_told_so(answering: Answering, language: str) -> None:
    answer = await answering.answer("Was kostet der Schlüssel?", language=language)
    assert answer.outcome is Outcome.ABSTAIN
    assert answer.language == "en"
    assert "English" in answer.shown
    assert "Português" in answer.shown


@pytest.mark.parametrize("text", ["", "   ", "?!", "x" * 5_000])
async def test_an_impossible_question_is_an_error_that_does_not_repeat_it(
    answering: Answering, text: str
) -> None:
    with pytest.raises(QuestionInvalid) as error:
        await answering.answer(text, language="en")
    assert "xxx" not in str(error.value)
