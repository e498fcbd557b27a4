"""What the handlers of a person's server share: the home, the language, and how they refuse."""

import os
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import url_escape, url_path_join

from travesia.labextension.homepath import OutsideHomeError, in_home
from travesia.labextension.page import error_page
from travesia.language import current_language, translator

CAMPUS_PATH = "services/campus/"


def campus_address() -> str:
    """The campus as a browser reaches it: on the hub's own origin, unless it has another."""
    named = os.environ.get("TRAVESIA_CAMPUS_ADDRESS")
    return named or url_path_join(os.environ.get("JUPYTERHUB_BASE_URL", "/"), CAMPUS_PATH)


class PersonHandler(JupyterHandler):
    """A handler that knows whose server it belongs to."""

    @property
    def home(self) -> Path:
        """The root of what the server shows, which is the person's home."""
        return Path(self.settings["server_root_dir"]).expanduser()

    @property
    def language(self) -> str:
        """The person's language."""
        return current_language()

    def notebook_address(self, notebook: Path) -> str:
        """Where Notebook 7 shows a notebook of the home."""
        place = notebook.relative_to(self.home).as_posix()
        return url_path_join(self.base_url, "notebooks", url_escape(place))


class PageHandler(PersonHandler):
    """A handler whose answer a person sees as a page."""

    def refuse(self, sentence: str, status: int = 404) -> None:
        """Answers with a page that says why, and leads back to the campus."""
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            error_page(
                sentence,
                language=self.language,
                tokens=url_path_join(self.base_url, "travesia/design/tokens.css"),
                campus=campus_address(),
            )
        )


class DataHandler(PersonHandler, APIHandler):
    """A handler whose answer learner mode reads."""

    def refuse(self, sentence: str, status: int = 400) -> None:
        """Answers with the sentence for the person."""
        self.set_status(status)
        self.finish({"error": sentence})

    def requested_notebook(self, path: Any) -> Path | None:
        """The notebook of the home that a request names; refused with a sentence otherwise."""
        try:
            return in_home(self.home, path, ".ipynb")
        except OutsideHomeError:
            _ = translator(self.language)
            self.refuse(_("There is no such notebook in your home. Open it from the campus."), 404)
            return None

    def requested_path(self) -> Any:
        """The `path` of a request's JSON body, whatever it is."""
        body = self.get_json_body()
        return body.get("path") if isinstance(body, dict) else None
