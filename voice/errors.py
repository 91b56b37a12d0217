"""Errors of speech. Each has a stable `code`; `retryable`: the same call may work later.

VoiceError
├── AudioError           audio_invalid       not audio, empty, or of a kind that cannot be read
├── UtteranceTooLong     utterance_too_long  more speech than one transcription takes
├── NoSpeech            no_speech           nobody speaks in it
├── NotUnderstood        not_understood      heard, but the transcript is not to be trusted
├── ModelMissing         model_missing       a model's file is not there
├── ModelCorrupt         model_corrupt       a model's file differs from its sha256
├── VoiceMissing         voice_missing       no voice for this language
├── SynthesisFailed      synthesis_failed    an engine gave no speech
└── Busy                 busy                every worker is taken, and the wait limit has passed

Messages never contain what was said.
"""


class VoiceError(Exception):
    """Root of the tree."""

    code = "voice_error"
    retryable = False


class AudioError(VoiceError):
    code = "audio_invalid"


class UtteranceTooLong(VoiceError):
    code = "utterance_too_long"


class NoSpeech(VoiceError):
    code = "no_speech"
    retryable = True


class NotUnderstood(VoiceError):
    code = "not_understood"
    retryable = True


class ModelMissing(VoiceError):
    code = "model_missing"


class ModelCorrupt(VoiceError):
    code = "model_corrupt"


class VoiceMissing(VoiceError):
    code = "voice_missing"


class SynthesisFailed(VoiceError):
    code = "synthesis_failed"
    retryable = True


class Busy(VoiceError):
    code = "busy"
    retryable = True
