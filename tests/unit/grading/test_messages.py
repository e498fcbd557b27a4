"""What a submission's process says is believed in nothing but its shape."""

import pytest

from travesia.grading import frames, messages
from travesia.grading.session import _message


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("stream", {"name": "stdin", "text": "x"}),
        ("stream", {"name": "stdout", "text": ["x"]}),
        ("stream", {}),
        ("error", {"ename": "E", "evalue": 3, "traceback": []}),
        ("error", {"ename": "E", "evalue": "", "traceback": [None]}),
        ("display_data", {"data": "text"}),
        ("comm_open", {"comm_id": "x", "data": {}}),
        ("status", {"execution_state": "idle"}),
        ("execute_input", {"execution_count": 3}),
        ("shutdown_reply", {}),
    ],
)
def test_what_is_not_of_its_kind_is_dropped(kind, content):
    assert messages.checked(kind, content) is None


def test_of_rich_output_only_what_is_shown_stays():
    data = {"text/plain": ["a", "b"], "application/javascript": "x", "image/svg+xml": "<svg/>"}
    content = {"data": data, "metadata": {"x": {"y": 1}}, "transient": {"display_id": ["no"]}}
    assert messages.checked("display_data", content) == {
        "data": {"text/plain": "ab"},
        "metadata": {},
    }


def test_half_characters_drop_no_error():
    found = messages.checked("error", {"ename": "E", "evalue": "\ud800", "traceback": ["\udfff"]})
    assert found == {"ename": "E", "evalue": "?", "traceback": ["?"]}


@pytest.mark.parametrize("content", [{}, {"status": "fine"}, {"status": "error"}, {"status": True}])
def test_a_reply_that_is_none_is_no_success(content):
    assert messages.reply(content) is None


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xff\xff\xff\x00",
        frames.HEAD.pack(3, 9) + b"{}}",
        frames.HEAD.pack(2, frames.DOCUMENT) + b"[]",
        frames.HEAD.pack(100_000, frames.DOCUMENT) + b"[" * 100_000,
        frames.HEAD.pack(5000, frames.DOCUMENT) + b"1" * 5000,
        frames.HEAD.pack(1, frames.DATA) + b"x",
    ],
    ids=["too-long", "unknown-kind", "no-object", "too-deep", "huge-number", "data"],
)
def test_what_is_no_frame_ends_the_conversation(data):
    stream = frames.Frames()
    stream.feed(data)
    with pytest.raises(frames.FrameError):
        stream.next_document()


def test_frames_come_whole_however_they_arrive():
    stream = frames.Frames()
    sent = frames.packed({"a": 1}) + frames.packed({"b": 2})
    found = []
    for number in range(len(sent)):
        stream.feed(sent[number : number + 1])
        while (each := stream.next_document()) is not None:
            found.append(each)
    assert found == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize(
    "said",
    [
        {"id": "other", "type": "execute_reply", "content": {"status": "ok"}},
        {"id": "token", "type": 3, "content": {}},
        {"id": "token", "type": "done", "content": []},
        {"type": "done", "content": {}},
    ],
)
def test_what_does_not_answer_this_request_is_not_heard(said):
    assert _message(said, "token") is None
    assert _message({"id": "token", "type": "done", "content": {}}, "token") is not None
