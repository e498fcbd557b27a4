"""The explorer in a notebook: Python answers every choice, the browser draws and asks."""

import asyncio
import gc
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from importlib.resources import files
from itertools import count
from typing import Any

import anywidget
import traitlets

from travesia.charts import map_view
from travesia.explorer import taking
from travesia.explorer.answer import Answer, answer
from travesia.explorer.choice import Choice, ChoiceError, checked, read_choice
from travesia.explorer.cube import Cube, in_background
from travesia.explorer.screen import Screen
from travesia.flows import describe
from travesia.flows.package import parquet
from travesia.flows.package import series as all_series
from travesia.language import current_language, translator

_HERE = files("travesia.explorer")
_explorers = count(1)


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def explorer(
    series: str = "mexico-events",
    *,
    period: Sequence[str] = ("", ""),
    nationality: Sequence[str] = (),
    sex: Sequence[str] = (),
    age: Sequence[str] = (),
    place: Sequence[str] = (),
) -> "Explorer":
    """The explorer, opened at one view: this call is the view's address.

    Args:
        series: the id of a series of the catalogue, imported ones included.
        period: the first and the last month, as `("2021-01", "2024-12")`.
        nationality: ISO 3166 alpha-3 codes; all if none is given, and so with the others.
        sex: words of the series' column.
        age: words of the series' column.
        place: words of the series' column.

    Raises:
        ChoiceError: there is no such series, a month is none, or a period or a list is no such.
    """
    words = {"nationality": nationality, "sex": sex, "age": age, "place": place}
    for column, chosen in words.items():
        if isinstance(chosen, str) and chosen:
            raise ChoiceError(f'{column}: write a list, as {column}=["{chosen}"].')
    if isinstance(period, str) or len(period) != 2:
        raise ChoiceError('period: write its first and last month, as ("2021-01", "2024-12").')
    kept = {column: tuple(chosen) for column, chosen in words.items() if chosen}
    return Explorer(checked(Choice(series, period[0], period[1], kept)))


