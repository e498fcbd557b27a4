"""The screen of each kind of question."""

from travesia.learn.arranged import MatchScreen, OrderScreen, TruthScreen
from travesia.learn.question import ChoiceScreen, NumberScreen, QuestionScreen
from travesia.learn.spot_screen import SpotScreen
from travesia.learn.writing import ShortScreen, TextScreen

SCREENS: dict[str, type[QuestionScreen]] = {
    screen.kind: screen
    for screen in (
        ChoiceScreen,
        NumberScreen,
        TextScreen,
        TruthScreen,
        ShortScreen,
        OrderScreen,
        MatchScreen,
        SpotScreen,
    )
}
"""By the kind's name, which is also the name of the call in a notebook."""
