"""What to say: the ladder from an approved answer down to saying that there is none.

small talk → approved entry → ask back → abstain. A language that the FAQ is not written in is
told so, in that page's words where we have them. (A grounded language model will stand between
asking back and abstaining.)
"""

from collections.abc import Mapping

from assistant.knowledge import Knowledge, Snapshot
from assistant.languages import LANGUAGES, base
from assistant.texts import Texts
from assistant.types import Answer, Option, Outcome
from faq_kb.types import Decision, SearchResult


class Answering:
    """Finds the answer to a question."""

    def __init__(self, knowledge: Knowledge, texts: Mapping[str, Texts], *, fallback: str) -> None:
        """`fallback`: the language of what we say to those whose language we lack."""
        self._knowledge = knowledge
        self._texts = texts
        self._fallback = fallback

    @property
    def snapshot(self) -> Snapshot:
        """The FAQ that is answered from now."""
        return self._knowledge.snapshot

    async def answer(self, text: str, *, language: str) -> Answer:
        """The answer to `text` on a page in `language`. Raises FaqError (QuestionInvalid)."""
        text = text.encode("utf-8", "replace").decode()  # half an emoji is no text
        code = base(language)
        snapshot = self.snapshot
        if code not in snapshot.languages or code not in self._texts:
            return self._unserved(code, snapshot.languages)
        texts = self._texts[code]
        reply = texts.small_talk(text)
        if reply is not None:
            return Answer(Outcome.SOCIAL, reply, reply, code)
        result = await self._knowledge.find(text, language=code)
        match result.decision:
            case Decision.ANSWER:
                return self._approved(result, code)
            case Decision.CLARIFY:
                return self._clarify(result, code, texts)
            case Decision.ABSTAIN:
                return self._abstain(result, code, texts)

    def unheard(self, language: str) -> Answer:
        """What to say when nothing could be understood."""
        code = base(language) if base(language) in self._texts else self._fallback
        reply = self._texts[code].unheard
        return Answer(Outcome.ABSTAIN, reply, reply, code)

    def greeting(self, language: str) -> Answer:
        """What to say when asked to speak and nobody has asked anything."""
        code = base(language) if base(language) in self._texts else self._fallback
        reply = self._texts[code].social["greeting"].reply
        return Answer(Outcome.SOCIAL, reply, reply, code)

    def _approved(self, result: SearchResult, code: str) -> Answer:
        best = result.matches[0]
        entry = self.snapshot.entries[best.entry_id]
        translation = entry.translations[code]
        return Answer(
            Outcome.FAQ,
            translation.answer,
            translation.spoken,
            code,
            entry_id=entry.id,
            confidence=best.confidence,
            candidates=result.matches,
            sources=entry.sources,
            as_of=entry.as_of,
        )

    def _clarify(self, result: SearchResult, code: str, texts: Texts) -> Answer:
        entries = self.snapshot.entries
        options = tuple(
            Option(entry_id, entries[entry_id].translations[code].question)
            for entry_id in result.options
        )
        spoken = f" {texts.or_} ".join(option.question.rstrip("?") for option in options)
        return Answer(
            Outcome.CLARIFY,
            texts.clarify,
            texts.clarify_spoken.format(options=spoken),
            code,
            confidence=result.matches[0].confidence,
            candidates=result.matches,
            options=options,
        )

    def _abstain(self, result: SearchResult, code: str, texts: Texts) -> Answer:
        return Answer(
            Outcome.ABSTAIN,
            texts.abstain,
            texts.abstain_spoken,
            code,
            confidence=result.matches[0].confidence if result.matches else None,
            candidates=result.matches,
        )

    def _unserved(self, code: str, served: frozenset[str]) -> Answer:
        said_in = code if code in self._texts else self._fallback
        name = LANGUAGES[code].endonym if code in LANGUAGES else code
        names = ", ".join(LANGUAGES[each].endonym for each in sorted(served) if each in LANGUAGES)
        text = self._texts[said_in].unserved.format(language=name, served=names)
        return Answer(Outcome.ABSTAIN, text, text, said_in)
