"""A server of a hub without isolation says so on every page that Jupyter shows."""

import pytest

from travesia.labextension.extension import page_settings


@pytest.mark.parametrize(("isolation", "said"), [("0", True), ("1", False)])
def test_the_page_is_told_whether_this_is_a_demonstration(monkeypatch, isolation, said):
    monkeypatch.setenv("TRAVESIA_ISOLATION", isolation)
    assert page_settings()["demonstration"] is said


def test_the_sentence_is_in_the_persons_language(monkeypatch):
    monkeypatch.setenv("TRAVESIA_LANGUAGE", "es")
    sentence = page_settings()["strings"]["demonstration"]
    assert sentence == "Demostración: el aislamiento está desactivado."
