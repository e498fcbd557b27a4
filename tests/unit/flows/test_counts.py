"""What the flow table can count, everywhere that it is put into words."""

import pytest

from travesia.charts.naming import counting
from travesia.flows.columns import COUNTS
from travesia.language import translator


@pytest.mark.parametrize("language", ["en", "es"])
def test_charts_have_words_for_all_that_a_flow_table_can_count(language: str) -> None:
    assert set(counting(translator(language))) == set(COUNTS)
