"""nbgrader's configuration on every person's server: the exchange for all, grading for instructors.

The hub copies this file into each person's read-only configuration. What differs between people
comes from the environment that the hub gives their server.
"""

import os
from pathlib import Path

from travesia.exchange.configure import nbgrader_config as configure_exchange

c = get_config()  # noqa: F821 - Jupyter gives it to its configuration

course = os.environ["TRAVESIA_COURSE_ID"]
course_root = os.environ.get("TRAVESIA_COURSE_ROOT")

configure_exchange(c, course=course, home=Path.home(), course_root=course_root)
if course_root:
    from travesia.grading.configure import nbgrader_config as configure_grading

    configure_grading(
        c,
        course_root=Path(course_root),
        keys_root=Path(course_root) / "keys",
        course_id=course,
        facts=Path(os.environ["TRAVESIA_LESSONS"]) / "facts.yaml",
        fallback_language=os.environ["TRAVESIA_COURSE_LANGUAGE"],
        isolation=os.environ["TRAVESIA_ISOLATION"] == "1",
    )
