"""What nbgrader's exchange plugins share: the service's client, and failures as sentences."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from nbgrader.exchange import abc
from nbgrader.utils import ignore_patterns
from traitlets import Bool

from travesia.exchange.archive import Ignore
from travesia.exchange.client import ExchangeClient
from travesia.exchange.errors import ServiceError, own_disk_sentence
from travesia.language import translator


class Exchange(abc.Exchange):
    """An exchange that is a service of the hub: there is no folder that people share."""

    path_includes_course = Bool(
        default_value=False,
        help="Whether assignments lie in <course>/<assignment> rather than in <assignment>.",
    ).tag(config=True)

    client: ExchangeClient

    def start(self) -> Any:
        """Runs the action; whatever fails on the way is nbgrader's own kind of error."""
        try:
            with ExchangeClient.from_environment() as self.client:
                return super().start()
        except ServiceError as error:
            self.refuse(str(error))
        except OSError as error:
            self.refuse(own_disk_sentence(error, translator()))

    def init_src(self) -> None:
        """Has nothing to prepare unless an action says so."""

    def init_dest(self) -> None:
        """Has nothing to prepare unless an action says so."""

    def refuse(self, sentence: str) -> NoReturn:
        """Ends the action with a sentence for the person who started it."""
        self.log.critical(sentence)
        raise abc.ExchangeError(sentence)

    @property
    def course(self) -> str:
        """The id of the course, which the action cannot do without."""
        course: str = self.coursedir.course_id
        if not course:
            _ = translator()
            self.refuse(_("No course is named; add --course with the course's id."))
        return course

    @property
    def assignment(self) -> str:
        """The id of the assignment, which the action cannot do without."""
        assignment: str = self.coursedir.assignment_id
        if not assignment:
            _ = translator()
            self.refuse(_("No assignment is named; add its id to the command."))
        return assignment

    @property
    def named_student(self) -> str | None:
        """The one learner that the command is about, or none if it is about everybody."""
        student: str = self.coursedir.student_id
        return None if student in {"", "*", "."} else student

    def require_self(self) -> str:
        """The caller's name as the hub knows it; refuses a command about somebody else."""
        name = str(self.client.me()["name"])
        if self.named_student not in {None, name}:
            _ = translator()
            self.refuse(
                _("You are signed in as “{name}”, so you cannot act for “{student}”.").format(
                    name=name, student=self.named_student
                )
            )
        return name

    def folder_of(self, course: str, assignment: str) -> Path:
        """Where a learner's copy of an assignment lies."""
        place = Path(self.assignment_dir).absolute()
        return (place / course if self.path_includes_course else place) / assignment

    def step_folder(self, step: str, student: str, assignment: str) -> Path:
        """A folder of the instructor's course directory."""
        return Path(self.coursedir.format_path(step, student, assignment))

    @property
    def ignored(self) -> Ignore:
        """Tells the files that nbgrader's configuration leaves out."""
        found: Ignore = ignore_patterns(
            exclude=self.coursedir.ignore, include=self.coursedir.include, log=self.log
        )
        return found


@contextmanager
def hidden_folder(beside: Path) -> Iterator[Path]:
    """An empty folder on the same file system, whose content may be moved or is thrown away."""
    beside.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".arriving-", dir=beside.parent) as place:
        folder = Path(place, beside.name)
        folder.mkdir()
        yield folder


def read_notebook(path: Path) -> dict[str, Any] | str:
    """A notebook's document, or a sentence that says where it is broken."""
    _ = translator()
    try:
        document = json.loads(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        return _("“{file}” is no notebook: it is not text from byte {place} on.").format(
            file=path.name, place=error.start
        )
    except json.JSONDecodeError as error:
        return _("“{file}” is no notebook: it breaks off or is damaged in line {line}.").format(
            file=path.name, line=error.lineno
        )
    except RecursionError:
        return _("“{file}” is no notebook: it is nested too deeply.").format(file=path.name)
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        return _("“{file}” is no notebook: it has no list of cells.").format(file=path.name)
    return document
