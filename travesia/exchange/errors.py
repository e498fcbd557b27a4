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


def own_disk_sentence(error: OSError, translate: Translate) -> str:
    """What is wrong with a file of the reader's own, and what to do about it."""
    _ = translate
    if error.errno in _NO_ROOM:
        return _(
            "There is no room left on your disk; delete what you no longer need and try again."
        )
    sentence = {
        errno.EACCES: _("“{file}” may not be read or written; change its permissions."),
        errno.EPERM: _("“{file}” may not be read or written; change its permissions."),
        errno.ENOENT: _("“{file}” is not there any more; try again."),
        errno.ELOOP: _("“{file}” is a link to another file; put the file itself in its place."),
    }.get(error.errno or 0, _("“{file}” cannot be read or written (error {number}); try again."))
    return sentence.format(file=error.filename, number=error.errno)


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
                "The course's disk is full, so nothing was stored; what was handed in before"
                " is kept. Please tell your instructor and try again later."
            ),
        ) from error
