"""A case in a learner's hands: which one, in which role, how far, and how it is kept."""

from collections.abc import Callable
from functools import cached_property
from itertools import takewhile
from typing import Any, TypeVar

from travesia.learn import lot
from travesia.learn.content import Desk
from travesia.learn.played import Played, extras
from travesia.learn.screen import ItemScreen
from travesia.scenarios import (
    Case,
    Consequence,
    InvalidPath,
    Playable,
    State,
    consequences,
    decisions,
    read_case,
    replay,
)

_T = TypeVar("_T")


class CaseInHand(ItemScreen):
    """A case at the point where the saved road of decisions leads.

    What is kept is the case, the role and the road, and in practice which consequences were read
    and what was tried before. Which content note was passed, which earlier step is being read and
    whether the learner pauses lives as long as the view.

    Attributes:
        notice: a sentence about the case itself, empty where there is nothing to say.
    """

    def __init__(self, desk: Desk, identifier: str) -> None:
        super().__init__(desk, identifier)
        self.forms = [identifier]
        substitute = desk.cases[identifier].get("substitute")
        if substitute in desk.cases and substitute != identifier:
            self.forms.append(substitute)
        self.lot_name = f"{desk.folder.name}/{desk.form}/{identifier}"
        self.lot = lot.draw(self.lot_name, self.forms, by_lot=desk.graded and not desk.preview)
        self.played = Played()
        self.plain = lot.plain()
        self.aside = ""
        self.earlier: int | None = None
        self.unfolded: set[str] = set()
        self.passed: set[str] = set()
        self.notice = ""
        self._revised = False
        self._road: tuple[str, str, tuple[str, ...]] | None = None
        self._worked_out: dict[str, Any] = {}
        self.load()

    @cached_property
    def _cases(self) -> dict[str, Playable]:
        return {name: read_case(self.desk.cases[name], f"{name}.case.yaml") for name in self.forms}

    @property
    def case(self) -> Playable:
        """The case in hand."""
        return self._cases[self.lot.now]

    @property
    def role(self) -> str:
        """The role that was chosen; empty before that."""
        return self.played.role

    @property
    def path(self) -> list[str]:
        """The decisions taken."""
        return self.played.path

    @property
    def practice_case(self) -> Case | None:
        """The case with its feedback, where this is practice."""
        case = self.case
        return case if isinstance(case, Case) and not self.desk.graded else None

    @property
    def state(self) -> State:
        """Where the road leads."""
        return self._known(
            "state", lambda: replay(self.case, self.role, self.path, seed=self.desk.person)
        )

    def _known(self, name: str, make: Callable[[], _T]) -> _T:
        """What follows from the road, worked out once for each road: a scene asks many times."""
        road = (self.lot.now, self.role, tuple(self.path))
        if self._road != road:
            self._road, self._worked_out = road, {}
        if name not in self._worked_out:
            self._worked_out[name] = make()
        known: _T = self._worked_out[name]
        return known

    @property
    def reading(self) -> int | None:
        """The number of the decision whose consequence is to be read now."""
        unread = self.practice_case is not None and self.played.read < len(self.path)
        return len(self.path) - 1 if unread else None

    @property
    def scene(self) -> str:
        """What the learner is looking at."""
        if self.aside:
            return self.aside
        if not self.role:
            return "role"
        if self.earlier is not None:
            return "earlier"
        if self.reading is not None:
            return "consequence"
        if self.state.note and self.place not in self.passed:
            return "note"
        return "ending" if self.state.finished else "node"

    @property
    def place(self) -> str:
        """The present step, as a name that changes with every step."""
        return f"{len(self.path)}-{self.state.node}" if self.role else f"start-{self.lot.now}"

    @property
    def consequences(self) -> tuple[Consequence, ...]:
        """What each decision on the road brought; nothing while the case is graded."""
        case = self.practice_case
        if case is None or not self.role:
            return ()
        return self._known("consequences", lambda: consequences(case, self.role, self.path))

    @property
    def other(self) -> str:
        """The id of the case of equal credit that may still be taken instead; empty if none."""
        if self.role and self.state.finished and self.desk.graded:
            return ""
        open_ones = [name for name in self.forms if name not in {self.lot.now, *self.lot.left}]
        return open_ones[0] if open_ones else ""

    def may_go_back(self, number: int) -> bool:
        """Whether this decision may be taken anew.

        A critical failure in practice can always be replayed from where it happened.
        """
        if self.practice_case is None or not 0 <= number < len(self.path):
            return False
        if self.consequences[number].critical or self.case.practice == "free":
            return True
        return self.case.practice == "once" and not self.played.back

    def changed(self, **changes: object) -> Played:
        """What is saved, with some of it changed."""
        return Played(
            **{**vars(self.played), "case": self.lot.now if self.forms[1:] else "", **changes}
        )

    def keep(self, played: Played) -> None:
        """Saves a road, and goes on from where it leads."""
        value = played.value(practice=not self.desk.graded)
        self.save("case", self.case.version, value, keep_before=self._revised)
        self.played, self.notice, self._revised = played, "", False
        # What could not be read is kept, and the learner has begun anew.
        self.problem = ""
        self.aside, self.earlier = "", None
        self.move()

    def went_on_elsewhere(self) -> bool:
        """Whether the case was played on in another window; then it stands there, and says so."""
        before = (self.lot.now, self.role, list(self.path), self.played.read)
        here, told = (self.lot, self.played), len(self.desk.store.notices)
        self.lot = lot.kept(self.lot_name, self.forms) or self.lot
        self.load()
        if len(self.desk.store.notices) > told:
            # The file could not be read and was set aside: this window alone has the road now.
            self.lot, self.played = here
            return False
        if (self.lot.now, self.role, self.path, self.played.read) == before:
            return False
        self.problem = self._("This case was continued in another window. Here is where it stands.")
        self.aside, self.earlier = "", None
        self.move()
        return True

    def begin(self, played: Played) -> None:
        """Stands before the first scene again."""
        self.played, self.saved_at, self.notice = played, "", ""
        self.aside, self.earlier = "", None
        self.passed.clear()
        self.unfolded.clear()
        self.move()

    def move(self) -> None:
        """A new scene begins: its heading gets the keyboard."""
        self.focus = f"{self.uid}-heading"

    def load(self) -> None:
        """Takes up the saved road, as far as the case still has it.

        A case may have been revised since: whoever played it before is told so, goes on from the
        last decision that still exists, and loses nothing of what was saved.
        """
        _ = self._
        answer = self.desk.store.get(self.id)
        self.played, self.notice, self._revised = Played(), "", False
        self.saved_at = ""
        if answer is None or answer.kind != "case":
            return
        kept = extras(answer.value)
        now = kept.case if kept.case in self.forms else self.forms[0]
        if now != self.lot.now:
            self.lot = lot.Lot(now, self.lot.left)
        try:
            role, path = decisions(answer.value)
            replay(self.case, role, [])
        except InvalidPath as error:
            self.problem, self._revised = error.sentence(_), True
            return
        self.saved_at = answer.at
        followed = self._followed(role, path)
        self.played = kept
        kept.role, kept.path = role, followed
        kept.read = min(kept.read, len(followed))
        if len(followed) < len(path):
            self._revised = True
            if followed:
                self.notice = _(
                    "This case was revised since you last played it, and your road fits it up to "
                    "decision {number}. Go on from there: what you had saved is kept."
                ).format(number=len(followed))
            else:
                self.notice = _(
                    "This case was revised since you last played it, and your decisions do not "
                    "fit it any more. Start again: what you had saved is kept."
                )
        elif path and answer.version not in {"", self.case.version}:
            self.notice = _(
                "This case was revised since you last played it. Your decisions still fit, so you "
                "are where you left off."
            )

    def _followed(self, role: str, path: list[str]) -> list[str]:
        path = list(takewhile(lambda decision: isinstance(decision, str), path))
        try:
            return list(replay(self.case, role, path).path)
        except InvalidPath as error:
            # Step by step, a file that somebody filled with decisions would take hours.
            return path[: max(0, error.step - 1)]
