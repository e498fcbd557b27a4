"""Ana's work on a hub, and beto, who wants to get at it."""

import json
from dataclasses import dataclass
from pathlib import Path

import httpx
from archives import plain
from hubs import RunningHub
from visitors import Visitor

from travesia.exchange.receipt import Receipt
from travesia.hub.people import People
from travesia.hub.settings import CAMPUS_UID

COURSE = "human-security"
# An assignment of its own: the others' tests find theirs as they left it.
ASSIGNMENT = "hostile"
NOTE = "hostile-note.txt"
SECRET = "for nobody but ana"
NOTEBOOK = plain(
    "assignment.ipynb",
    json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode(),
)
ANSWERS = plain("answers.json", json.dumps({"schema": 1, "answers": {}, "note": SECRET}).encode())


@dataclass
class Scene:
    """One hub with ana's work on it: a note in her home, a submission, and feedback on it."""

    hub: RunningHub
    receipt: Receipt | None = None

    @property
    def ana(self) -> Visitor:
        """Whose work it is."""
        return self.hub.visitor("ana")

    @property
    def beto(self) -> Visitor:
        """The attacker: a learner of the same course."""
        return self.hub.visitor("beto")

    @property
    def rosa(self) -> Visitor:
        """The course's instructor."""
        return self.hub.visitor("rosa")

    @property
    def note(self) -> Path:
        """The note in ana's home, as the machine knows it."""
        return self.hub.data / "homes" / "ana" / NOTE

    @property
    def inbound(self) -> Path:
        """Where submissions lie, as the machine knows it."""
        return self.hub.data / "exchange" / COURSE / "inbound"

    @property
    def answers(self) -> Path:
        """What ana handed in."""
        return self.inbound / self.receipt.folder / "answers.json"

    def number(self, name: str) -> tuple[int, int]:
        """Whom something of a person, or of the campus, belongs to where root started the hub."""
        if name == "campus":
            return CAMPUS_UID, CAMPUS_UID
        person = People(self.hub.data / "people" / "people.json").get(name)
        return person.uid, person.gid

    def server_token(self, name: str) -> str:
        """The hub's token that a person's own programs find in their environment."""
        return self.hub.visitor(name).run("import os; print(os.environ['JUPYTERHUB_API_TOKEN'])")

    def minted(self, name: str, *scopes: str) -> str:
        """A token that a person makes for themselves, with these scopes and no other."""
        made = self.hub.visitor(name).hub_api(
            "POST", f"users/{name}/tokens", json={"scopes": scopes, "note": "tests"}
        )
        made.raise_for_status()
        return made.json()["token"]

    def exchange(self, name: str, method: str, path: str, url: str | None = None, **more):
        """The exchange's answer to a person's real token; the twin's, with the twin's address."""
        headers = {"Authorization": f"token {self.server_token(name)}"} | more.pop("headers", {})
        url = f"{url or self.hub.url + 'services/campus/'}api/courses/{COURSE}/{path}"
        return httpx.request(method, url, headers=headers, timeout=60, **more)

    def submissions(self, name: str) -> list[dict]:
        """A person's own receipts of the scene's assignment."""
        query = {"assignment": ASSIGNMENT}
        return self.exchange(name, "GET", "submissions", params=query).json()["submissions"]
