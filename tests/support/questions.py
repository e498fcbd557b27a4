"""Questions of every kind made up by hypothesis, and what somebody might save or send for them."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from travesia.course.questions import Question, from_practice
from travesia.course.spots import COUNTRIES, STATES

NAMES = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True)
# Markup, both quotes, half a surrogate pair, text from right to left, format placeholders, LaTeX.
HOSTILE = st.sampled_from(
    ["<script>x</script>", "\ud800", "{0}{x}", "%s", "\"'", "\u202e", "$$\\x$$", "\n\n- a", "\x00"]
)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
    str.strip
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.just(10**400)
    | st.text(max_size=8)
    | HOSTILE,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=4) | HOSTILE, inner, max_size=4)
    ),
    max_leaves=8,
)


def named(ids: list[str], words: st.SearchStrategy[str], **more: Any) -> st.SearchStrategy[Any]:
    """Things with these ids and any words."""
    return st.tuples(
        *(
            st.fixed_dictionaries({"id": st.just(each), "text": words}, optional=more)
            for each in ids
        )
    )


@st.composite
def questions(draw: st.DrawFn, kinds: str = "") -> Question:
    """A question of any kind, or of those that are named."""
    known = "choice number text truth short order match bars map links"
    kind = draw(st.sampled_from((kinds or known).split()))
    ids = draw(st.lists(NAMES, min_size=3, max_size=6, unique=True))
    some = st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True)
    form: dict[str, Any] = {
        "id": draw(NAMES),
        "kind": kind,
        "outcome": "out",
        "prompt": draw(WORDS),
        "points": draw(st.sampled_from([0, 0.5, 1, 3])),
        "hints": draw(st.lists(WORDS, max_size=2)),
        "feedback": {"right": draw(st.just("") | WORDS), "wrong": draw(st.just("") | WORDS)},
    }
    match kind:
        case "choice":
            correct = draw(some)
            form |= {"options": draw(named(ids, WORDS, feedback=WORDS)), "correct": correct}
            form |= {"multiple": len(correct) > 1 or draw(st.booleans())}
        case "number":
            form |= {"value": draw(st.floats(-1e9, 1e9)), "tolerance": draw(st.floats(0, 10))}
            form |= {"unit": draw(st.just("") | WORDS)}
        case "text":
            form |= {"rubric": draw(WORDS)}
        case "truth":
            form |= {"holds": draw(st.booleans()), "because": draw(st.sampled_from(ids))}
            form |= {"reasons": draw(named(ids, WORDS, feedback=WORDS))}
        case "short":
            said = WORDS.filter(lambda words: any(map(str.isalnum, words)))
            form |= {"accepted": draw(st.lists(said, min_size=1, max_size=3))}
            form |= {"same_case": draw(st.booleans()), "same_accents": draw(st.booleans())}
        case "order":
            form |= {"steps": draw(named(ids, WORDS))}
        case "match":
            items = draw(st.lists(NAMES, min_size=2, max_size=4, unique=True))
            form |= {"items": draw(named(items, WORDS)), "partners": draw(named(ids, WORDS))}
            form |= {"pairs": {each: draw(st.sampled_from(ids)) for each in items}}
        case _:
            form |= draw(_spots(kind, ids, some))
    return from_practice(form)


@st.composite
def _spots(
    draw: st.DrawFn, kind: str, ids: list[str], some: st.SearchStrategy[list[str]]
) -> dict[str, Any]:
    picture: dict[str, Any] = {"kind": kind, "alt": draw(WORDS)}
    if kind == "map":
        places = st.sampled_from(sorted(draw(st.sampled_from([COUNTRIES, STATES.keys()]))))
        ids = draw(st.lists(places, min_size=2, max_size=8, unique=True))
        picture["areas"] = [{"id": e} | ({} if e in STATES else {"text": e}) for e in ids]
        return {"kind": "spot", "picture": picture, "correct": ids[:1]}
    countries = st.sampled_from(sorted(COUNTRIES))
    ends = {"origin": countries, "destination": countries} if kind == "links" else {}
    picture |= {"unit": draw(WORDS), "areas": []}
    for each in draw(named(ids, WORDS)):
        more = {name: draw(country) for name, country in ends.items()}
        picture["areas"].append({**each, **more, "value": draw(st.floats(0, 1e12))})
    return {"kind": "spot", "picture": picture, "correct": draw(some)}


def values(question: Question) -> st.SearchStrategy[Any]:
    """What may be saved for a question: right, near enough to be tried, or anything at all."""
    form = question.model_dump(mode="json")
    parts = [each for name in ("options", "reasons", "steps", "items", "partners") if name in form
             for each in form[name]]  # fmt: skip
    parts += form.get("picture", {}).get("areas", [])
    ids = st.sampled_from([part["id"] for part in parts] or ["x"])
    near = ids | HOSTILE | st.text(max_size=3)
    keys = st.sampled_from(["holds", "reason"]) | ids
    return st.one_of(
        JSON,
        near,
        st.lists(near, max_size=6),
        st.dictionaries(keys, near | st.booleans() | st.none(), max_size=4),
        st.permutations([step["id"] for step in form.get("steps", [])]),
    )


def entries(question: Question) -> st.SearchStrategy[Any]:
    """What `answers.json` may hold for a question: an entry as it should be, or anything."""
    kind = st.just(question.kind) | JSON
    whole: Mapping[str, Any] = {"kind": kind, "value": values(question)}
    more = {"version": st.just("1") | JSON, "at": JSON, "earlier": JSON}
    return st.fixed_dictionaries(dict(whole), optional=more) | JSON
