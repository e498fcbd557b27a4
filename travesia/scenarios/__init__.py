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

Judging and looking back, in the author's form only::

    result = score(case, "official", path)
    result.finished, result.fraction (0..1; 0 if unfinished or critical), result.failed
    result.dimensions[Dimension.SAFETY].points / .best / .fraction, result.criticals
    consequences(case, role, path)[-1].feedback     # person, why, article, say
    debrief(case, role, path).data()                # the road taken beside acceptable ones

Releasing::

    for problem in check(case): print(problem)      # or check_file(path)
    json_schema()                                   # for editors

Names for people (`DIMENSION_TITLES`, `CRITICAL_TITLES`, `CRITICAL_RULES`, `Debrief.question`,
`CriticalFailure.title` and `.rule`) are source strings: pass them through the interface's
translator. The command group `travesia case` is `travesia.scenarios.commands.case`.
"""

from travesia.scenarios.checks import check, check_file
from travesia.scenarios.debrief import (
    AcceptableRoad,
    Consequence,
    Debrief,
    OtherEnding,
    acceptable_roads,
    consequences,
    debrief,
)
from travesia.scenarios.engine import (
    InvalidPath,
    Offer,
    Outcome,
    State,
    Step,
    decisions,
    replay,
)
from travesia.scenarios.labels import CRITICAL_RULES, CRITICAL_TITLES, DIMENSION_TITLES
from travesia.scenarios.loading import load_case, parse_case, read_case
from travesia.scenarios.model import Case, LearnerCase, Playable, learner_form
from travesia.scenarios.parts import Critical, Dimension, EndingKind, Feedback, Reference
from travesia.scenarios.problems import CaseError, Problem
from travesia.scenarios.schema import json_schema
from travesia.scenarios.scoring import CaseScore, CriticalFailure, DimensionScore, score
from travesia.scenarios.translation import iter_strings

__all__ = [
    "CRITICAL_RULES",
    "CRITICAL_TITLES",
    "DIMENSION_TITLES",
    "AcceptableRoad",
    "Case",
    "CaseError",
    "CaseScore",
    "Consequence",
    "Critical",
    "CriticalFailure",
    "Debrief",
    "Dimension",
    "DimensionScore",
    "EndingKind",
    "Feedback",
    "InvalidPath",
    "LearnerCase",
    "Offer",
    "OtherEnding",
    "Outcome",
    "Playable",
    "Problem",
    "Reference",
    "State",
    "Step",
    "acceptable_roads",
    "check",
    "check_file",
    "consequences",
    "debrief",
    "decisions",
    "iter_strings",
    "json_schema",
    "learner_form",
    "load_case",
    "parse_case",
    "read_case",
    "replay",
    "score",
]
