import pytest

from travesia.learn import wording


@pytest.mark.parametrize(
    ("written", "language", "value"),
    [
        ("138882", "es", 138882),
        ("138,882", "es", 138882),
        ("138 882", "es", 138882),
        ("138 882", "en", 138882),
        ("-3.5", "es", -3.5),
        ("12.5", "en", 12.5),
        ("113.542", "en", 113.542),
        ("113.54", "es", 113.54),
        ("0.125", "es", 0.125),
        (" 7 ", "ht", 7),
    ],
)
def test_numbers_are_read_as_the_region_writes_them(written, language, value):
    assert wording.read_number(written, language) == value


@pytest.mark.parametrize(
    "written",
    ["", "many", "12,5,", "1,2,3", "1e400", "nan", "inf", "9" * 30, "1" * 100, "1.2.3", "113.542"],
)
def test_what_could_mean_two_numbers_is_not_guessed(written):
    with pytest.raises(wording.NumberUnclearError):
        wording.read_number(written, "es")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.234,5", 1234.5),
        ("1.234.567", 1_234_567),
        ("-12.345,67", -12345.67),
        ("12,5", 12.5),
        ("0,234", 0.234),
        ("1234,567", 1234.567),
    ],
)
def test_who_writes_commas_before_decimals_is_understood_where_nothing_else_is_meant(
    written, meant
):
    assert wording.read_number(written, "es") == meant
    with pytest.raises(wording.NumberUnclearError):
        wording.read_number(written, "en")


def test_days_are_written_in_words():
    assert wording.day("2026-02-08", "es") == "8 de febrero de 2026"
    assert wording.day("2026-02-08", "en") == "February 8, 2026"
    assert wording.day("soon", "es") == "soon"


def test_what_fills_a_sentence_is_escaped():
    assert wording.fill("At {time} <", time="<b>") == "At &lt;b&gt; &lt;"
    assert "&lt;script" in wording.clock("<script>")
