"""espeak-ng as a neighbour: IPA for the neural voices, and a voice of last resort.

The library is GPL-3 and stays in a child process (espeak_process.py); only JSON passes between.
"""

import base64
import json
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import Any

from voice.errors import ModelMissing, SynthesisFailed, VoiceMissing
from voice.pronounce import pronounce
from voice.sentences import sentences
from voice.types import SpeechChunk, Voice
from voice.visemes import Phone, visemes
from voice.workers import Workers

_SCRIPT = Path(__file__).with_name("espeak_process.py")


class EspeakProcess:
    """One espeak-ng child, started at the first request and again whenever it is gone.

    Thread-safe: requests take turns. The child ends with its standard input, so it never outlives
    this process. A request that takes longer than `limit_s` fails and costs the child its life; a
    child that dies by itself is replaced once within the request.
    """

    def __init__(self, *, limit_s: float = 5.0) -> None:
        self._limit_s = limit_s
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's process id, None before the first request."""
        return self._child.pid if self._child else None

    def ipa(self, text: str, voice: str) -> str:
        """The IPA of `text`, read by espeak's `voice`, punctuation kept, affricates tied (U+0361).

        Blocks. Raises SynthesisFailed, VoiceMissing (espeak has no such voice), ModelMissing
        (espeak is not installed).
        """
        return self._ask({"voice": voice, "text": text})["ipa"]

    def speech(self, text: str, voice: str, speed: float) -> tuple[bytes, int, list[Phone]]:
        """`text` in espeak's own voice: s16le mono, its rate in hertz, its phones.

        Blocks. Raises as `ipa` does.
        """
        reply = self._ask({"voice": voice, "text": text, "speed": speed})
        pcm, rate = base64.b64decode(reply["pcm"]), int(reply["rate"])
        starts = [float(at) for _, at in reply["phones"]]
        ends = [*starts[1:], len(pcm) / 2 / rate * 1000]
        phones = [
            Phone(ipa, start, max(start, end))
            for (ipa, _), start, end in zip(reply["phones"], starts, ends, strict=False)
        ]
        return pcm, rate, phones

    def close(self) -> None:
        """End the child. Requests made later, or waiting now, raise SynthesisFailed."""
        self._closed = True
        if child := self._child:
            child.kill()
        with self._turn:
            self._discard()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        line = json.dumps(request).encode() + b"\n"
        with self._turn:
            reply = self._exchange(line) or self._exchange(line)
        if not reply:
            raise SynthesisFailed("espeak-ng ended twice during a request")
        match reply.get("error"):
            case None:
                return reply
            case "unknown_voice":
                raise VoiceMissing(f"espeak-ng has no voice '{request['voice']}'")
            case "not_installed":
                raise ModelMissing("espeakng-loader is not installed: install the extra 'espeak'")
            case error:
                raise SynthesisFailed(f"espeak-ng: {error}")

    def _exchange(self, line: bytes) -> dict[str, Any] | None:
        """The child's reply, or None where the child died instead of replying."""
        if self._closed:
            raise SynthesisFailed("espeak-ng is closed")
        child = self._running()
        assert child.stdin and child.stdout
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            child.kill()

        timer = threading.Timer(self._limit_s, expire)
        timer.start()
        try:
            child.stdin.write(line)
            child.stdin.flush()
            reply = child.stdout.readline()
        except OSError:
            reply = b""
        finally:
            timer.cancel()
        if reply.endswith(b"\n"):
            return json.loads(reply)
        self._discard()
        if expired.is_set():
            raise SynthesisFailed(f"espeak-ng did not answer within {self._limit_s:g} s")
        return None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child and self._child.poll() is not None:
            self._discard()
        if not self._child:
            self._child = subprocess.Popen(
                [sys.executable, "-I", str(_SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a traceback could hold what was said
            )
        return self._child

    def _discard(self) -> None:
        child, self._child = self._child, None
        if child:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    with suppress(OSError):  # unsent bytes of a request to a dead child
                        pipe.close()


class EspeakEngine:
    """espeak-ng's own formant voice: every language, at once, and plainly a robot."""

    def __init__(self, espeak: EspeakProcess, workers: Workers) -> None:
        self._espeak = espeak
        self._workers = workers

    async def speak(
        self, text: str, *, voice: Voice, speed: float = 1.0
    ) -> AsyncGenerator[SpeechChunk]:
        """Yield one chunk a sentence; none for a text without words. `voice.name` is espeak's."""
        for sentence in sentences(text, voice.language):
            if not any(character.isalnum() for character in sentence):
                continue
            words = pronounce(sentence, voice.language)
            pcm, rate, phones = await self._workers.run(
                self._espeak.speech, words, voice.name, speed
            )
            if pcm:
                ms = len(pcm) // 2 * 1000 / rate
                yield SpeechChunk(pcm, rate, sentence, visemes(phones, ms))
