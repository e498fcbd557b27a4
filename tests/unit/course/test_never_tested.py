"""What is never tested is found in both languages, and what only looks alike is left in peace."""

import pytest

from travesia.course.never_tested import found

PRISON, TOLL = "years of prison", "the toll of a tragedy"
NUMBER, NATIONALITY = "the number of a hotline", "a nationality's link to an offence"


@pytest.mark.parametrize(
    ("language", "text", "what"),
    [
        ("en", "How many years in prison does the smuggler face?", PRISON),
        ("es", "¿Cuántos años de prisión tiene la pena?", PRISON),
        ("es", "La cárcel es de ocho a dieciséis años.", PRISON),
        ("en", "What was the death toll?", TOLL),
        ("es", "¿En qué año fue la masacre?", TOLL),
        ("en", "Which number do you dial: 911?", NUMBER),
        ("es", "Marca el 800 890 8090.", NUMBER),
        ("en", "Which gang do Hondurans of that age belong to?", NATIONALITY),
        ("es", "¿Qué delito cometen más los venezolanos?", NATIONALITY),
    ],
)
def test_what_is_never_tested_is_found(language, text, what):
    assert [each for each, _ in found(text, language)] == [what]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Marisol, 15, is afraid. Her file is three years old."),
        ("en", "138,911 events in 2024."),
        ("es", "Una adolescente hondureña llega. El delito lo investiga otra autoridad."),
        ("es", "Tiene 911,000 eventos en diez años."),
        ("fr", "Combien d'années de prison ?"),
    ],
)
def test_what_only_looks_alike_is_left_in_peace(language, text):
    assert list(found(text, language)) == []
