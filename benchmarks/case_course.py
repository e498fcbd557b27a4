"""A case of any size for benchmarks, as an author would write it, whose roads are equally long."""

from typing import Any

CASE, ROLE = "long-shift", "official"
WIDTH, ENDINGS = 3, 4
SENTENCES = (
    "The waiting room is full, and the interpreter is on the phone with somebody else.",
    "She holds the folder with **both hands** and looks at the door each time it opens.",
    "Your colleague says that *it was always done this way* and goes back to the screen.",
    "The shelter answers that one room is free tonight, and that it may be gone at nine.",
    "Nobody has written down yet who was asked, when, and what was answered.",
)
OPTIONS = (
    "Ask her apart, in the language that she chooses, and write the answer down.",
    "Call the Procuraduría now, and stay beside both of them until it answers you.",
    "Wait for the head of shift, who will be back in about an hour from the office.",
)


def generated_case(layers: int = 65) -> dict[str, Any]:
    """A case of one first scene, three scenes in each layer and four endings: 200 nodes of 65.

    Each scene has some 400 characters, a reference, and three choices with whole feedback.
    """
    nodes: dict[str, Any] = {"n0-0": _scene(0, 0, last=False)}
    for layer in range(1, layers + 1):
        for column in range(WIDTH):
            nodes[f"n{layer}-{column}"] = _scene(layer, column, last=layer == layers)
    for column in range(ENDINGS):
        ending = {"kind": "mixed", "title": f"Evening {column}", "text": " ".join(SENTENCES[:3])}
        nodes[f"end-{column}"] = {"ending": ending}
    return {
        "id": CASE,
        "version": "1",
        "title": "A long shift",
        "summary": "A constructed case, long on purpose.",
        "roles": {ROLE: {"title": "Public official", "briefing": "You are on shift."}},
        "start": "n0-0",
        "points": 10,
        "nodes": nodes,
    }


def _scene(layer: int, column: int, *, last: bool) -> dict[str, Any]:
    where = f"{layer}-{column}"
    text = " ".join(SENTENCES[(layer + each) % len(SENTENCES)] for each in range(5))
    return {
        "text": f"Hour {layer}, desk {column}. {text}",
        "references": [{"instrument": "LM", "article": "112 VI", "as_of": "2026-02-08"}],
        "choices": [
            {
                "id": f"c{where}-{number}",
                "text": option,
                "next": f"end-{(column + number) % ENDINGS}"
                if last
                else f"n{layer + 1}-{(column + number) % WIDTH}",
                "acceptable": number < 2,
                "effects": {"safety": 2 - number, "legal": 1, "referral": number, "consent": 1},
                "feedback": {
                    "person": SENTENCES[(layer + number) % len(SENTENCES)],
                    "why": SENTENCES[(layer + number + 1) % len(SENTENCES)],
                    "article": "LM 112 VI",
                    "say": "“I will stay here until somebody comes.”",
                },
            }
            for number, option in enumerate(OPTIONS)
        ],
    }
