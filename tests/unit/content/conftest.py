"""The course's real content, its catalogues and, where they are there, the texts of the laws."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from travesia.course.localise import localiser
from travesia.course.questions import Localise
from travesia.language import translations

ROOT = Path(__file__).parents[3]
LAW = ROOT.parent / "shared" / "law"
FILES = {"LM": "lmigra.txt", "LGDNNA": "lgdnna.txt", "LRPCAP": "lrpcap.txt"}
HEADING = r"\n\s*Art[íi]culo %s(?:o\.|\.|-|\s|º|°)"

FindArticle = Callable[[str, int], str]


@pytest.fixture
def localise() -> Callable[[str, str], Localise]:
    """Gives the translation into a language of what lies below `notebooks` or `keys`."""

    def into(language: str, domain: str) -> Localise:
        return localiser(translations(language, ROOT / domain / "locale"))

    return into


@pytest.fixture
def article() -> FindArticle:
    """Gives the text of an article of a law, or nothing where the law has no such article."""
    if not LAW.is_dir():
        sentence = (
            f"The texts of the laws are missing: {LAW} does not exist, so cited articles cannot be "
            "checked; put the folder `shared/law` beside the checkout."
        )
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)

    def find(instrument: str, number: int) -> str:
        law = (LAW / FILES[instrument]).read_text(encoding="utf-8")
        start = re.search(HEADING % number, law)
        if start is None:
            return ""
        rest = law[start.end() :]
        following = re.search(HEADING % r"\d+", rest)
        return rest[: following.start()] if following else rest

    return find
