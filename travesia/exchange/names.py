"""Names from outside that become names of folders: only what is safe as one is let in."""

import re

from travesia.exchange.archive import shown
from travesia.exchange.errors import N_, Refusal

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PERSON = re.compile(r"[^\W_][\w.@-]{0,99}")


def is_id(value: str) -> bool:
    """Whether an id is safe as the name of a folder."""
    return _ID.fullmatch(value) is not None


def check_id(value: str) -> str:
    """An id that is safe as the name of a folder, or a refusal that shows it."""
    if not is_id(value):
        raise Refusal(400, "bad_id", N_("“{name}” is no valid name here."), name=shown(value))
    return value


def check_person(name: str) -> str:
    """A person's name that is safe as part of a folder's name, or a refusal that shows it."""
    if not _PERSON.fullmatch(name):
        raise Refusal(
            403,
            "bad_person",
            N_("The account name “{name}” cannot be used in a course; ask the administrator."),
            name=shown(name),
        )
    return name
