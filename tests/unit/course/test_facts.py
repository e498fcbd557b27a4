"""A fact is dated: it says when it was checked and until when it may be relied on."""

from datetime import date
from pathlib import Path

import pytest

from travesia.course.document import ContentError
from travesia.course.facts import expired, load_facts

FACT = """\
facts:
  - id: lm-8
    kind: law
    text: Urgent care is free.
    source: LM 8
    confidence: text
    as_of: 2026-02-08
    checked: 2026-08-01
    expires: 2026-12-01
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "facts.yaml"
    path.write_text(FACT, encoding="utf-8")
    return path


def test_a_fact_expires_after_its_last_day(path: Path) -> None:
    facts = load_facts(path)
    assert expired(facts, date(2026, 12, 1)) == []
    assert [fact.id for fact in expired(facts, date(2026, 12, 2))] == ["lm-8"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("expires: 2026-12-01", "expires: 2027-06-01", "lives for 1 to 180 days"),
        ("kind: law", "kind: contact", "lives for 1 to 90 days"),
        ("expires: 2026-12-01", "expires: 2026-07-01", "lives for 1 to 180 days"),
        ("as_of: 2026-02-08", "as_of: yesterday", "as_of"),
        ("confidence: text", "confidence: sure", "confidence"),
    ],
)
def test_a_record_that_cannot_be_trusted_is_refused_with_its_line(
    path: Path, old: str, new: str, sentence: str
) -> None:
    path.write_text(FACT.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match="line ") as caught:
        load_facts(path)
    assert sentence in str(caught.value)
