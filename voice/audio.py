"""Reading, resampling and writing sound."""

from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from voice.errors import AudioError
from voice.types import EndedBy, Samples, Utterance

SPEECH_RATE = 16_000
"""Hertz, of everything that is transcribed."""
REPLY_RATE = 24_000
"""Hertz, of everything that is spoken to a client or written to a file."""


MAX_UTTERANCE_S = 60.0
"""The longest stretch of sound that is taken as one utterance."""


def from_pcm(pcm: bytes) -> Samples:
    """Signed 16-bit little-endian bytes as samples. Raises AudioError for half a sample."""
    if len(pcm) % 2:
        raise AudioError("16-bit audio needs an even number of bytes")
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32_768.0


def to_pcm(samples: NDArray[np.floating]) -> bytes:
    """Samples as signed 16-bit little-endian bytes; what is beyond [-1, 1] is clipped."""
    return (np.clip(samples, -1.0, 1.0) * 32_767.0).astype("<i2").tobytes()


def resample(samples: Samples, rate: int, to_rate: int) -> Samples:
    """`samples` at another rate (soxr, high quality)."""
    if rate == to_rate or not len(samples):
        return samples
    return soxr.resample(samples, rate, to_rate).astype(np.float32)


class Resampler:
    """Resamples a stream chunk by chunk, without clicks at the seams."""

    def __init__(self, rate: int, to_rate: int) -> None:
        self._stream = soxr.ResampleStream(rate, to_rate, 1, dtype="float32")
        self._same = rate == to_rate

    def feed(self, samples: Samples, *, last: bool = False) -> Samples:
        """The next samples at the new rate; the filter holds some back until `last`."""
        return samples if self._same else self._stream.resample_chunk(samples, last=last)


def read(path: Path, *, rate: int = SPEECH_RATE) -> Samples:
    """The sound of a WAV, FLAC, Ogg or MP3 file of any rate and channel count, as mono at `rate`.

    Raises AudioError where it is no such file, empty, or has no channel with sound in it.
    """
    if not path.is_file():
        raise AudioError(f"there is no file {path}")
    try:
        samples, found = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise AudioError(f"{path} cannot be read as WAV, FLAC, Ogg or MP3") from error
    if not len(samples):
        raise AudioError(f"{path} holds no audio")
    mono = samples.mean(axis=1, dtype=np.float32)
    if not np.isfinite(mono).all():
        raise AudioError(f"{path} holds samples that are not numbers")
    return resample(mono, int(found), rate)


def utterance_of(path: Path) -> Utterance:
    """A whole file as one utterance. Raises AudioError."""
    audio = read(path)
    return Utterance(audio, 0.0, len(audio) / SPEECH_RATE, EndedBy.CLIENT)


def write(path: Path, pcm: bytes, *, rate: int = REPLY_RATE) -> None:
    """Write mono 16-bit PCM as a WAV file. Raises AudioError where it cannot be written."""
    try:
        soundfile.write(path, np.frombuffer(pcm, "<i2"), rate, subtype="PCM_16", format="WAV")
    except (soundfile.SoundFileError, OSError) as error:
        raise AudioError(f"{path} cannot be written") from error
