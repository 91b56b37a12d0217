"""Entries as plain mappings: one shape for revisions in the database, export files and hashes."""

import hashlib
import json
from datetime import date
from typing import Any

from faq_kb.types import Entry, Source, State, Translation


def entry_to_document(entry: Entry) -> dict[str, Any]:
    """`entry` as JSON values; its version is left out, for it belongs to the database."""
    return {
        "id": entry.id,
        "topic": entry.topic,
        "area": entry.area,
        "owner": entry.owner,
        "sources": [{"title": source.title, "url": source.url} for source in entry.sources],
        "as_of": entry.as_of,
        "review_by": entry.review_by.isoformat(),
        "look_alikes": list(entry.look_alikes),
        "handover": entry.handover,
        "translations": {
            language: translation_to_document(translation)
            for language, translation in sorted(entry.translations.items())
        },
    }


def translation_to_document(translation: Translation) -> dict[str, Any]:
    """`translation` as JSON values, without its language, which is the key it stands under."""
    return {
        "question": translation.question,
        "phrasings": list(translation.phrasings),
        "answer": translation.answer,
        "spoken": translation.spoken,
        "state": translation.state.value,
        "source_hash": translation.source_hash,
    }


def entry_from_document(document: dict[str, Any], *, version: int = 1) -> Entry:
    """The reverse of `entry_to_document`, for documents that are known to be sound.

    Raises KeyError or ValueError for others: files from outside go through `content` or
    `exchange`.
    """
    return Entry(
        id=document["id"],
        topic=document["topic"],
        area=document["area"],
        owner=document["owner"],
        sources=tuple(Source(source["title"], source["url"]) for source in document["sources"]),
        as_of=document["as_of"],
        review_by=date.fromisoformat(document["review_by"]),
        look_alikes=tuple(document["look_alikes"]),
        handover=document["handover"],
        translations={
            language: Translation(
                language=language,
                question=text["question"],
                phrasings=tuple(text["phrasings"]),
                answer=text["answer"],
                spoken=text["spoken"],
                state=State(text["state"]),
                source_hash=text["source_hash"],
            )
            for language, text in document["translations"].items()
        },
        version=version,
    )


def entry_hash(entry: Entry) -> str:
    """Hash of all that `entry` says, its version aside: 64 hexadecimal digits."""
    return _hash(entry_to_document(entry))


def translation_hash(translation: Translation) -> str:
    """Hash of the text that other languages are translated from: 64 hexadecimal digits.

    A translation keeps the one of its source; where they differ, it is stale.
    """
    return _hash([translation.question, translation.answer, translation.spoken])


def _hash(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
