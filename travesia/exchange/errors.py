"""Refusals of the exchange and failures of its client, each a sentence for a person."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from travesia.language import SOURCE_LANGUAGE, Translate, translator

N_: Final = str
"""Marks a sentence for the catalogue; it is translated when the reader is known."""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class Refusal(Exception):  # noqa: N818 - the exchange works as it should when it refuses
    """Says why the exchange does not do what it was asked, in any language.

    The message is a template of the source language: it is translated first and filled
    afterwards, so that names from outside can never be taken for a placeholder.
    """

    def __init__(self, status: int, code: str, message: str, **values: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.values = values

    def sentence(self, translate: Translate) -> str:
        """The reason as one sentence in the translator's language."""
        return translate(self.message).format(**self.values)

    def __str__(self) -> str:
        return self.sentence(translator(SOURCE_LANGUAGE))


class ServiceError(Exception):
    """Says in the reader's language why the exchange's service gave no answer of use."""

    def __init__(self, sentence: str, *, code: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.status = status


@contextmanager
def no_room_is_told() -> Iterator[None]:
    """Turns a disk without room into a refusal that says what is kept and who can help."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise Refusal(
            507,
            "no_room",
            N_(
                "The exchange's disk is full, so nothing was stored; what was handed in before"
                " is kept. Please tell your instructor and try again later."
            ),
        ) from error
