"""Lists of releases and submissions, as nbgrader's commands and pages read them."""

import hashlib
from pathlib import Path
from typing import Any

from nbgrader.exchange import abc

from travesia.exchange.plugins.base import Exchange
from travesia.exchange.plugins.fetch import FEEDBACK
from travesia.language import translator

Entry = dict[str, Any]


class ExchangeList(Exchange, abc.ExchangeList):
    """Lists releases, one's own submissions (`cached`) or everybody's (`inbound`)."""

    def copy_files(self) -> None:
        """Copies nothing."""

    def list_files(self) -> list[Entry]:
        """The entries in the shape of nbgrader's own list, told in the log too."""
        if self.inbound or self.cached:
            found = self._submitted()
            self.log.info("Submitted assignments:")
            for group in found:
                for entry in group["submissions"]:
                    self.log.info(_submission_line(entry))
        else:
            found = self._released()
            self.log.info("Released assignments:")
            for entry in found:
                held = " (already downloaded)" if entry["status"] == "fetched" else ""
                self.log.info("%s %s%s", entry["course_id"], entry["assignment_id"], held)
        return found

    def remove_files(self) -> list[Entry]:
        """Takes releases back; what people handed in is never removed from here."""
        if self.inbound or self.cached:
            _ = translator()
            self.refuse(_("What was handed in is kept; it cannot be removed."))
        found = self._released()
        for entry in found:
            self.client.withdraw(entry["course_id"], entry["assignment_id"])
            entry["status"] = "removed"
            self.log.info("Removed: %s %s", entry["course_id"], entry["assignment_id"])
        return found

    def _courses(self, *, teaching: bool = False) -> list[str]:
        if self.coursedir.course_id:
            return [self.course]
        me = self.client.me()
        return sorted({*me["instructs"], *([] if teaching else me["courses"])})

    def _released(self) -> list[Entry]:
        wanted = self.coursedir.assignment_id
        return [
            self._release_entry(course, release)
            for course in self._courses()
            for release in self.client.assignments(course)
            if wanted in {"", "*", release["assignment"]}
        ]

    def _release_entry(self, course: str, release: Entry) -> Entry:
        folder = self.folder_of(course, release["assignment"])
        fetched = folder.is_dir()
        notebooks = sorted(folder.glob("*.ipynb")) if fetched else map(Path, release["notebooks"])
        return {
            "course_id": course,
            "assignment_id": release["assignment"],
            "status": "fetched" if fetched else "released",
            "path": str(folder) if fetched else "",
            "notebooks": [
                {"notebook_id": path.stem, "path": str(path) if fetched else ""}
                for path in notebooks
            ],
            "title": release["title"],
            "due": release["due"],
        }

    def _submitted(self) -> list[Entry]:
        assignment = self.coursedir.assignment_id
        student = None
        if self.cached:
            self.require_self()
        else:
            student = self.named_student
        groups: dict[tuple[str, str, str], Entry] = {}
        for course in self._courses(teaching=self.inbound):
            for submission in self.client.submissions(
                course,
                assignment=assignment if assignment not in {"", "*"} else None,
                everybody=self.inbound,
                student=student,
            ):
                entry = self._submission_entry(course, submission)
                key = (course, entry["student_id"], entry["assignment_id"])
                names = dict(zip(("course_id", "student_id", "assignment_id"), key, strict=True))
                group = groups.setdefault(key, names | {"status": "submitted", "submissions": []})
                group["submissions"].append(entry)
        return [group for _key, group in sorted(groups.items())]

    def _submission_entry(self, course: str, submission: Entry) -> Entry:
        place = self.folder_of(course, submission["assignment"]) / FEEDBACK
        local = place / submission["timestamp"]
        released: dict[str, str] = submission["feedback"] or {}
        notebooks = [
            _notebook_entry(Path(name), local, released)
            for name in submission["notebooks"]
            if "/" not in name
        ]
        fetched = bool(notebooks) and all(each["has_local_feedback"] for each in notebooks)
        return {
            "course_id": course,
            "student_id": submission["student"],
            "assignment_id": submission["assignment"],
            "timestamp": submission["timestamp"],
            "status": "submitted",
            "path": "",
            "receipt": submission["id"],
            "notebooks": notebooks,
            "has_local_feedback": fetched,
            "has_exchange_feedback": bool(notebooks)
            and all(each["has_exchange_feedback"] for each in notebooks),
            "feedback_updated": any(each["feedback_updated"] for each in notebooks),
            "local_feedback_path": str(local) if fetched else None,
        }


def _notebook_entry(notebook: Path, local: Path, released: dict[str, str]) -> Entry:
    page = local / f"{notebook.stem}.html"
    held = hashlib.sha256(page.read_bytes()).hexdigest() if page.is_file() else None
    offered = released.get(page.name)
    return {
        "notebook_id": notebook.stem,
        "path": "",
        "has_local_feedback": held is not None,
        "has_exchange_feedback": offered is not None,
        "local_feedback_path": str(page) if held else None,
        "feedback_updated": held is not None and offered is not None and held != offered,
    }


def _submission_line(entry: Entry) -> str:
    if entry["has_local_feedback"] and not entry["feedback_updated"]:
        state = "feedback already fetched"
    elif entry["has_exchange_feedback"]:
        state = "feedback ready to be fetched"
    else:
        state = "no feedback available"
    names = " ".join(
        entry[name] for name in ("course_id", "student_id", "assignment_id", "timestamp")
    )
    return f"{names} ({state})"
