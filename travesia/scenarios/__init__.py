"""Case studies as data: model, engine, checks. Knows nothing of Jupyter or the network.

Reading and forms::

    case = load_case("the-uncle.case.yaml")         # CaseError: file, place, remedy
    spanish = case.localised(translate)             # translate(context, text) -> text
    dict(iter_strings(case))                        # {"case:the-uncle/node:platform/text": …}
    shown = learner_form(case)                      # LearnerCase: nothing of the key
    read_case(shown.data(), "content.json")         # and back, in either form

Playing, in either form::

    state = replay(case, "official", ["ask-both-apart"], seed="ana")
    state.node, state.text, state.choices, state.ending, state.finished, state.steps
    role, path = decisions({"role": "official", "path": [...]})   # a saved answer
    # InvalidPath: str(error) in English, error.sentence(_) in the reader's language
"""

from travesia.scenarios.engine import (
    InvalidPath,
    Offer,
    Outcome,
    State,
    Step,
    decisions,
    replay,
)
from travesia.scenarios.loading import load_case, parse_case, read_case
from travesia.scenarios.model import Case, LearnerCase, Playable, learner_form
from travesia.scenarios.parts import Critical, Dimension, EndingKind, Feedback, Reference
from travesia.scenarios.problems import CaseError, Problem
from travesia.scenarios.translation import iter_strings

__all__ = [
    "Case",
    "CaseError",
    "Critical",
    "Dimension",
    "EndingKind",
    "Feedback",
    "InvalidPath",
    "LearnerCase",
    "Offer",
    "Outcome",
    "Playable",
    "Problem",
    "Reference",
    "State",
    "Step",
    "decisions",
    "iter_strings",
    "learner_form",
    "load_case",
    "parse_case",
    "read_case",
    "replay",
]
