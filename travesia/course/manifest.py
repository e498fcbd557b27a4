"""The course's manifest (`course.yaml`): modules in order and what a certificate needs."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from travesia.course.document import ContentModel, load
from travesia.course.questions import Identifier, Localise, Text
from travesia.course.reading import Bounds

MANIFEST_NAME = "course.yaml"


def _stays_inside(path: str) -> str:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts:
        raise ValueError("a path starts at the manifest's folder and stays inside it: correct it.")
    return path


RelativePath = Annotated[str, AfterValidator(_stays_inside)]


class Outcome(ContentModel):
    """An observable decision at work: in a situation, a role does something within a time."""

    id: Identifier
    situation: Text
    role: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    action: Text
    within: Text


class Minutes(ContentModel):
    """How long a module takes, by kind of work."""

    reading: Annotated[int, Field(ge=0)]
    deciding: Annotated[int, Field(ge=0)]
    assignment: Annotated[int, Field(ge=0)] = 0


class Assignment(ContentModel):
    """The graded part of a module; its questions and cases are the instructor's keys."""

    id: Identifier
    title: Text
    notebook: RelativePath
    questions: RelativePath
    cases: tuple[Identifier, ...] = ()
    points: Annotated[float, Field(gt=0)]


class TestForm(ContentModel):
    """One form of a test, as an assignment of its own."""

    id: Identifier
    title: Text


class Tests(ContentModel):
    """A module's test before the lesson and its final test, whose forms one pool gives.

    Attributes:
        pool: the questions that forms are drawn from.
        blueprint: how many questions of each outcome every form has.
        points: what a form gives.
        before: the test before the lesson.
        final: the final test, a form for each attempt.
    """

    pool: RelativePath
    blueprint: Annotated[dict[Identifier, Annotated[int, Field(ge=1)]], Field(min_length=1)]
    points: Annotated[float, Field(gt=0)]
    before: TestForm
    final: Annotated[tuple[TestForm, ...], Field(min_length=1, max_length=5)]

    def assignments(self) -> list[Assignment]:
        """The assignment of each form: the one before the lesson, then each attempt's."""
        return [
            Assignment(
                id=form.id,
                title=form.title,
                notebook=f"source/{form.id}/assignment.ipynb",
                questions=f"keys/{form.id}/questions.yaml",
                points=self.points,
            )
            for form in (self.before, *self.final)
        ]


class Module(ContentModel):
    """One module of the course: a lesson, its cases, its outcomes, its assignment and tests."""

    id: Identifier
    title: Text
    summary: Text
    version: Text
    minutes: Minutes
    roles: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    lesson: RelativePath
    questions: RelativePath | None = None
    cases: tuple[Identifier, ...] = ()
    charts: tuple[Identifier, ...] = ()
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1, max_length=5)]
    assignment: Assignment | None = None
    tests: Tests | None = None

    def all_assignments(self) -> list[Assignment]:
        """The module's assignment, and one for each form of its tests."""
        return [
            *([self.assignment] if self.assignment else []),
            *(self.tests.assignments() if self.tests else []),
        ]

    @model_validator(mode="after")
    def _outcomes_are_for_its_roles(self) -> Self:
        _unique("outcomes", [outcome.id for outcome in self.outcomes])
        for outcome in self.outcomes:
            for role in outcome.role:
                if role not in self.roles:
                    raise ValueError(
                        f"outcome {outcome.id} is for {role}, which the module is not for: "
                        "add the role to the module or take it from the outcome."
                    )
        return self


class Role(ContentModel):
    """A role that a learner works in."""

    id: Identifier
    title: Text


class Certificate(ContentModel):
    """What a certificate needs, and the readings without which none is issued."""

    enabled: bool = False
    needs: tuple[Identifier, ...] = ()
    lawyer: date | None = None
    officials: date | None = None
    consular_officers: date | None = None
    shelter_workers: date | None = None
    lived_experience: date | None = None

    @model_validator(mode="after")
    def _read_before_it_is_issued(self) -> Self:
        readings = ("lawyer", "officials", "consular_officers", "shelter_workers",
                    "lived_experience")  # fmt: skip
        missing = [name for name in readings if getattr(self, name) is None]
        if self.enabled and missing:
            raise ValueError(
                f"certificates are enabled without the day of reading by: {', '.join(missing)}. "
                "Add the days, or say `enabled: false`."
            )
        return self


