"""Ids of the wire's objects."""

from uuid import uuid4


def new_id(prefix: str) -> str:
    """A fresh id, such as event_3f…"""
    return f"{prefix}_{uuid4().hex[:24]}"
