"""What the shape of options gives away: a right answer should not be found by its length."""

from collections.abc import Iterator

from travesia.course.localise import localiser
from travesia.course.manifest import Manifest
from travesia.course.pack import load_folder_questions
from travesia.course.questions import ChoiceQuestion, Question, TruthQuestion, localised
from travesia.language import translations

MOST_DIFFERENCE = 0.2
"""How far an option's length may be from their mean, as a share of it."""


def giveaways(manifest: Manifest) -> Iterator[str]:
    """A sentence for each question whose options differ in length, in every language.

    These are warnings: an author may have a reason, a reader should see it.
    """
    for module in manifest.modules:
        named = [module.questions, module.assignment.questions if module.assignment else ""]
        named.append(module.tests.pool if module.tests else "")
        for name in filter(None, named):
            folder = manifest.path(name).parent
            for language in manifest.languages:
                localise = localiser(translations(language, folder.parent / "locale"))
                for question in load_folder_questions(folder).values():
                    for told in told_by_length(localised(question, localise)):
                        yield f"{name}, {question.id} ({language}): {told}"


def told_by_length(question: Question) -> list[str]:
    """What the lengths of a question's options give away, a sentence each."""
    match question:
        case ChoiceQuestion():
            lengths = {option.id: len(option.text) for option in question.options}
            correct = set(question.correct)
        case TruthQuestion():
            lengths = {reason.id: len(reason.text) for reason in question.reasons}
            correct = {question.because}
        case _:
            return []
    mean = sum(lengths.values()) / len(lengths)
    found = []
    longest, other = sorted(lengths, key=lambda option: lengths[option], reverse=True)[:2]
    # Of several right ones that are most of them, one is the longest anyway.
    stands_out = longest in correct and lengths[longest] > lengths[other]
    if stands_out and (len(correct) == 1 or len(correct) < len(lengths) / 2):
        found.append(f"the right option {longest} is the longest: shorten it, or lengthen another.")
    for option, length in lengths.items():
        if abs(length - mean) > MOST_DIFFERENCE * mean:
            found.append(
                f"the option {option} has {length} characters where the mean is {mean:.0f}: bring "
                "it within a fifth of the others."
            )
    return found
