"""A question that is answered on a picture, or from the list beside it, which says the same."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from travesia.learn import wording
from travesia.learn.arranged import ArrangedScreen
from travesia.learn.messages import Message
from travesia.learn.picture import draw, has_small

MOST_BUTTONS = 12
"""So many areas are listed one under the other; more are one list to open."""


class SpotScreen(ArrangedScreen):
    """A picture with areas to pick; the list is what a keyboard and a screen reader use."""

    template = "spot.html.j2"
    kind = "spot"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.closer = False

    @property
    def picture(self) -> Markup:
        """The picture with the picked area marked."""
        return draw(self.question["picture"], self.value or "", closer=self.closer)

    @property
    def has_small(self) -> bool:
        """Whether some areas are too small to hit, so that the picture can be drawn closer."""
        return has_small(self.question["picture"])

    @property
    def one_list(self) -> bool:
        """Whether the areas are so many that they are one list to open."""
        return len(self.areas) > MOST_BUTTONS

    @property
    def actions(self) -> Mapping[str, Callable[[Message], None]]:
        """Looking closer and back, besides what every question offers."""
        return {**super().actions, "closer": self._look_closer}

    def _look_closer(self, message: Message) -> None:  # noqa: ARG002 - as every action
        self.closer = self.has_small and not self.closer

    @property
    def areas(self) -> list[dict[str, Any]]:
        """The areas in the file's order, which is the picture's: months follow one another."""
        return list(self.question["picture"]["areas"])

    def label(self, area: Mapping[str, Any]) -> str:
        """An area in the list: its name, and how much it counts where the picture shows that."""
        name = self.words(area["text"])
        if "value" not in area:
            return name
        return f"{name}: {wording.number(area['value'], self.language)}"

    def answer(self, message: Message) -> None:
        """Saves the picked area."""
        self.take(message.values[0] if len(message.values) == 1 else "", message)

    def answer_text(self) -> str:
        """The name of the picked area."""
        return next((self.words(a["text"]) for a in self.areas if a["id"] == self.value), "")
