"""Errors of the FAQ. Each has a stable `code`; `retryable` says whether the same call may work
later.

FaqError
├── ContentInvalid       content_invalid       a file that cannot be read; names the place
├── EntryUnknown         entry_unknown         no entry of this id
├── EditConflict         edit_conflict         somebody else has saved in between
├── QuestionInvalid      question_invalid      empty or too long
├── EmbedderUnavailable  embedder_unavailable  the embedding model cannot be loaded
└── StoreUnavailable     store_unavailable     the database cannot be reached, read or written
"""


class FaqError(Exception):
    """Root of the tree."""

    code = "faq_error"
    retryable = False


class ContentInvalid(FaqError):
    code = "content_invalid"


class EntryUnknown(FaqError):
    code = "entry_unknown"


class EditConflict(FaqError):
    code = "edit_conflict"
    retryable = True


class QuestionInvalid(FaqError):
    code = "question_invalid"


class EmbedderUnavailable(FaqError):
    code = "embedder_unavailable"


class StoreUnavailable(FaqError):
    code = "store_unavailable"
    retryable = True