class Explorer(anywidget.AnyWidget):
    """The explorer's widget; `answer` holds what is on screen, `choice` what was chosen.

    `cubes` are the figures that are there already, by the series' id.
    """

    _esm = map_view.drawing() + _read("explorer.js")
    _css = map_view.style() + _read("explorer.css")

    # A part each, so that an answer carries the parts that it changes and no other.
    shell = traitlets.Unicode().tag(sync=True)
    controls = traitlets.Unicode().tag(sync=True)
    series = traitlets.Unicode().tag(sync=True)
    sankey = traitlets.Unicode().tag(sync=True)
    table = traitlets.Unicode().tag(sync=True)
    take = traitlets.Unicode().tag(sync=True)
    map_html = traitlets.Unicode().tag(sync=True)
    map = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        choice: Choice,
        language: str = "",
        cubes: Mapping[str, "Future[Cube]"] | None = None,
    ) -> None:
        self.choice = choice
        self.answer: Answer | None = None
        self.language = language or current_language()
        self._screen = Screen(self.language, f"tv-x-{next(_explorers)}")
        self._cubes = dict(cubes or {})
        # Else Python looks for garbage in the middle of answers, through all that was loaded.
        gc.collect()
        gc.freeze()
        self._turns = count(1)
        self._mapped = ""
        self._said = ""
        self._crossed = ("", "", "")
        super().__init__(shell=self._screen.shell())
        self.on_msg(self._receive)
        self._show(0)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Takes nothing: a browser may ask for a view, never say what is in it."""

    def wait(self) -> "Explorer":
        """The same explorer, once its figures are prepared and its view is shown."""
        self._cube().result()
        self._show(int(self.state["ack"]))
        return self

    def choose(self, choice: Choice) -> None:
        """Shows another view.

        Raises:
            ChoiceError: there is no such series, or a month is none.
        """
        self.choice = checked(choice)
        self._show(int(self.state["ack"]))

    def _receive(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if not isinstance(content, dict) or type(content.get("serial")) is not int:
            return
        self._said = ""
        acts: Mapping[str, Callable[[Any], None]] = {
            "choose": self._chosen,
            "reset": lambda _value: self._turn(Choice(self.choice.series)),
            "data": lambda _value: self._take(taking.data),
            "figure": lambda _value: self._take(taking.figure),
            "citation": lambda _value: self._take(taking.citation),
        }
        act = acts.get(str(content.get("action")))
        if act is not None:
            act(content.get("value"))
            self._show(content["serial"])

    def _chosen(self, value: Any) -> None:
        found = read_choice(self._in_order(value), list(all_series()))
        if found is not None:
            self._turn(found)

    def _in_order(self, value: Any) -> Any:
        """A browser's choice in which no first month is after the last.

        Who moves a period on changes one of its ends first: the other one gives way.
        """
        if not isinstance(value, dict):
            return value
        start, end = value.get("start"), value.get("end")
        if not (isinstance(start, str) and isinstance(end, str) and start > end > ""):
            return value
        # A browser can send the same form twice before it hears what gave way.
        if self._crossed[:2] != (start, end):
            shown = self.choice.start or describe(self.choice.series).start
            self._crossed = (start, end, "start" if start == shown else "end")
        return {**value, self._crossed[2]: ""}

    def _turn(self, choice: Choice) -> None:
        """Takes a choice up; months and words of another series are not carried over."""
        if choice.series != self.choice.series:
            choice = Choice(choice.series)
        about = describe(choice.series)
        self.choice = Choice(
            choice.series,
            "" if choice.start <= about.start else choice.start,
            "" if choice.end >= about.end else choice.end,
            choice.words,
        )

    def _cube(self) -> "Future[Cube]":
        name = self.choice.series
        if name not in self._cubes:
            self._cubes[name] = in_background(parquet(name))
        return self._cubes[name]

    def _take(self, write: Callable[[Answer, str], str]) -> None:
        if self.answer is not None:
            self._said = write(self.answer, self.language)

    def _show(self, serial: int) -> None:
        waiting, _ = self._cube(), translator(self.language)
        if not waiting.done():
            self.answer = None
            self._tell(serial, _("The figures are being prepared."), ready=False)
            self._when_done(waiting, serial)
            return
        fault = waiting.exception()
        if fault is not None:
            del self._cubes[self.choice.series]
            said = _("The figures could not be prepared: {reason}").format(reason=fault)
            self._tell(serial, said, ready=False)
            return
        found = answer(waiting.result(), self.choice, self.language)
        self.answer = found
        # One message carries all that changed, and nothing that did not.
        with self.hold_sync():
            self.controls = self._screen.controls(self.choice, found.cube)
            self.series = self._screen.series(found)
            self.sankey = self._screen.sankey(found)
            self.table = self._screen.table(found)
            self.take = self._screen.take(self.choice)
            self._draw_map(found)
            self._tell(serial, self._said or self._screen.told(found))

    def _draw_map(self, found: Answer) -> None:
        if found.map is None:
            self.map = {}
            return
        # The map of a series takes new figures; another series has a map of its own.
        if self.choice.series != self._mapped:
            self._mapped = self.choice.series
            self.map_html = map_view.skeleton(found.map)
        self.map = {
            "series": self._mapped,
            "words": found.map.summary,
            "figures": found.map.document(),
        }

    def _tell(self, serial: int, said: str, *, ready: bool = True) -> None:
        """Says what is chosen, and which of the browser's choices that answers."""
        self.state = {
            "ack": serial,
            "turn": next(self._turns),
            "ready": ready,
            "said": said,
            "start": self.choice.start,
            "end": self.choice.end,
            "words": {column: list(words) for column, words in self.choice.words.items()},
        }

    def _when_done(self, waiting: "Future[Cube]", serial: int) -> None:
        """Shows the view as soon as its figures are there, in the kernel's own thread."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        waiting.add_done_callback(lambda _done: loop.call_soon_threadsafe(self._show, serial))


__all__ = ["ChoiceError", "Explorer", "explorer"]
