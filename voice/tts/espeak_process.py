"""espeak-ng in a process of its own: JSON requests in, JSON replies out, one a line.

espeak-ng is GPL-3 and not thread-safe, and it ends its whole process when it cannot read its data.
So this script runs alone (`python -I espeak_process.py`), imports nothing of ours, and ends when
its standard input does; voice/tts/espeak.py talks to it.

    {"voice": "pt", "text": "Bom dia."}                    {"ipa": "bˈoŋ dˈiɐ."}
    {"voice": "pt", "text": "Bom dia.", "speed": 1.0}      {"rate": 22050, "pcm": base64 of s16le,
                                                            "phones": [["b", 12], ...]}
    what cannot be done                                    {"error": a word}

`phones` are IPA symbols and the milliseconds at which they start; "" is a pause. Errors:
not_installed, no_data, unknown_voice, bad_request, failed.
Constants are those of espeak-ng's speak_lib.h, version 1.52.
"""

import base64
import ctypes
import json
import re
import sys
from typing import Any

_SYNCHRONOUS = 2
_PHONEME_EVENTS, _PHONEME_IPA, _DONT_EXIT = 0x0001, 0x0002, 0x8000
_UTF8 = 1
_IPA, _TIE = 0x02, 0x80
_TIE_CHARACTER = 0x361
_RATE_PARAMETER, _WORDS_PER_MINUTE = 1, 150
_LIST_TERMINATED, _END, _PHONEME = 0, 5, 7

# The marks that a speech model can use. Those of other scripts are told by their nearest kin.
_MARKS = {mark: mark for mark in ",.;:!?…—¿¡()"} | {
    mark: kin
    for kin, marks in {
        ",": "，、،",
        ".": "。۔।॥။።",
        ";": "；؛",
        ":": "：",
        "!": "！",
        "?": "？؟፧\u037e",
        "—": "–―",
        "(": "（",
        ")": "）",
    }.items()
    for mark in marks
}
# Marks that also stand inside a word or a number, where espeak has to see them (1.5, 10:30).
_INSIDE = ".,:"
_PIECES = re.compile(
    rf"(?:(?<!\w)[{_INSIDE}]|[{_INSIDE}](?!\w)|[{re.escape(''.join(set(_MARKS) - set(_INSIDE)))}])+"
)
# espeak marks a change of language inside the IPA, and ties those letters too: (͡e͡n) ... (͡p͡t).
_LANGUAGE_SWITCH = re.compile(rf"\((?:{chr(_TIE_CHARACTER)}?[a-z0-9-])+\)")


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class RefusedError(Exception):
    """The request cannot be done; the message is the error's word."""


class Espeak:
    """The library, opened by its full path with the data beside it."""

    def __init__(self) -> None:
        try:
            import espeakng_loader
        except ImportError:
            raise RefusedError("not_installed") from None
        # RTLD_LOCAL: a second espeak in the process must not find this one's symbols.
        self._library = ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_LOCAL)
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._rate = self._library.espeak_Initialize(
            _SYNCHRONOUS,
            0,
            espeakng_loader.get_data_path().encode(),
            _PHONEME_EVENTS | _PHONEME_IPA | _DONT_EXIT,
        )
        if self._rate <= 0:
            raise RefusedError("no_data")
        self._voice = ""
        self._pcm = bytearray()
        self._phones: list[tuple[str, int]] = []
        # Kept here because espeak holds only its address.
        self._callback = _Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def ipa(self, text: str, voice: str) -> str:
        """The IPA of `text`, with its punctuation in place."""
        self._use(voice)
        spoken: list[str] = []
        at = 0
        for mark in [*_PIECES.finditer(text), None]:
            end = mark.start() if mark else len(text)
            piece = text[at:end]
            if piece[:1].isspace() and spoken:
                spoken.append(" ")
            spoken.append(self._phonemes(piece))
            if mark:
                if piece[-1:].isspace():
                    spoken.append(" ")
                spoken.extend(_MARKS[character] for character in mark.group())
                at = mark.end()
        return " ".join("".join(spoken).split())

    def speech(self, text: str, voice: str, speed: float) -> dict[str, Any]:
        """`text` spoken by espeak's own voice."""
        self._use(voice)
        self._pcm.clear()
        self._phones.clear()
        words_per_minute = round(_WORDS_PER_MINUTE * speed)
        self._library.espeak_SetParameter(_RATE_PARAMETER, words_per_minute, 0)
        data = text.encode()
        if self._library.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8, None, None) != 0:
            raise RefusedError("failed")
        return {
            "rate": self._rate,
            "pcm": base64.b64encode(self._pcm).decode(),
            "phones": self._phones,
        }

    def _use(self, voice: str) -> None:
        if voice != self._voice:
            self._voice = ""
            if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise RefusedError("unknown_voice")
            self._voice = voice

    def _phonemes(self, piece: str) -> str:
        if not piece.strip():
            return ""
        data = ctypes.c_char_p(piece.encode())
        left = ctypes.c_void_p(ctypes.cast(data, ctypes.c_void_p).value)
        mode = _IPA | _TIE | _TIE_CHARACTER << 8
        clauses: list[str] = []
        while left.value:  # espeak takes one clause a call, and sets the rest to null at the end
            said = self._library.espeak_TextToPhonemes(ctypes.byref(left), _UTF8, mode)
            clauses.append((said or b"").decode("utf-8", "replace"))
        return _LANGUAGE_SWITCH.sub("", " ".join(clauses)).strip()

    def _collect(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._pcm += ctypes.string_at(samples, count * 2)
        index = 0
        while events[index].type != _LIST_TERMINATED:
            event = events[index]
            if event.type == _PHONEME:
                name = bytes(event.id.string).split(b"\0")[0].decode("utf-8", "replace")
                self._phones.append((name, event.audio_position))
            elif event.type == _END:
                self._phones.append(("", event.audio_position))
            index += 1
        return 0


def answer(espeak: Espeak, line: str) -> dict[str, Any]:
    """The reply to one request line."""
    try:
        request = json.loads(line)
        voice, text = str(request["voice"]), str(request["text"]).replace("\0", " ")
        speed = request.get("speed")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RefusedError("bad_request") from None
    if speed is None:
        return {"ipa": espeak.ipa(text, voice)}
    return espeak.speech(text, voice, float(speed))


def main() -> None:
    """Answer until standard input ends."""
    espeak: Espeak | None = None
    for line in sys.stdin:
        try:
            espeak = espeak or Espeak()
            reply = answer(espeak, line)
        except RefusedError as refusal:
            reply = {"error": str(refusal)}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
