"""Runs cases through the production turn, resumably: what results.jsonl holds is not done again."""

import hashlib
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answering import Answering
from assistant.container import answers, assemble
from assistant.errors import AssistantError, InternalError, StageTimedOut
from assistant.settings import Settings
from assistant.turn import Turn, new_turn_id
from assistant.types import Channel, Question
from assistant.wiring import Assistant
from eval.cases import Case
from eval.errors import CasesInvalid, RunMixed
from eval.results import Result, failure_of, line_of, read_results, result_of
from eval.summary import summary_of
from faq_kb.errors import FaqError, StoreUnavailable
from voice.audio import utterance_of
from voice.errors import Busy, VoiceError

_MATTER = {"stt": {"model", "beam"}, "tts": {"model"}, "search": True, "listening": True}
"""Settings that change answers."""
_AGAIN = frozenset({Busy.code, StageTimedOut.code, InternalError.code, StoreUnavailable.code})
"""Errors of the moment: a run that goes on takes these cases again."""

Take = Callable[[Case], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does with its cases."""

    channel: Channel = Channel.TEXT
    detect: bool = False
    """Whether the recogniser must find the language by itself."""


async def run(
    settings: Settings,
    cases: Sequence[Case],
    case_file: Path,
    out: Path,
    plan: Plan,
    progress: Callable[[int], None] = lambda done: None,
) -> dict[str, Any]:
    """Take every case, write results.jsonl and summary.json into `out`; the summary.

    `progress` is told how many cases are done. Raises RunMixed where `out` holds results of other
    cases, another channel or another FAQ; CasesInvalid where a case lacks what the channel needs.
    """
    _check(cases, plan)
    cases_hash = _prepare(case_file, out)
    lines = out / "results.jsonl"
    async with _taking(settings, plan, case_file.parent) as (take, assistant_is):
        manifest = {
            **assistant_is,
            "cases": cases_hash,
            "channel": plan.channel.value,
            "detect": plan.detect,
            "settings": settings.model_dump(mode="json", include=_MATTER),
        }
        _keep_apart(out / "manifest.json", manifest)
        done = {each.id: each for each in read_results(lines) if each.error not in _AGAIN}
        # Written anew, so that a line which a crash cut off does not stay.
        lines.write_text("".join(map(line_of, done.values())), "utf-8")
        with lines.open("a", encoding="utf-8") as results:
            for number, case in enumerate(cases, 1):
                if case.id not in done:
                    done[case.id] = await take(case)
                    results.write(line_of(done[case.id]))
                    results.flush()
                progress(number)
    summary = {**summary_of([done[case.id] for case in cases]), "manifest": manifest}
    (out / "summary.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    return summary


@asynccontextmanager
async def _taking(
    settings: Settings, plan: Plan, folder: Path
) -> AsyncGenerator[tuple[Take, dict[str, Any]]]:
    """What takes a case, and what the manifest says of it. Text needs no ears and no mouth."""
    if plan.channel is Channel.TEXT:
        async with answers(settings) as answering:
            snapshot = answering.snapshot
            known = {"kb_version": snapshot.version, "models": {"search": settings.search.model}}
            yield (lambda case: _typed(answering, case)), known
    else:
        async with assemble(settings) as assistant:
            snapshot = assistant.answering.snapshot
            known = {"kb_version": snapshot.version, "models": assistant.models}
            yield (lambda case: _spoken(assistant, case, folder, plan)), known


async def _typed(answering: Answering, case: Case) -> Result:
    began = time.perf_counter()
    try:
        *before, last = case.typed()
        for text in before:
            await answering.answer(text, language=case.lang)
        answer = await answering.answer(last, language=case.lang)
    except (AssistantError, FaqError, VoiceError) as error:
        return failure_of(case, error.code, _ms_since(began))
    return result_of(case, answer, None, _ms_since(began))


async def _spoken(assistant: Assistant, case: Case, folder: Path, plan: Plan) -> Result:
    began = time.perf_counter()
    try:
        question = Question(
            new_turn_id(),
            case.lang,
            utterance=utterance_of(folder / str(case.audio)),
            spoken_language=None if plan.detect else case.lang,
            speak=False,
        )
        turn = Turn(assistant, question)
        async with aclosing(turn.run()) as events:
            async for _ in events:
                pass
        answer = turn.answered()
    except (AssistantError, FaqError, VoiceError) as error:
        return failure_of(case, error.code, _ms_since(began))
    heard = turn.transcript.text if turn.transcript else None
    return result_of(case, answer, heard, _ms_since(began))


def _check(cases: Sequence[Case], plan: Plan) -> None:
    for case in cases:
        if plan.channel is Channel.TEXT and not case.typed():
            raise CasesInvalid(f"case {case.id} has no text for the text channel")
        if plan.channel is Channel.VOICE and case.audio is None:
            raise CasesInvalid(f"case {case.id} has no audio for the voice channel")


def _prepare(case_file: Path, out: Path) -> str:
    """Make the folder of results; the sha256 of the case file."""
    out.mkdir(parents=True, exist_ok=True)
    return hashlib.sha256(case_file.read_bytes()).hexdigest()


def _keep_apart(path: Path, manifest: dict[str, Any]) -> None:
    if path.is_file() and json.loads(path.read_text("utf-8")) != manifest:
        raise RunMixed(f"{path.parent} holds another run; give another --out, or delete it")
    path.write_text(json.dumps(manifest, indent=2) + "\n")


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
