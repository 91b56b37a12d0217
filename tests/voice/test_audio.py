"""Reading and resampling real files of every kind that we say we take."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice.audio import (
    REPLY_RATE,
    SPEECH_RATE,
    Resampler,
    from_pcm,
    read,
    resample,
    to_pcm,
    utterance_of,
    write,
)
from voice.errors import AudioError


def tone(seconds: float, rate: int, hertz: float = 440.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(
        np.float32
    )


@pytest.mark.parametrize(
    ("name", "rate", "channels", "kind"),
    [
        ("a.wav", 8_000, 1, {"format": "WAV", "subtype": "PCM_16"}),
        ("b.wav", 44_100, 2, {"format": "WAV", "subtype": "FLOAT"}),
        ("c.wav", 8_000, 1, {"format": "WAV", "subtype": "ULAW"}),
        ("d.flac", 48_000, 1, {"format": "FLAC"}),
        ("e.ogg", 48_000, 2, {"format": "OGG", "subtype": "OPUS"}),
        ("f.ogg", 22_050, 1, {"format": "OGG", "subtype": "VORBIS"}),
        ("g.mp3", 44_100, 6 - 4, {"format": "MP3"}),
    ],
)
def test_every_kind_becomes_16_khz_mono(
    tmp_path: Path, name: str, rate: int, channels: int, kind: dict[str, str]
) -> None:
    path = tmp_path / name
    soundfile.write(path, np.stack([tone(1.0, rate)] * channels, axis=1), rate, **kind)
    samples = read(path)
    assert samples.dtype == np.float32
    assert abs(len(samples) - SPEECH_RATE) < SPEECH_RATE * 0.1
    spectrum = np.abs(np.fft.rfft(samples))
    assert spectrum.argmax() * SPEECH_RATE / len(samples) == pytest.approx(440, abs=5)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not audio at all" * 50])
def test_what_is_no_audio_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wrong.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=r"wrong\.wav"):
        read(path)


def test_a_missing_or_empty_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="there is no file"):
        read(tmp_path / "none.wav")
    soundfile.write(tmp_path / "empty.wav", np.zeros(0), 16_000)
    with pytest.raises(AudioError, match="no audio"):
        read(tmp_path / "empty.wav")


def test_pcm_there_and_back() -> None:
    samples = tone(0.1, 16_000)
    assert np.abs(from_pcm(to_pcm(samples)) - samples).max() < 1e-4
    assert to_pcm(np.array([9.0, -9.0], np.float32)) == b"\xff\x7f\x01\x80"
    with pytest.raises(AudioError):
        from_pcm(b"odd")


def test_a_stream_resampled_in_pieces_is_the_whole() -> None:
    whole = tone(1.0, 24_000)
    stream = Resampler(24_000, 16_000)
    pieces = [stream.feed(whole[i : i + 777]) for i in range(0, len(whole), 777)]
    pieces.append(stream.feed(np.zeros(0, np.float32), last=True))
    joined = np.concatenate(pieces)
    expected = resample(whole, 24_000, 16_000)
    assert len(joined) == pytest.approx(len(expected), abs=2)
    middle = slice(2_000, 12_000)
    assert np.abs(joined[middle] - expected[middle]).max() < 1e-3


def test_written_speech_is_24_khz_mono_16_bit(tmp_path: Path) -> None:
    write(tmp_path / "out.wav", to_pcm(tone(0.5, REPLY_RATE)))
    info = soundfile.info(tmp_path / "out.wav")
    assert (info.samplerate, info.channels, info.subtype) == (24_000, 1, "PCM_16")
    assert utterance_of(tmp_path / "out.wav").seconds == pytest.approx(0.5, abs=0.01)
    with pytest.raises(AudioError, match="cannot be written"):
        write(tmp_path / "no" / "such" / "folder.wav", b"\0\0")
