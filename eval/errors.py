"""Errors of evaluation.

AssistantError
└── EvalError
    ├── CasesInvalid   cases_invalid   cases, entries or queries that cannot be used; names the line
    └── RunMixed       run_mixed       a folder holds the results of another run
"""

from assistant.errors import AssistantError


class EvalError(AssistantError):
    """Root of the tree."""

    code = "eval_error"


class CasesInvalid(EvalError):
    code = "cases_invalid"


class RunMixed(EvalError):
    code = "run_mixed"
