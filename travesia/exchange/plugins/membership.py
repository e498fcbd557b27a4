"""Who is in which course, for nbgrader."""

from nbgrader.auth import BaseAuthPlugin
from nbgrader.exchange import ExchangeError

from travesia.exchange.client import ExchangeClient
from travesia.exchange.errors import ServiceError
from travesia.language import translator


class Membership(BaseAuthPlugin):
    """Tells nbgrader the caller's own courses, as the hub's groups say."""

    def get_student_courses(self, student_id: str) -> list[str]:
        """The courses that the caller learns or teaches in.

        Raises:
            ExchangeError: for another person, whose courses only the hub may tell.
        """
        try:
            with ExchangeClient.from_environment() as client:
                me = client.me()
        except ServiceError as error:
            raise ExchangeError(str(error)) from error
        if student_id not in {"", "*", me["name"]}:
            _ = translator()
            raise ExchangeError(
                _("You are signed in as “{name}”, so you cannot act for “{student}”.").format(
                    name=me["name"], student=student_id
                )
            )
        return sorted({*me["courses"], *me["instructs"]})

    def add_student_to_course(self, student_id: str, course_id: str) -> None:
        """Adds to the gradebook only: who is enrolled is decided at the hub."""
        self.log.warning(
            "'%s' is in the gradebook of '%s'; the administrator enrols people in the course"
            " with: travesia course enrol",
            student_id,
            course_id,
        )

    def remove_student_from_course(self, student_id: str, course_id: str) -> None:
        """Removes from the gradebook only: who is enrolled is decided at the hub."""
        self.log.warning(
            "'%s' is still enrolled in '%s'; the administrator decides that at the hub",
            student_id,
            course_id,
        )
