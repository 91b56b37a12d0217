"""A decoding that repeats itself is told from speech."""

import pytest

from voice.stt.loops import looped


@pytest.mark.parametrize(
    ("text", "tokens", "seconds"),
    [
        ("Mam problem. Mam problem. Mam problem. Mam problem. Mam problem. ", 40, 4.0),
        ("a b c " * 3, 18, 4.0),
        ("short", 60, 4.0),
    ],
)
def test_loops(text: str, tokens: int, seconds: float) -> None:
    assert looped(text, tokens, seconds)


@pytest.mark.parametrize(
    "text",
    [
        "How do I activate the digital mobile key in the app?",
        "Bom dia, queria saber como é que ativo a chave móvel digital, se faz favor.",
        "Как активировать мобильный ключ?",
        "",
    ],
)
def test_speech(text: str) -> None:
    assert not looped(text, len(text) // 4, 5.0)
