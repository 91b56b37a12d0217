import numpy as np
import pytest

from faq_kb.lexical import LetterIndex, near_exact
from faq_kb.normalise import for_letters

TEXTS = ["Esqueci-me do PIN", "Perdi o telemóvel", "I forgot my PIN", "Ich habe die PIN vergessen"]
LANGUAGES = ["pt", "pt", "en", "de"]


@pytest.fixture(scope="module")
def letters() -> LetterIndex:
    return LetterIndex.build(TEXTS, LANGUAGES)


def test_the_same_text_has_likeness_one(letters: LetterIndex) -> None:
    assert letters.likeness("ESQUECI-ME DO PIN!", "pt") == pytest.approx(
        np.array([1, letters.likeness(TEXTS[1], "pt")[0], 0, 0]), abs=1e-5
    )


def test_typing_errors_keep_most_of_it(letters: LetterIndex) -> None:
    likeness = letters.likeness("esquecime do pim", "pt")
    assert likeness[0] > 0.5 > likeness[1]


def test_other_languages_are_not_compared(letters: LetterIndex) -> None:
    assert not letters.likeness("I forgot my PIN", "pt")[2:].any()
    assert not letters.likeness("Esqueci-me do PIN", "fr").any()


@pytest.mark.parametrize("text", ["", "?!", "\u4f60\u597d"])
def test_text_without_known_letters(letters: LetterIndex, text: str) -> None:
    assert not letters.likeness(text, "pt").any()


def test_an_empty_index() -> None:
    assert LetterIndex.build([], []).likeness("PIN", "pt").shape == (0,)


def test_near_exact_forgives_a_slip_but_no_other_figure() -> None:
    known = [for_letters(text) for text in ("Quanto custa renovar a chave por 5 anos em 2026?",)]
    slip = for_letters("Quanto custa renovar a chave por 5 anos en 2026?")
    other = for_letters("Quanto custa renovar a chave por 3 anos em 2026?")
    assert [place for place, _ in near_exact(slip, known)] == [0]
    assert near_exact(other, known) == []
