"""A case as a learner plays it: a role, one scene after another, and in practice what follows."""

import base64
from collections.abc import Callable, Mapping

from markupsafe import Markup

from travesia.learn.content import Desk
from travesia.learn.messages import Message
from travesia.learn.screen import ItemScreen, Summary
from travesia.scenarios import (
    DIMENSION_TITLES,
    Case,
    Consequence,
    Debrief,
    InvalidPath,
    Playable,
    State,
    consequences,
    debrief,
    decisions,
    read_case,
    replay,
)

_PICTURES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}
_LARGEST_PICTURE = 400_000


class CaseScreen(ItemScreen):
    """A case at the point where the saved road of decisions leads.

    What is kept is the role and the road. Which consequence is being read, which content note
    was passed and whether the learner pauses lives as long as the view.
    """

    def __init__(self, desk: Desk, identifier: str) -> None:
        super().__init__(desk, identifier)
        self.case: Playable = read_case(desk.cases[identifier], f"{identifier}.case.yaml")
        self.role = ""
        self.path: list[str] = []
        self.considered = ""
        self.paused = False
        self.passed: set[str] = set()
        self.reading: int | None = None
        self.went_back = 0
        self._load()
        if self.consequences and self.consequences[-1].critical:
            self.reading = len(self.path) - 1

    @property
    def actions(self) -> Mapping[str, Callable[[Message], None]]:
        """Playing; in practice also going back and starting again."""
        playing: dict[str, Callable[[Message], None]] = {
            "role": self.choose_role,
            "consider": self.consider,
            "decide": self.decide,
            "continue": self.go_on,
            "pause": self.pause,
            "return": self.come_back,
        }
        if self.desk.graded:
            return playing
        return playing | {"back": self.go_back, "again": self.start_again}

    @property
    def practice_case(self) -> Case | None:
        """The case with its feedback, where this is practice."""
        return self.case if isinstance(self.case, Case) and not self.desk.graded else None

    @property
    def state(self) -> State:
        """Where the road leads."""
        return replay(self.case, self.role, self.path, seed=self.desk.person)

    @property
    def scene(self) -> str:
        """What the learner is looking at."""
        if self.paused:
            return "pause"
        if not self.role:
            return "role"
        if self.reading is not None:
            return "consequence"
        if self.state.note and self.place not in self.passed:
            return "note"
        return "ending" if self.state.finished else "node"

    @property
    def place(self) -> str:
        """The present step, as a name that changes with every step."""
        return f"{len(self.path)}-{self.state.node}" if self.role else "start"

    @property
    def consequences(self) -> tuple[Consequence, ...]:
        """What each decision on the road brought; nothing while the case is graded."""
        case = self.practice_case
        return consequences(case, self.role, self.path) if case and self.role else ()

    def may_go_back(self, number: int) -> bool:
        """Whether this decision may be taken anew.

        A critical failure in practice can always be replayed from where it happened.
        """
        if self.practice_case is None:
            return False
        if self.consequences[number].critical or self.case.practice == "free":
            return True
        return self.case.practice == "once" and not self.went_back

    def choose_role(self, message: Message) -> None:
        """Starts the case in a role; while it is graded, once."""
        self._load()
        if self.role or message.value not in self.case.roles:
            return
        self._keep(message.value, [])

    def consider(self, message: Message) -> None:
        """Remembers which option is marked before it is decided."""
        if len(message.values) == 1:
            self.considered = message.values[0]

    def decide(self, message: Message) -> None:
        """Takes a decision and saves the road."""
        _ = self._
        if not self.role or self.scene != "node":
            return
        chosen = message.values[0] if message.values else ""
        before = (self.role, list(self.path))
        self._load()
        if (self.role, self.path) != before:
            self.problem = _("This case was continued in another window. Here is where it stands.")
            self._move()
        elif not chosen:
            self.problem = _("Choose one of the options first.")
        elif chosen not in {offer.id for offer in self.state.choices}:
            self.problem = _("This decision is not open here. Choose one of the options.")
        else:
            self._keep(self.role, [*self.path, chosen])
            if self.practice_case is not None:
                self.reading = len(self.path) - 1

    def go_on(self, _message: Message) -> None:
        """Leaves a consequence or a content note behind."""
        if self.scene == "consequence":
            self.reading = None
        elif self.scene == "note":
            self.passed.add(self.place)
        self._move()

    def pause(self, _message: Message) -> None:
        """Puts the case aside for as long as the learner wants."""
        self.paused = True
        self._move()

    def come_back(self, _message: Message) -> None:
        """Returns from a pause to the same place."""
        self.paused = False
        self._move()

    def go_back(self, message: Message) -> None:
        """Returns to an earlier decision and lets the learner take it anew."""
        number = int(message.value) if message.value.isdecimal() else len(self.path)
        if not self.role or number >= len(self.path) or not self.may_go_back(number):
            return
        critical = bool(self.consequences[number].critical)
        self._keep(self.role, self.path[:number])
        self.went_back += 0 if critical else 1

    def start_again(self, _message: Message) -> None:
        """Forgets the road of an ended case and offers the roles again."""
        if self.role and not self.state.finished:
            return
        self.desk.store.remove(self.id)
        self.role, self.path, self.saved_at = "", [], ""
        self.reading, self.went_back = None, 0
        self.passed.clear()
        self._move()

    def html(self) -> str:
        """The case as it stands now."""
        return self.render(
            "case.html.j2",
            case=self.case,
            state=self.state if self.role else None,
            debrief=self._debrief(),
            titles=DIMENSION_TITLES,
        )

    def summary(self) -> Summary:
        """The case and the decisions taken."""
        _ = self._
        state = self.state if self.role else None
        made = [step.choice_text for step in state.steps] if state else []
        lines = [self.case.title, *(f"{n}. {each}" for n, each in enumerate(made, 1))]
        if state and state.ending:
            lines.append(state.ending.title)
        if not made:
            lines.append(_("Not answered."))
        return Summary(
            html=self.render("case-summary.html.j2", case=self.case, state=state),
            text="\n".join(lines),
        )

    def picture(self, src: str) -> Markup:
        """A drawing of the case as a data address, empty if it is not there."""
        path = self.desk.media / src
        kind = _PICTURES.get(path.suffix.lower())
        if kind is None or not path.is_file() or path.stat().st_size > _LARGEST_PICTURE:
            return Markup("")
        return Markup("data:{};base64,{}").format(
            kind, base64.b64encode(path.read_bytes()).decode("ascii")
        )

    def _debrief(self) -> Debrief | None:
        case = self.practice_case
        if case is None or not self.role or not self.state.finished:
            return None
        return debrief(case, self.role, self.path)

    def _keep(self, role: str, path: list[str]) -> None:
        self.save("case", self.case.version, {"role": role, "path": path})
        self.role, self.path = role, path
        self.reading = None
        self._move()

    def _move(self) -> None:
        """A new scene begins: its heading gets the keyboard."""
        self.considered = ""
        self.focus = f"{self.uid}-heading"

    def _load(self) -> None:
        """Takes up the saved road, as far as the case still has it."""
        answer = self.desk.store.get(self.id)
        self.role, self.path = "", []
        if answer is None or answer.kind != "case":
            return
        try:
            role, path = decisions(answer.value)
            replay(self.case, role, [])
        except InvalidPath as error:
            self.problem = error.sentence(self._)
            return
        self.role, self.saved_at = role, answer.at
        for number in range(len(path), -1, -1):
            try:
                self.path = list(replay(self.case, role, path[:number]).path)
            except InvalidPath:
                continue
            break
        if len(self.path) < len(path):
            self.problem = self._(
                "Part of your saved road does not fit this case any more. "
                "Go on from the last decision that does."
            )
