"""Names as text: a file's name may be bytes that no encoding knows."""


def is_printable(text: str) -> bool:
    """Whether a text can be written as UTF-8: to the terminal, a database, a JSON document."""
    return printable(text) == text


def printable(text: str) -> str:
    """The text with what can't be written as UTF-8 spelled out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
