"""The Jupyter server extension: what it tells pages, and which addresses it answers."""

import json
import os
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.utils import url_path_join

from travesia.design import TOKENS
from travesia.labextension import assignment, handin, lesson, notices
from travesia.labextension.analysts import give_notebooks
from travesia.labextension.demonstration import DemonstrationNotice
from travesia.labextension.formgrader import write_names_as_text
from travesia.labextension.handlers import campus_address
from travesia.labextension.jupyter_config import ANALYST
from travesia.labextension.permissions import permissions_for
from travesia.labextension.policy import policy_for
from travesia.labextension.strings import interface_strings
from travesia.language import current_language

KIND_VARIABLE = "TRAVESIA_KIND"
ISOLATION_VARIABLE = "TRAVESIA_ISOLATION"
STATIC = Path(__file__).parent / "static"
NAME = r"([A-Za-z0-9][A-Za-z0-9._-]*)"


def load(server: Any) -> None:
    """Adds learner mode's page settings and handlers to a person's Jupyter server."""
    page = server.web_app.settings.setdefault("page_config_data", {})
    page["travesia"] = json.dumps(page_settings())
    # Formulas are drawn by the bundled MathJax; this is the address of one on a CDN otherwise.
    page["fullMathjaxUrl"] = ""
    write_names_as_text(server.web_app.settings)
    server.web_app.add_transform(policy_for(server.base_url))
    server.web_app.add_transform(permissions_for(server.base_url))
    if os.environ.get(ISOLATION_VARIABLE) == "0":
        server.web_app.add_transform(DemonstrationNotice)
    if os.environ.get(KIND_VARIABLE) == ANALYST:
        home = Path(server.root_dir).expanduser()
        missed = give_notebooks(Path(os.environ[lesson.LESSONS_VARIABLE]), home, current_language())
        if missed:
            server.log.warning(missed)
    server.contents_manager.register_pre_save_hook(notices.refuse_growth)
    server.web_app.add_handlers(".*$", handlers(server.base_url))
    server.log.info("Travesía's learner mode is ready.")


def page_settings() -> dict[str, Any]:
    """What every page of this server knows: who it is for, in which language, and the words."""
    language = current_language()
    return {
        "kind": os.environ.get(KIND_VARIABLE, ""),
        "language": language,
        "campus": campus_address(),
        "strings": interface_strings(language),
    }


def handlers(base_url: str) -> list[tuple[Any, ...]]:
    """The addresses below a server's base and what answers them."""
    design = {"path": [str(TOKENS.parent)], "no_cache_paths": []}
    formgrader = {"path": [str(STATIC)], "no_cache_paths": []}
    answers: list[tuple[Any, ...]] = [
        (f"open/lesson/{NAME}", lesson.OpenLessonHandler),
        (f"open/assignment/{NAME}/{NAME}", assignment.OpenAssignmentHandler),
        ("lesson", lesson.LessonStateHandler),
        ("fresh-copy", lesson.FreshCopyHandler),
        ("hand-in", handin.HandInHandler),
        ("notices", notices.NoticesHandler),
        (r"design/(tokens\.css)", FileFindHandler, design),
        (r"formgrader/(formulas\.js)", FileFindHandler, formgrader),
    ]
    return [(url_path_join(base_url, "travesia", path), *rest) for path, *rest in answers]
