import pytest

from faq_kb.normalise import digits, for_letters, for_meaning, primary


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("  Não  SEI, o que É isto?! ", "nao sei o que e isto"),
        ("l'État français", "letat francais"),
        ("Straße", "strasse"),
        ("ΌΧΙ", "οχι"),
        ("йод", "иод"),
        ("كِتَابٌ", "كتاب"),
        ("मेरी चाबी", "मेरी चाबी"),
        ("がぎ", "がぎ"),
        ("한국어", "한국어"),
        ("ﬁm ２０２６", "fim 2026"),
        ("?!… 👍", ""),
        ("", ""),
    ],
)
def test_letters_without_what_does_not_distinguish(text: str, wanted: str) -> None:
    assert for_letters(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Perdi o\n telemóvel\x00!", "Perdi o telemóvel !"),
        ("A MINHA CHAVE BLOQUEOU", "a minha chave bloqueou"),
        ("CMD", "CMD"),
        ("\ud800 x", "x"),
        ("\t \n", ""),
    ],
)
def test_meaning_keeps_accents_and_drops_control_characters(text: str, wanted: str) -> None:
    assert for_meaning(text) == wanted


def test_digits_of_any_script() -> None:
    assert digits("PIN de ٤ a 8 dígitos, 1.000 €") == "481000"


def test_primary_subtag() -> None:
    assert [primary(tag) for tag in ("pt-BR", "PT_pt", "zh")] == ["pt", "pt", "zh"]
