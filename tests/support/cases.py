"""Drawing cases for property tests: scenes, endings, loops and conditions."""

from itertools import count

from hypothesis import strategies as st

from travesia.scenarios import Case

ROLES = ("official", "consul")
DIMENSIONS = ("safety", "legal", "referral", "consent")

effects = st.dictionaries(st.sampled_from(DIMENSIONS), st.integers(-3, 3))
critical = st.sampled_from([None, None, None, "refoulement", "detaining-child"])


def by_role(values):
    return st.dictionaries(st.sampled_from(ROLES), values)


@st.composite
def cases(draw):
    """A case of up to six scenes and three endings, loops and conditions included."""
    scenes = [f"scene-{number}" for number in range(draw(st.integers(1, 6)))]
    endings = [f"ending-{number}" for number in range(draw(st.integers(1, 3)))]
    target = st.sampled_from(scenes + endings)
    numbers = count()
    choices = {
        scene: [f"choice-{next(numbers)}" for _ in range(draw(st.integers(1, 3)))]
        for scene in scenes
    }
    earlier = st.lists(
        st.sampled_from([name for names in choices.values() for name in names]), max_size=2
    )

    def choice(name):
        made = {
            "id": name,
            "text": f"text of {name}",
            "next": draw(target),
            "next_by_role": draw(by_role(target)),
            "text_by_role": draw(by_role(st.just(f"variant of {name}"))),
            "roles": draw(st.sampled_from([(), (), ("official",), ("consul",)])),
            "effects": draw(effects),
            "effects_by_role": draw(by_role(effects)),
            "acceptable": draw(st.booleans()),
            "critical": draw(critical),
            "critical_by_role": draw(by_role(critical)),
            "feedback": {"person": "p", "why": "w", "article": "a", "say": "s"},
        }
        if draw(st.integers(0, 3)) == 0:
            made["when"] = {
                "chosen": draw(earlier),
                "any_of": draw(earlier),
                "not_chosen": draw(earlier),
            }
        return made

    nodes = {
        scene: {"text": f"text of {scene}", "choices": [choice(name) for name in names]}
        for scene, names in choices.items()
    }
    for ending in endings:
        nodes[ending] = {"ending": {"kind": "mixed", "title": ending, "text": ending}}
    return Case.model_validate(
        {
            "id": "drawn",
            "version": "1",
            "title": "Drawn",
            "roles": {role: {"title": role, "briefing": role} for role in ROLES},
            "start": scenes[0],
            "dimensions": {"safety": 2, "legal": 1, "referral": draw(st.integers(0, 3))},
            "nodes": nodes,
        }
    )
