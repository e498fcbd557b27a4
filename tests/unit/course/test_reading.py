"""Reading ease: syllables as each language counts them, formulas against published values."""

import pytest

from travesia.course.reading import Bounds, ease, english_syllables, measure, spanish_syllables


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        *[("camino", 3), ("aéreo", 4), ("día", 2), ("guía", 2), ("muchacho", 3), ("queso", 2)],
        *[("Procuraduría", 6), ("guerra", 2), ("pingüino", 3), ("niña", 2), ("rey", 1)],
        *[("construye", 3), ("ahí", 2), ("autobús", 3), ("viaje", 2), ("ciudad", 2), ("país", 2)],
        *[("policía", 4), ("averiguáis", 4), ("leer", 2), ("y", 1), ("migración", 3)],
    ],
)
def test_spanish_syllables_join_diphthongs_and_part_hiatuses(word, syllables):
    assert spanish_syllables(word) == syllables


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        *[("child", 1), ("people", 2), ("table", 2), ("station", 2), ("protected", 3)],
        *[("asked", 1), ("notices", 3), ("migration", 3), ("being", 2), ("official", 3)],
        *[("makes", 1), ("voices", 2), ("interview", 3), ("idea", 3), ("family", 3)],
    ],
)
def test_english_syllables_leave_silent_endings_out(word, syllables):
    assert english_syllables(word) == syllables


def test_the_spanish_scale_gives_what_its_formula_says():
    figures = measure("El sol sale. La luna no sale.", "es")
    assert (figures.words, figures.sentences, figures.syllables) == (7, 2, 10)
    assert ease(figures, "es") == pytest.approx(206.835 - 62.3 * 10 / 7 - 7 / 2)


def test_the_english_scale_gives_what_its_formula_says():
    figures = measure("The sun is up. No cloud is there.", "en")
    assert ease(figures, "en") == pytest.approx(206.835 - 84.6 * 8 / 8 - 1.015 * 8 / 2)


def test_a_language_without_a_scale_has_no_ease_and_still_has_sentences():
    figures = measure("Wi. Yon ti fi ap tann.", "ht")
    assert ease(figures, "ht") is None
    assert figures.longest == "Yon ti fi ap tann"


def test_what_does_not_end_a_sentence_does_not_count_as_an_end():
    assert measure("Lee el art. 98 de la ley: dice «así». Luego llama.", "es").sentences == 2
    assert measure("**Notas:** una\n\nOtra", "es").sentences == 2


def test_the_bounds_may_be_set_for_each_language_in_the_manifest():
    assert Bounds.model_validate({"sentence": 20}).ease == Bounds().ease
