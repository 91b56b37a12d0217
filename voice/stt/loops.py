"""Tells a decoding that has run away from one that is speech.

Whisper repeats itself on cut or noisy sound, and is sure of it (log-probability about -0.2), so
its own confidence cannot tell. Limits measured with whisper-base: real speech compresses at most
1.7 times (Cyrillic and Arabic; Latin 1.4) and holds at most 9 tokens a second; loops 1.7 to 3.0.
"""

import zlib
from collections import Counter

_MAX_COMPRESSION = 2.0
_MAX_TOKENS_PER_S = 12
_MAX_REPEATS = 3


def looped(text: str, tokens: int, seconds: float) -> bool:
    """Whether `text`, decoded as `tokens` tokens from `seconds` of sound, repeats itself."""
    raw = text.encode()
    if raw and len(raw) / len(zlib.compress(raw)) > _MAX_COMPRESSION:
        return True
    if tokens > _MAX_TOKENS_PER_S * max(seconds, 1.0):
        return True
    words = text.lower().split()
    triples = Counter(zip(words, words[1:], words[2:], strict=False))
    return bool(triples) and max(triples.values()) >= _MAX_REPEATS
