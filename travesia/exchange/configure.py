"""nbgrader's configuration for a person on the hub."""

from pathlib import Path
from typing import Any

_PLUGINS = "travesia.exchange.plugins"
_ACTIONS = {
    "exchange": "Exchange",
    "list": "ExchangeList",
    "fetch_assignment": "ExchangeFetchAssignment",
    "fetch_feedback": "ExchangeFetchFeedback",
    "release_assignment": "ExchangeReleaseAssignment",
    "release_feedback": "ExchangeReleaseFeedback",
    "submit": "ExchangeSubmit",
    "collect": "ExchangeCollect",
}


def nbgrader_config(
    c: Any,
    *,
    course: str,
    home: Path | str | None = None,
    course_root: Path | str | None = None,
) -> None:
    """Makes nbgrader use the hub's exchange: for a learner, or for an instructor with a course.

    Args:
        c: The traitlets configuration of an `nbgrader_config.py`.
        course: The course's id.
        home: Where assignments are fetched to; the working directory by default.
        course_root: The instructor's course directory (`source`, `release`, `submitted`…), with
            the gradebook in a folder of its own: a database must not be bound as a single file.
    """
    for action, name in _ACTIONS.items():
        setattr(c.ExchangeFactory, action, f"{_PLUGINS}.{name}")
    c.Authenticator.plugin_class = f"{_PLUGINS}.Membership"
    c.CourseDirectory.course_id = course
    if home is not None:
        c.Exchange.assignment_dir = str(home)
    if course_root is not None:
        root = Path(course_root)
        c.CourseDirectory.root = str(root)
        c.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook' / 'gradebook.db'}"
