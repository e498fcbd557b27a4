"""Words about people: what is refused, what is allowed, and what somebody has to read."""

import pytest

from travesia.course.words import RULES, check_text

REFUSED = [
    ("es", "Un migrante ilegal cruza."),
    ("es", "Llegaron los ilegales."),
    ("es", "Personas indocumentadas en la estación"),
    ("es", "El menor viaja con su tío."),
    ("es", "Los Menores no acompañados"),
    ("es", "Es menor de edad."),
    ("es", "Un mena llegó."),
    ("es", "Una oleada de personas"),
    ("es", "Un flujo masivo"),
    ("es", "La crisis migratoria"),
    ("es", "Pagó a un coyote."),
    ("es", "El delito de tráfico de personas"),
    ("es", "Personas extracontinentales"),
    ("en", "An illegal migrant crosses."),
    ("en", "Illegals arrive."),
    ("en", "The alien is heard."),
    ("en", "Help for the undocumented."),
    ("en", "Two minors were there."),
    ("en", "The minor is heard."),
    ("en", "She is a minor."),
    ("en", "An unaccompanied minor arrives."),
    ("en", "A wave of migrants"),
    ("en", "The migration crisis"),
    ("en", "A coyote took her."),
    ("en", "A bogus claim"),
]
ALLOWED = [
    ("es", "Tiene menos de 18 años, o es menor de 18 años."),
    ("es", "El número es menor que antes, con el menor riesgo."),
    ("es", "Está en situación irregular."),
    ("es", "Es una posible víctima."),
    ("es", "Asegúrate de preguntar."),
    ("es", "Hola, ¿cómo estás?"),
    ("en", "A minor detail of a minor offence"),
    ("en", "In an irregular situation, a possible victim"),
    ("en", "Write `minor.` in code"),
    ("en", "See [the article](https://example.org/minors)"),
]
READ = [
    ("es", "Una detención ilegal"),
    ("es", "La ley dice «los menores no acompañados»."),
    ("es", "Es víctima."),
    ("es", "Fue canalizada al DIF."),
    ("en", "The detention was illegal."),
    ("en", "The law says “an unaccompanied minor”."),
    ("en", "She is a victim."),
    ("en", "An influx, as LRPCAP 26 says"),
]


@pytest.mark.parametrize(("language", "text"), REFUSED)
def test_a_word_of_the_list_is_refused_with_what_to_write(language: str, text: str) -> None:
    findings = [finding for finding in check_text(text, language) if finding.refused]
    assert len(findings) == 1
    assert "write" in str(findings[0])


@pytest.mark.parametrize(("language", "text"), ALLOWED)
def test_an_allowed_use_is_not_found(language: str, text: str) -> None:
    assert list(check_text(text, language)) == []


@pytest.mark.parametrize(("language", "text"), READ)
def test_what_depends_on_the_meaning_is_listed_for_reading(language: str, text: str) -> None:
    findings = list(check_text(text, language))
    assert [finding.refused for finding in findings] == [False]


def test_a_language_without_a_list_has_no_findings() -> None:
    assert list(check_text("illegal", "fr")) == []


def test_both_languages_have_a_list() -> None:
    assert set(RULES) == {"en", "es"}
