"""Judging a case: the path of decisions is replayed, and the same replay is the grade."""

from travesia.grading import markup
from travesia.grading.result import ItemResult, Outcome
from travesia.language import Translate
from travesia.scenarios import (
    DIMENSION_TITLES,
    Case,
    CaseScore,
    Consequence,
    Debrief,
    InvalidPath,
    consequences,
    debrief,
    decisions,
)


def judge_case(case: Case, value: object, translate: Translate) -> ItemResult | None:
    """The judgement of a case from its saved path; None where no decision was made.

    A critical failure earns nothing whatever the score, and so does a case without its ending. A
    path that the case does not have is no road: nothing is judged, and the instructor is asked to
    look at it, with the step where it breaks.
    """
    try:
        role, path = decisions(value)
        looked_back = debrief(case, role, path)
    except InvalidPath as error:
        return _flagged(case, value, error, translate)
    if not path:
        return None
    scored = looked_back.score
    outcome = _outcome(scored)
    said = _said(outcome, scored, translate)
    return ItemResult(
        id=case.id,
        kind="case",
        title=markup.title(case.title),
        outcome=outcome,
        points=round(case.points * scored.fraction, 2),
        max_points=case.points,
        message=said,
        html=f"<div>{markup.escape(said)}</div>{debrief_html(looked_back, translate)}",
    )


def _flagged(case: Case, value: object, error: InvalidPath, translate: Translate) -> ItemResult:
    _ = translate
    said = error.sentence(translate)
    asked = _("It was saved in a way that the case does not allow. Your instructor looks at it.")
    html = f"<div>{markup.escape(said)}</div><div>{markup.escape(asked)}</div>"
    if error.step > 1:
        # The role was found and the decisions before this one were legal, or it would be step 0.
        role, path = decisions(value)
        html += _decisions(consequences(case, role, path[: error.step - 1]), translate)
    return ItemResult(
        id=case.id,
        kind="case",
        title=markup.title(case.title),
        outcome="flagged",
        points=0,
        max_points=case.points,
        message=f"{said} {asked}",
        html=html,
    )


def debrief_html(looked_back: Debrief, translate: Translate) -> str:
    """The road as HTML: each decision with what it brought, the ending, dimensions, other roads."""
    _ = translate
    parts = [_decisions(looked_back.consequences, translate)]
    ending = looked_back.score.ending
    if ending is not None:
        parts.append(_heading(_("Where the case ended")))
        parts.append(f"<div><strong>{markup.inline(ending.title)}</strong></div>")
        parts.append(f"<div>{markup.inline(ending.text)}</div>")
        parts.append(_dimensions(looked_back.score, translate))
        parts.append(_roads(looked_back, translate))
        parts.append(_elsewhere(looked_back, translate))
    parts.append(f'<div class="tv-reflection">{markup.escape(_(looked_back.question))}</div>')
    return "".join(parts)


def _outcome(scored: CaseScore) -> Outcome:
    if scored.failed:
        return "critical"
    if not scored.finished:
        return "unfinished"
    if scored.fraction >= 1:
        return "right"
    return "partly" if scored.fraction > 0 else "wrong"


def _said(outcome: Outcome, scored: CaseScore, translate: Translate) -> str:
    _ = translate
    if outcome == "critical":
        rules = dict.fromkeys(_(failure.rule) for failure in scored.criticals)
        return _(
            "This road broke a critical rule, so the case earns no points, whatever the rest of "
            "it. {rule}"
        ).format(rule=" ".join(rules))
    if outcome == "unfinished":
        return _("The case is not finished: it earns points only when it reaches an ending.")
    if outcome == "right":
        return _("You took one of the best roads from beginning to end.")
    return _("The case is judged by what your decisions brought in four dimensions.")


def _decisions(taken: tuple[Consequence, ...], translate: Translate) -> str:
    _ = translate
    entries = "".join(
        f'<li class="tv-decision">{_decision(each, translate)}</li>' for each in taken
    )
    return _heading(_("Your decisions")) + f'<ol class="tv-decisions">{entries}</ol>'


def _decision(taken: Consequence, translate: Translate) -> str:
    """One decision: the person first, then why, the article, and the sentence to say."""
    _ = translate
    lines = [f'<div class="tv-chosen"><strong>{markup.inline(taken.choice_text)}</strong></div>']
    if taken.critical is not None:
        name = _("A critical failure: {name}").format(name=_(taken.critical.title))
        lines.append(
            f'<div class="tv-critical"><strong>{markup.escape(name)}</strong> '
            f"{markup.escape(_(taken.critical.rule))}</div>"
        )
    labelled = [
        ("person", _("For the person"), taken.feedback.person),
        ("why", _("Why"), taken.feedback.why),
        ("article", _("The rule"), taken.feedback.article),
        ("say", _("You can say"), taken.feedback.say),
    ]
    lines += [
        f'<div class="tv-{name}"><em>{markup.escape(label)}:</em> {markup.inline(text)}</div>'
        for name, label, text in labelled
        if text
    ]
    if not taken.acceptable and taken.alternatives:
        label = _("What a colleague could also have done")
        lines.append(
            f'<div class="tv-others"><em>{markup.escape(label)}:</em>{_others(taken)}</div>'
        )
    return "".join(lines)


def _others(taken: Consequence) -> str:
    entries = "".join(f"<li>{markup.inline(other.text)}</li>" for other in taken.alternatives)
    return f"<ul>{entries}</ul>"


def _dimensions(scored: CaseScore, translate: Translate) -> str:
    _ = translate
    entries = "".join(
        f"<li>{markup.escape(_(DIMENSION_TITLES[name]))}: {each.fraction:.0%}</li>"
        for name, each in scored.dimensions.items()
        if each.fraction is not None
    )
    head = _heading(_("The four dimensions of what you did"))
    return f"{head}<ul>{entries}</ul>" if entries else ""


def _roads(looked_back: Debrief, translate: Translate) -> str:
    """Where other decisions hold too, folded; a whole road only where this one did not hold."""
    _ = translate
    taken = looked_back.consequences
    label = _("At decision {number} you could also:")
    forks = "".join(
        f"<li><em>{markup.escape(label.format(number=number))}</em>{_others(each)}</li>"
        for number, each in enumerate(taken, start=1)
        if each.acceptable and each.alternatives
    )
    folded = _folded(_("Where another decision holds too"), f"<ul>{forks}</ul>") if forks else ""
    if looked_back.roads and not all(each.acceptable for each in taken):
        steps = "".join(
            f"<li>{markup.inline(step.choice_text)}</li>" for step in looked_back.roads[0].steps
        )
        folded += _folded(_("One road that holds from beginning to end"), f"<ol>{steps}</ol>")
    head = _heading(_("Roads that hold"))
    return f"{head}{folded}" if folded else ""


def _elsewhere(looked_back: Debrief, translate: Translate) -> str:
    """What other decisions on this road could have led to, folded."""
    _ = translate
    label = _("One way there, at decision {number}:")
    entries = "".join(
        f"<li><strong>{markup.inline(each.ending.title)}</strong> "
        f"<em>{markup.escape(label.format(number=each.decision))}</em> "
        f"{markup.inline(each.choice_text)}<div>{markup.inline(each.ending.text)}</div></li>"
        for each in looked_back.others
    )
    return _folded(_("What other roads led to"), f"<ul>{entries}</ul>") if entries else ""


def _folded(summary: str, body: str) -> str:
    return f"<details><summary>{markup.escape(summary)}</summary>{body}</details>"


def _heading(text: str) -> str:
    return f'<div class="tv-heading"><strong>{markup.escape(text)}</strong></div>'
