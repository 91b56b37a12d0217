"""Errors of the conversation. Each has a stable `code`; `retryable`: the same call may work later.

AssistantError
├── SettingsInvalid    settings_invalid    a setting that is unknown or has an impossible value
├── AddressTaken       address_taken       the server cannot listen where it was told to
├── NotReady           not_ready           models, database or snapshot are not there yet
├── SessionsFull       sessions_full       as many citizens are connected as the server takes
├── StageTimedOut      stage_timed_out     a stage of a turn took longer than its limit
├── InternalError      internal_error      a fault of ours; kind and line are logged
└── TurnFailed         (the cause's code)  a turn ended without an answer

The errors of speech and of the FAQ (voice.errors, faq_kb.errors) pass through as they are: they
carry `code` and `retryable` too.
"""


class AssistantError(Exception):
    """Root of the tree."""

    code = "assistant_error"
    retryable = False


class SettingsInvalid(AssistantError):
    code = "settings_invalid"


class AddressTaken(AssistantError):
    code = "address_taken"


class NotReady(AssistantError):
    code = "not_ready"
    retryable = True


class SessionsFull(AssistantError):
    code = "sessions_full"
    retryable = True


class StageTimedOut(AssistantError):
    code = "stage_timed_out"
    retryable = True

    def __init__(self, stage: str, limit_s: float) -> None:
        super().__init__(f"{stage} took longer than {limit_s:g} s")
        self.stage = stage


class InternalError(AssistantError):
    code = "internal_error"
    retryable = True


class TurnFailed(AssistantError):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
