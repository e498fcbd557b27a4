"""A case as a learner plays it: a role, one scene after another, and in practice what follows."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from travesia.learn import lot
from travesia.learn.case_in_hand import CaseInHand
from travesia.learn.messages import Message
from travesia.learn.played import Played
from travesia.learn.road_map import RoadMap, road_map
from travesia.learn.screen import Summary
from travesia.scenarios import DIMENSION_TITLES, Debrief, debrief


class CaseScreen(CaseInHand):
    """A case with everything that a learner can do in it."""

    @property
    def actions(self) -> Mapping[str, Callable[[Message], None]]:
        """Playing; in practice also going back and starting again."""
        playing: dict[str, Callable[[Message], None]] = {
            "role": self.choose_role,
            "decide": self.decide,
            "continue": self.go_on,
            "pause": self.pause,
            "leave": self.consider_leaving,
            "swap": self.take_the_other,
            "return": self.come_back,
            "read": self.read_again,
            "unfold": self.unfold,
            "plain": self.prefer_plain,
        }
        if self.desk.graded:
            return playing
        return playing | {"back": self.go_back, "again": self.start_again}

    def choose_role(self, message: Message) -> None:
        """Starts the case in a role; while it is graded, once."""
        if self.went_on_elsewhere() or self.role or message.value not in self.case.roles:
            return
        self.keep(self.changed(role=message.value, path=[]))

    def decide(self, message: Message) -> None:
        """Takes a decision and saves the road."""
        _ = self._
        if self.scene != "node":
            return
        chosen = message.values[0] if message.values else ""
        if self.went_on_elsewhere():
            return
        if not chosen:
            self.problem = _("Choose one of the options first.")
        elif chosen not in {offer.id for offer in self.state.choices}:
            self.problem = _("This decision is not open here. Choose one of the options.")
        else:
            self.keep(self.changed(path=[*self.path, chosen]))

    def go_on(self, _message: Message) -> None:
        """Leaves a consequence or a content note behind."""
        if self.scene == "consequence":
            if self.went_on_elsewhere():
                return
            self.keep(self.changed(read=len(self.path)))
        elif self.scene == "note":
            self.passed.add(self.place)
        self.move()

    def pause(self, _message: Message) -> None:
        """Puts the case aside for as long as the learner wants."""
        self.aside = "pause"
        self.move()

    def consider_leaving(self, _message: Message) -> None:
        """Asks before the case is changed for the other one."""
        if self.other:
            self.aside = "leave"
            self.move()

    def take_the_other(self, _message: Message) -> None:
        """Changes the case for the one of equal credit; nothing handed in says so."""
        if self.went_on_elsewhere() or not self.other:
            return
        left = [self.lot.now] if self.desk.graded and self.path else []
        self.lot = lot.Lot(self.other, [*self.lot.left, *left])
        lot.keep(self.lot_name, self.lot)
        if self.desk.store.get(self.id) is not None:
            self.desk.store.remove(self.id)
        self.begin(Played())

    def come_back(self, _message: Message) -> None:
        """Returns from a pause, or from an earlier step, to where the learner was."""
        self.aside = ""
        self.earlier = None
        self.move()

    def read_again(self, message: Message) -> None:
        """Shows an earlier step as it was, with what was decided there."""
        number = int(message.value) if message.value.isdecimal() else -1
        if self.role and 0 <= number < len(self.path):
            self.aside, self.earlier = "", number
            self.move()

    def unfold(self, message: Message) -> None:
        """Shows or hides a part that is fetched only when somebody opens it."""
        name, _, how = message.value.partition(":")
        if how == "open":
            self.unfolded.add(name)
        else:
            self.unfolded.discard(name)

    def prefer_plain(self, message: Message) -> None:
        """Shows cases as plain text, or with cards and pictures again."""
        self.plain = message.value == "on"
        lot.prefer(plain_text=self.plain)

    def go_back(self, message: Message) -> None:
        """Returns to an earlier decision and lets the learner take it anew."""
        number = int(message.value) if message.value.isdecimal() else len(self.path)
        if self.went_on_elsewhere() or not self.role or not self.may_go_back(number):
            return
        counts = 0 if self.consequences[number].critical else 1
        again = self.changed(path=self.path[:number], read=number, back=self.played.back + counts)
        again.remember(self.path)
        self.keep(again)

    def start_again(self, _message: Message) -> None:
        """Begins an ended case anew and offers the roles again."""
        if self.went_on_elsewhere() or (self.role and not self.state.finished):
            return
        self.desk.store.remove(self.id)
        self.begin(Played())

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
        """A drawing of the case as SVG, empty if it is not there."""
        # The pack's maker has cleaned it (travesia.course.media).
        return Markup(self.desk.pictures.get(src, ""))  # noqa: S704

    def map(self) -> RoadMap:
        """The roads through this case as picture and words: at the end, those that hold too."""
        looked_back = self._debrief()
        good = looked_back.roads if looked_back else ()
        holding = [[step.choice for step in road.steps] for road in good]
        return road_map(self.case, self.role, self.path, self.played.roads, self._, holding=holding)

    def _debrief(self) -> Debrief | None:
        case = self.practice_case
        if case is None or self.scene != "ending":
            return None
        return self._known("debrief", lambda: debrief(case, self.role, self.path))
