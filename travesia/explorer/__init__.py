"""The explorer: one widget in which a series is chosen, filtered, drawn, cited and taken along.

from travesia.explorer import explorer

explorer("mexico-events", period=("2021-01", "2024-12"), nationality=["VEN", "HTI"])
"""

from travesia.explorer.choice import Choice, ChoiceError
from travesia.explorer.widget import Explorer, explorer

__all__ = ["Choice", "ChoiceError", "Explorer", "explorer"]
