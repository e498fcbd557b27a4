"""What changed between two texts is all that travels, and the whole can be put together again."""

from hypothesis import given
from hypothesis import strategies as st

from travesia.learn.difference import MOST_LINES, difference

lines = st.lists(
    st.sampled_from(["<p>one</p>\n", "two\n", "\n", "ñandú 😀\n", "three"]), max_size=30
)


def put_together(before: str, pieces: list) -> str:
    """As the browser does it, which counts in UTF-16 units."""
    units = before.encode("utf-16-le")
    return "".join(
        piece if isinstance(piece, str) else units[2 * piece[0] : 2 * piece[1]].decode("utf-16-le")
        for piece in pieces
    )


@given(lines.map("".join), lines.map("".join))
def test_the_pieces_give_the_new_text(before, after):
    assert put_together(before, difference(before, after)) == after


def test_what_stays_does_not_travel():
    before = "".join(f"<p>line {number} of a long road</p>\n" for number in range(300))
    after = before.replace("line 150 of", "LINE 150 of") + "<p>one more</p>\n"
    pieces = difference(before, after)
    assert sum(len(piece) for piece in pieces if isinstance(piece, str)) < 80
    assert put_together(before, pieces) == after


def test_texts_that_differ_beyond_comparing_travel_whole_in_their_middle():
    before = "".join(f"{number}\n" for number in range(MOST_LINES * 2))
    after = "".join(f"{-number}\n" for number in range(MOST_LINES * 2))
    assert put_together(before, difference(before, after)) == after
