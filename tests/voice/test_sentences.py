"""Text is cut where a speaker would breathe, and nothing of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.sentences import first_clause, pieces, sentences

CASES = [
    ("pt", "Sim. Pode pedir já! Quer?", ["Sim. ", "Pode pedir já! ", "Quer?"]),
    (
        "pt",
        "O art. 5.º da Lei n.º 19-A/2024 diz isso. Na Av. da Liberdade, n.º 5.",
        ["O art. 5.º da Lei n.º 19-A/2024 diz isso. ", "Na Av. da Liberdade, n.º 5."],
    ),
    (
        "pt-PT",
        "A Dra. Ana e o Sr. Costa atendem. Tel. 300 003 990. Custa, p. ex., 1.234,56 euros.",
        [
            "A Dra. Ana e o Sr. Costa atendem. ",
            "Tel. 300 003 990. ",
            "Custa, p. ex., 1.234,56 euros.",
        ],
    ),
    (
        "pt",
        "Faça assim:\n1. Abra a aplicação. Entre.\n2. Escreva o PIN.\n\n- Cartão;\n- Leitor. Fim.",
        [
            "Faça assim:\n",
            "1. Abra a aplicação. ",
            "Entre.\n",
            "2. Escreva o PIN.\n\n",
            "- Cartão;\n",
            "- Leitor. ",
            "Fim.",
        ],
    ),
    (
        "en",
        "See https://www.gov.pt/a.b?x=1.2. It costs 1.5 euros. Call at 9 a.m. tomorrow.",
        [
            "See https://www.gov.pt/a.b?x=1.2. ",
            "It costs 1.5 euros. ",
            "Call at 9 a.m. tomorrow.",
        ],
    ),
    ("en", "Yes. Ask for No. 5, e.g. today.", ["Yes. ", "Ask for No. 5, e.g. today."]),
    ("en", "1. Go there. 2. Choose.", ["1. Go there. ", "2. Choose."]),
    ("en", '"Really?" he asked. Yes.', ['"Really?" he asked. ', "Yes."]),
    ("de", "Am 3. Mai kommt z. B. Dr. Müller. Ja?", ["Am 3. Mai kommt z. B. Dr. Müller. ", "Ja?"]),
    ("fr", "Bonjour ! Ça va ? Oui.", ["Bonjour ! ", "Ça va ? ", "Oui."]),
    ("es", "¿Cómo está? ¡Bien! Vale.", ["¿Cómo está? ", "¡Bien! ", "Vale."]),
    ("el", "Τι κάνετε\u037e Καλά.", ["Τι κάνετε\u037e ", "Καλά."]),
    ("el", "Τι κάνετε; Καλά.", ["Τι κάνετε; ", "Καλά."]),
    ("ru", "Да. Нет!", ["Да. ", "Нет!"]),
    ("ar", "مرحبا. كيف حالك؟ بخير!", ["مرحبا. ", "كيف حالك؟ ", "بخير!"]),
    ("ur", "ٹھیک۔ آپ کیسے ہیں؟ جی۔", ["ٹھیک۔ ", "آپ کیسے ہیں؟ ", "جی۔"]),
    ("hi", "नमस्ते। आप कैसे हैं? ठीक॥ हाँ।", ["नमस्ते। ", "आप कैसे हैं? ", "ठीक॥ ", "हाँ।"]),
    ("bn", "নমস্কার। কেমন আছেন?", ["নমস্কার। ", "কেমন আছেন?"]),
    ("zh", "你好。你在做什么？很好！再见", ["你好。", "你在做什么？", "很好！", "再见"]),
    ("ja", "こんにちは。元気ですか？はい。", ["こんにちは。", "元気ですか？", "はい。"]),
    ("ko", "안녕하세요. 잘 지내요? 네.", ["안녕하세요. ", "잘 지내요? ", "네."]),
    ("xx", "One. Two.", ["One. ", "Two."]),
]


@pytest.mark.parametrize(("language", "text", "expected"), CASES)
def test_sentences(language: str, text: str, expected: list[str]) -> None:
    assert list(sentences(text, language)) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\n", " \n\t", "...", "—"])
def test_little_text_comes_back_whole(text: str) -> None:
    assert "".join(sentences(text, "pt")) == text
    assert len(list(sentences(text, "pt"))) <= 1


WRITTEN = st.lists(
    st.sampled_from(
        [
            "Olá",
            "12",
            "1.5",
            "n.º 3",
            "gov.pt",
            "Sr.",
            "p. ex.",
            "。",
            "؟",
            ".",
            "!",
            "?",
            ";",
            ",",
            " ",
            "  ",
            "\n",
            "\r\n",
            "- ",
            "1. ",
            ";",
            "…",
            ":",
            "—",
            "É",
            "\u2028",
            "e",
        ]
    )
    | st.text(max_size=5),
    max_size=30,
).map("".join)


@given(text=WRITTEN, language=st.sampled_from(["pt", "en", "el", "zh", "ar", "de"]))
def test_no_character_is_lost(text: str, language: str) -> None:
    parts = list(sentences(text, language))
    assert "".join(parts) == text
    assert len(parts) <= 1 or all(part.strip() for part in parts)


@given(text=WRITTEN, limit=st.integers(5, 80))
def test_clauses_and_pieces_lose_none_either(text: str, limit: int) -> None:
    assert "".join(first_clause(text, limit)) == text
    parts = list(pieces(text, limit))
    assert "".join(parts) == text
    assert all(0 < len(part) <= limit for part in parts)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        # the last clause within 40 characters
        ("Para entrar, escreve o PIN da chave, depois o código que recebeu.", 37),
        # the first clause, where it is longer
        ("Das nove às dezoito horas e mais um pouco ainda, se precisar de ajuda.", 49),
        ("Custa 1,5 euros, mais ou menos, no balcão do costume.", 32),
        ("Atende às 10:30 ou às 12:45 nos dias úteis: pode ir lá.", 0),
        ("Ligue já para o número do centro 300 003 990 ou para 210 489 010.", 33),
        ("Sim, se tiver Cartão de Cidadão.", 0),
        ("Uma frase inteira sem nada onde se possa parar.", 0),
        ("请先打开应用程序并登录您的账户，然后选择激活数字移动钥匙功能。", 16),
        ("", 0),
    ],
)
def test_first_clause(text: str, first: int) -> None:
    part, rest = first_clause(text, 40)
    assert part + rest == text
    assert len(part) == (first or len(text))


def test_pieces_prefer_clauses_then_spaces() -> None:
    assert list(pieces("um dois, três quatro cinco", 20)) == ["um dois, ", "três quatro cinco"]
    assert list(pieces("um dois três quatro", 10)) == ["um dois ", "três ", "quatro"]
    assert list(pieces("x" * 25, 10)) == ["x" * 10, "x" * 10, "x" * 5]
