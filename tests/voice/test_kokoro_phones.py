"""espeak's IPA in Kokoro's alphabet."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from voice.tts.espeak import EspeakProcess
from voice.tts.kokoro_phones import blocks, kokoro_symbols


@pytest.fixture(scope="module")
def espeak() -> Iterator[EspeakProcess]:
    process = EspeakProcess()
    yield process
    process.close()


@pytest.fixture(scope="module")
def vocabulary(models_dir: Path) -> dict[str, int]:
    return json.loads((models_dir / "kokoro" / "vocab.json").read_text("utf-8"))["vocab"]


@pytest.mark.parametrize(
    ("ipa", "espeak_voice", "symbols"),
    [
        ("t͡ʃˈe͡ɪnd͡ʒ", "en-us", "ʧˈAnʤ"),
        ("wˈɔːɾɚ", "en-us", "wˈɔTəɹ"),
        ("bˈʌʔn\u0329", "en-us", "bˈʌtᵊn"),
        ("nˈɐ̃͡ʊ̃", "pt", "nˈɐ̃ʊ̃"),
        ("tɹˈeʃ ʃˈavɨʃ, sˈɑlɐ ʁˈuɐ.", "pt", "trˈeʃ ʃˈavyʃ, sˈalæ xˈuæ."),
        ("d͡ʒˈiæ", "pt-br", "ʤˈiæ"),
        ("¿kˈomo?", "es", "kˈomo?"),
        ("ɫħʕʉ", "x", "lhu"),
        ("õç", "x", "o\u0303ç"),
        ("5☃", "x", ""),
    ],
)
def test_symbols(ipa: str, espeak_voice: str, symbols: str, vocabulary: dict[str, int]) -> None:
    assert "".join(kokoro_symbols(ipa, espeak_voice, vocabulary)) == symbols


def test_every_sound_of_a_text_has_a_symbol(
    espeak: EspeakProcess, vocabulary: dict[str, int]
) -> None:
    text = "Chefe, água, pão, põe, muito, telhado, vinho, carro, quase, hoje; zero, fixe: já!"
    ipa = espeak.ipa(text, "pt")
    kept = "".join(kokoro_symbols(ipa, "pt", vocabulary))
    assert kept.count(" ") == ipa.count(" ")
    assert len(kept) > 0.9 * len(ipa.replace("͡", ""))


def test_blocks_end_after_marks_or_spaces() -> None:
    assert blocks(list("ab, cd ef"), 4) == [list("ab,"), list(" cd "), list("ef")]
    assert blocks(list("abcdef"), 4) == [list("abcd"), list("ef")]
    assert blocks([], 4) == []
