import pytest

from travesia.learn.privacy import identifying


def same(text):
    return text


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("su CURP es GOMC060214HCSMRR08", "a CURP"),
        ("curp gomc060214hcsmrr08", "a CURP"),
        ("pasaporte G12345678", "a passport number"),
        ("passport E 123456", "a passport number"),
        ("su pasaporte es: g12345678", "a passport number"),
        ("pasaporte número 123456789", "a passport number"),
        ("carpeta de investigación 45/2026", "a case file number"),
        ("llamó del 962 123 4567", "a telephone number"),
        ("call +504 9999-9999", "a telephone number"),
        ("(55) 1234 5678", "a telephone number"),
        ("expediente COMAR/123/2026", "a case file number"),
        ("Exp. núm. 45/2026", "a case file number"),
    ],
)
def test_what_may_identify_somebody_is_recognised(text, sign):
    assert sign in identifying(text, same)


@pytest.mark.parametrize(
    "text",
    [
        "If a boy looks down, then I speak with him apart.",
        "LM 98, LGDNNA 89 to 101",
        "from 2018-2025, on 2026-02-08",
        "138,882 events in 2024",
        "Su pasaporte caducó en 2026 y nadie ha llamado.",
        "Escribo en el expediente que no se sabe.",
        "within 24 h, 36 h and 15 working days",
    ],
)
def test_ordinary_sentences_are_left_in_peace(text):
    assert identifying(text, same) == []
