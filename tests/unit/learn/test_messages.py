import pytest

from travesia.learn.messages import Message, read_message


def test_a_message_tells_what_the_learner_did():
    content = {"action": "answer", "serial": 4, "values": ["court"], "text": "x", "final": True}

    assert read_message(content) == Message("answer", 4, "", ("court",), "x", final=True)


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "answer",
        {},
        {"action": "answer"},
        {"action": "answer", "serial": True},
        {"action": "answer", "serial": "1"},
        {"action": "answer", "serial": -1},
        {"action": "answer", "serial": 2**60},
        {"action": 1, "serial": 1},
        {"action": "a" * 1000, "serial": 1},
        {"action": "answer", "serial": 1, "values": "court"},
        {"action": "answer", "serial": 1, "values": [1]},
        {"action": "answer", "serial": 1, "values": [["court"]]},
        {"action": "answer", "serial": 1, "values": ["a"] * 1000},
        {"action": "answer", "serial": 1, "value": {}},
        {"action": "answer", "serial": 1, "text": 7},
        {"action": "answer", "serial": 1, "final": "yes"},
    ],
)
def test_what_is_no_message_is_refused(content):
    assert read_message(content) is None
