"""The exchange as its users' programs see it: calls that succeed or say why not."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, unquote

import httpx

from travesia.exchange.archive import Ignore, Inflater, Limits, files_of, packed, unpack
from travesia.exchange.errors import Refusal, ServiceError, own_disk_sentence
from travesia.exchange.receipt import Receipt
from travesia.exchange.room import NOTICE_HEADER
from travesia.language import current_language, translator

URL_VARIABLE = "TRAVESIA_CAMPUS_URL"
TOKEN_VARIABLE = "JUPYTERHUB_API_TOKEN"  # noqa: S105 - the variable's name
CONNECT_SECONDS = 10
ANSWER_SECONDS = 120
DOWNLOAD = Limits(upload=2**30, expanded=2**31, members=10_000, ratio=2000)
"""What is believed to come from the service: more than it lets in, and still not anything."""


class ExchangeClient:
    """Moves assignments, submissions and feedback for the person whose token it holds.

    Every method raises `ServiceError` with a sentence in that person's language when the service
    refuses or cannot be reached.
    """

    def __init__(self, url: str, token: str, *, language: str | None = None) -> None:
        language = language or current_language()
        self._translate = translator(language)
        # What the service said beside its last answer, a sentence for the person, or nothing.
        self.notice = ""
        self._http = httpx.Client(
            base_url=url.rstrip("/") + "/api/",
            headers={"Authorization": f"token {token}", "Accept-Language": language},
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            # The service is this hub's own: a proxy for the outside must not see the token.
            trust_env=False,
        )

    @classmethod
    def from_environment(cls) -> Self:
        """A client for the person whose notebook server this is."""
        url, token = os.environ.get(URL_VARIABLE), os.environ.get(TOKEN_VARIABLE)
        if not url or not token:
            _ = translator()
            raise ServiceError(
                _("This works only inside the course's hub; sign in there and try again."),
                code="no_hub",
            )
        return cls(url, token)

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def me(self) -> dict[str, Any]:
        """The caller's `name`, and the ids of the `courses` they learn in and `instructs`."""
        return self._json("GET", "me")

    def assignments(self, course: str) -> list[dict[str, Any]]:
        """The releases of a course, each with the caller's latest receipt as `submitted`."""
        return list(self._json("GET", _path("courses", course, "assignments"))["assignments"])

    def submissions(
        self,
        course: str,
        *,
        assignment: str | None = None,
        everybody: bool = False,
        student: str | None = None,
    ) -> list[dict[str, Any]]:
        """The caller's receipts, or for an instructor everybody's; with feedback and marks."""
        wanted = {
            "assignment": assignment,
            "everybody": "1" if everybody else None,
            "student": student,
        }
        query = {name: value for name, value in wanted.items() if value is not None}
        answer = self._json("GET", _path("courses", course, "submissions"), params=query)
        return list(answer["submissions"])

    def fetch_release(self, course: str, assignment: str, folder: Path) -> list[str]:
        """Lays a release out in an empty folder and gives the files' names."""
        return self._download(
            _path("courses", course, "assignments", assignment, "release"), folder
        )

    def fetch_submission(self, course: str, submission: str, folder: Path) -> list[str]:
        """Lays a submission out in an empty folder, with what the service wrote beside it."""
        return self._download(_path("courses", course, "submissions", submission), folder)

    def fetch_feedback(self, course: str, submission: str, folder: Path) -> list[str]:
        """Lays a submission's feedback out in an empty folder."""
        return self._download(
            _path("courses", course, "submissions", submission, "feedback"), folder
        )

    def submit(
        self, course: str, assignment: str, folder: Path, ignore: Ignore | None = None
    ) -> Receipt:
        """Hands a folder in and gives the service's receipt."""
        path = _path("courses", course, "assignments", assignment, "submissions")
        with self._told():
            answer = self._upload("POST", path, files_of(folder, ignore))
        return Receipt.model_validate(answer)

    def publish(
        self,
        course: str,
        assignment: str,
        folder: Path,
        *,
        title: dict[str, str] | None = None,
        due: datetime | None = None,
        replace: bool = False,
        ignore: Ignore | None = None,
    ) -> dict[str, Any]:
        """Releases a folder to the learners of a course."""
        query = {"title": json.dumps(title or {}), "replace": "1" if replace else "0"}
        if due is not None:
            query["due"] = due.isoformat()
        path = _path("courses", course, "assignments", assignment, "release")
        with self._told():
            return self._upload("PUT", path, files_of(folder, ignore), params=query)

    def withdraw(self, course: str, assignment: str) -> None:
        """Takes a release back."""
        self._json("DELETE", _path("courses", course, "assignments", assignment, "release"))

    def release_feedback(self, course: str, submission: str, files: list[Path]) -> None:
        """Releases pages and marks to the learner of a submission."""
        path = _path("courses", course, "submissions", submission, "feedback")
        with self._told():
            self._upload("PUT", path, [(file.name, file) for file in files])

    def _upload(
        self, method: str, path: str, files: list[tuple[str, Path]], **kwargs: Any
    ) -> dict[str, Any]:
        return self._json(method, path, content=packed(files), **kwargs)

    def _json(self, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        with self._told():
            response = self._http.request(method, path, **kwargs)
            self._check(response)
            self.notice = unquote(response.headers.get(NOTICE_HEADER, ""))
            try:
                answer = response.json() if response.content else {}
            except ValueError as error:
                raise self._strange(response) from error
            if not isinstance(answer, dict):
                raise self._strange(response)
            return answer

    def _download(self, path: str, folder: Path) -> list[str]:
        with self._told(), tempfile.TemporaryFile(dir=folder.parent) as tar:
            with self._http.stream("GET", path) as response:
                if response.is_error:
                    response.read()
                self._check(response)
                inflater = Inflater(tar, DOWNLOAD)
                for chunk in response.iter_raw():
                    inflater.write(chunk)
            inflater.finish()
            return unpack(tar, folder, DOWNLOAD)

    def _check(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        try:
            error = response.json()["error"]
            sentence, code = str(error["message"]), str(error["code"])
        except (ValueError, LookupError, TypeError):
            raise self._strange(response) from None
        raise ServiceError(sentence, code=code, status=response.status_code)

    def _strange(self, response: httpx.Response) -> ServiceError:
        _ = self._translate
        sentence = _(
            "The course gave an answer that makes no sense (status {status});"
            " please tell your instructor."
        ).format(status=response.status_code)
        return ServiceError(sentence, code="strange_answer", status=response.status_code)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns what goes wrong on the way into a sentence in the reader's language."""
        _ = self._translate
        try:
            yield
        except Refusal as refusal:
            raise ServiceError(refusal.sentence(_), code=refusal.code) from refusal
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL) as error:
            raise ServiceError(
                _(
                    "The course cannot be reached; nothing was sent and your work is"
                    " safe in your folder. Try again in a moment."
                ),
                code="unreachable",
            ) from error
        except OSError as error:
            raise ServiceError(own_disk_sentence(error, _), code="own_disk") from error
        except httpx.HTTPError as error:
            raise ServiceError(
                _(
                    "The connection to the course broke; your work is safe in your"
                    " folder. Look at your receipts, and hand in again if it is not there."
                ),
                code="broken",
            ) from error


def _path(*parts: str) -> str:
    return "/".join(quote(part, safe="") for part in parts)
