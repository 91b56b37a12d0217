"""Phones with their times become the mouth shapes of the avatar: the 15 visemes of Oculus.

One table serves every engine: its keys are IPA, and Kokoro's capitals for diphthongs. Shapes and
their sounds follow Meta's viseme reference ("Viseme Reference", Oculus Lipsync). There is no
co-articulation here; who draws the mouth blends.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voice.types import Viseme

SILENCE = "sil"

_SOUNDS = {
    "PP": "p b m ɓ",
    "FF": "f v ɸ β ʋ ɱ",
    "TH": "θ ð",
    "DD": "t d ʈ ɖ ɗ ʔ T",
    "kk": "k ɡ g q c ɟ ɠ x ɣ χ h ɦ ħ ʕ ŋ ɴ ɰ ʝ",
    "CH": "ʃ ʒ ʧ ʤ ɕ ʑ ʂ ʐ ʨ ʥ ç ꭧ",
    "SS": "s z ʦ ʣ S",
    "nn": "n l ɲ ʎ ɳ ɭ ɫ",
    "RR": "r ɹ ɾ ʁ ɻ ɽ ʀ",
    "aa": "a ɑ ɐ æ ʌ ɒ",
    "E": "e ɛ ə ɜ œ ɚ ɝ ø ᵊ ɘ ɵ",
    "I": "i ɪ y j ɨ ʏ ᵻ",
    "O": "o ɔ ɤ",
    "U": "u ʊ w ɯ ʉ ɥ",
}
_SHAPE = {sound: shape for shape, sounds in _SOUNDS.items() for sound in sounds.split()}
# Kokoro's one-letter diphthongs: the mouth rests longer on the first vowel.
_DIPHTHONGS = {
    "A": ("E", "I"),
    "I": ("aa", "I"),
    "O": ("O", "U"),
    "Q": ("E", "U"),
    "W": ("aa", "U"),
    "Y": ("O", "I"),
}
_FIRST_VOWEL = 0.6
# A boundary between words shorter than this is no pause: the lips do not close for it.
_BREATH_MS = 80
# Stress, length, secondary articulation: no sound of their own, they lengthen the one before.
_MODIFIERS = frozenset("ˈˌːˑʰʲʷˠˤ͡‿↓→↗↘12345")


@dataclass(frozen=True, slots=True)
class Phone:
    """A sound and when it is heard."""

    symbol: str
    """IPA or a Kokoro token; empty, a space or a punctuation mark for a pause."""
    start_ms: float
    """Milliseconds from the start of the chunk."""
    end_ms: float
    """Milliseconds from the start of the chunk."""


def visemes(phones: Iterable[Phone], length_ms: float) -> tuple[Viseme, ...]:
    """The mouth during a chunk of `length_ms`: contiguous from 0 to its end, neighbours differ.

    Phones come in order of time; gaps between them count as silence, and what lies outside the
    chunk is cut off. A chunk without length has no visemes.
    """
    end_ms = int(length_ms)
    track: list[tuple[str, int]] = []  # shape, end in ms
    for shape, start, end in _shapes(phones):
        begins = min(max(round(start), 0), end_ms)
        ends = min(max(round(end), 0), end_ms)
        if begins > _end(track):
            _extend(track, SILENCE, begins)
        if ends > _end(track):
            _extend(track, shape, ends)
    if end_ms > _end(track):
        _extend(track, SILENCE, end_ms)
    starts = [0, *(end for _, end in track)]
    return tuple(
        Viseme(shape, start, end) for (shape, end), start in zip(track, starts, strict=False)
    )


def _shapes(phones: Iterable[Phone]) -> Iterator[tuple[str, float, float]]:
    last = SILENCE
    for phone in phones:
        sounds = [s for s in phone.symbol if s not in _MODIFIERS and not _combines(s)]
        boundary = phone.symbol == " " and phone.end_ms - phone.start_ms < _BREATH_MS
        if boundary or (phone.symbol and not sounds):
            yield last, phone.start_ms, phone.end_ms
            continue
        shapes = _mouth(sounds)
        share = (phone.end_ms - phone.start_ms) * (_FIRST_VOWEL if len(shapes) == 2 else 1)
        yield shapes[0], phone.start_ms, phone.start_ms + share
        if len(shapes) == 2:
            yield shapes[1], phone.start_ms + share, phone.end_ms
        last = shapes[-1]


def _mouth(sounds: list[str]) -> tuple[str, ...]:
    """One shape, or the two of a diphthong or affricate."""
    if not sounds:
        return (SILENCE,)
    if sounds[0] in _DIPHTHONGS:
        return _DIPHTHONGS[sounds[0]]
    return tuple(_SHAPE.get(sound, SILENCE) for sound in (sounds[0], sounds[-1])[: len(sounds)])


def _combines(character: str) -> bool:
    return "\u0300" <= character <= "\u036f"


def _end(track: list[tuple[str, int]]) -> int:
    return track[-1][1] if track else 0


def _extend(track: list[tuple[str, int]], shape: str, end: int) -> None:
    if track and track[-1][0] == shape:
        track[-1] = (shape, end)
    else:
        track.append((shape, end))