class Manifest(ContentModel):
    """The course as its manifest describes it."""

    id: Identifier
    title: Text
    version: Text
    licence: Text
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    facts: RelativePath | None = None
    reading: Mapping[str, Bounds] = Field(default_factory=dict)
    """How hard cases may be to read, by language."""
    pass_mark: Annotated[float, Field(ge=0, le=100)] = 80
    certificate: Certificate = Certificate()
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    modules: Annotated[tuple[Module, ...], Field(min_length=1)]

    _root: Path = PrivateAttr(default=Path())

    @classmethod
    def load(cls, path: Path) -> Self:
        """The manifest of a file, with its folder as the root of every path in it.

        Raises:
            ContentError: naming the file, the line and the remedy.
        """
        return load(path, cls).at(path.parent)

    def at(self, root: Path) -> Self:
        """The manifest with another folder as the root of its paths."""
        self._root = root
        return self

    @property
    def root(self) -> Path:
        """The folder that every path of the manifest is relative to."""
        return self._root

    def path(self, relative: str) -> Path:
        """Where something lies that the manifest names."""
        return self._root / relative

    def module(self, module_id: str) -> Module:
        """The module with an id; KeyError where there is none."""
        for module in self.modules:
            if module.id == module_id:
                return module
        raise KeyError(module_id)

    def assignments(self) -> dict[str, tuple[Module, Assignment]]:
        """Every assignment by id, tests too, with its module, in the course's order."""
        found: dict[str, tuple[Module, Assignment]] = {}
        for module in self.modules:
            for assignment in module.all_assignments():
                found[assignment.id] = (module, assignment)
        return found

    def attempts(self) -> dict[str, str]:
        """Each form of the course's tests, with the attempt whose failing opens it; "" if none."""
        found: dict[str, str] = {}
        for tests in (module.tests for module in self.modules if module.tests):
            final = [form.id for form in tests.final]
            found |= {tests.before.id: ""} | dict(zip(final, ["", *final], strict=False))
        return found

    def outcomes(self) -> dict[str, Outcome]:
        """Every outcome by id."""
        return {outcome.id: outcome for module in self.modules for outcome in module.outcomes}

    def iter_strings(self) -> Iterator[tuple[str, str]]:
        """Every text of the manifest with its catalogue context."""
        found: list[tuple[str, str]] = []

        def note(context: str, text: str) -> str:
            found.append((context, text))
            return text

        self.localised(note)
        yield from found

    def localised(self, localise: Localise) -> Self:
        """The same manifest with titles, summaries and outcomes in another language."""

        def tell(item: Any, context: str, *names: str) -> Any:
            return item.model_copy(
                update={name: localise(f"{context}/{name}", getattr(item, name)) for name in names}
            )

        def form(test: TestForm) -> Any:
            return tell(test, f"assignment:{test.id}", "title")

        modules = tuple(
            tell(module, f"module:{module.id}", "title", "summary").model_copy(
                update={
                    "outcomes": tuple(
                        tell(each, f"outcome:{each.id}", "situation", "action", "within")
                        for each in module.outcomes
                    ),
                    "assignment": module.assignment
                    and tell(module.assignment, f"assignment:{module.assignment.id}", "title"),
                    "tests": module.tests
                    and module.tests.model_copy(
                        update={
                            "before": form(module.tests.before),
                            "final": tuple(map(form, module.tests.final)),
                        }
                    ),
                }
            )
            for module in self.modules
        )
        roles = tuple(tell(role, f"role:{role.id}", "title") for role in self.roles)
        course: Self = tell(self, "course", "title")
        return course.model_copy(update={"roles": roles, "modules": modules})

    @model_validator(mode="after")
    def _names_fit_together(self) -> Self:
        _unique("roles", [role.id for role in self.roles])
        _unique("modules", [module.id for module in self.modules])
        _unique("assignments", [own.id for each in self.modules for own in each.all_assignments()])
        _unique("outcomes", [each.id for module in self.modules for each in module.outcomes])
        roles = {role.id for role in self.roles}
        for module in self.modules:
            for role in module.roles:
                if role not in roles:
                    raise ValueError(
                        f"module {module.id} is for {role}, which is no role of the course: "
                        f"use one of {', '.join(sorted(roles))}, or add it to roles."
                    )
        for needed in self.certificate.needs:
            if needed not in {module.id for module in self.modules}:
                raise ValueError(
                    f"a certificate needs {needed}, which is no module: correct certificate.needs."
                )
        return self


def _unique(what: str, ids: list[str]) -> None:
    repeated = sorted({each for each in ids if ids.count(each) > 1})
    if repeated:
        raise ValueError(f"two {what} are called {repeated[0]}: rename one.")
