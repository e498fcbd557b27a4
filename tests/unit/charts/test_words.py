"""Numbers and shares as a language writes them."""

import pytest

from travesia.charts.words import Words


@pytest.mark.parametrize(
    ("share", "written"),
    [(0, "0%"), (0.0049, "< 1%"), (0.006, "1%"), (0.994, "99%"), (0.9951, "> 99%"), (1, "100%")],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_share_of_a_few_is_not_none_and_of_most_is_not_all(share, written, language):
    assert Words(language).share(share) == written
