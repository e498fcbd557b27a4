"""A person at a hub over HTTP: signs in, starts their server, runs code in a kernel of it."""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin, urlsplit

import httpx
import websocket

SECONDS = 120


@dataclass
class Visitor:
    """One signed-in person."""

    url: str
    username: str
    password: str
    client: httpx.Client = field(init=False)

    def __post_init__(self):
        self.client = httpx.Client(base_url=self.url, follow_redirects=True, timeout=60)
        sign_in(self.client, self.username, self.password)

    @cached_property
    def token(self) -> str:
        """A token with everything this person may do, made by themselves."""
        answer = self.client.post(
            f"hub/api/users/{self.username}/tokens",
            headers=self.xsrf("/hub/"),
            json={"note": "tests"},
        )
        answer.raise_for_status()
        return answer.json()["token"]

    def xsrf(self, path: str) -> dict[str, str]:
        """The header that a page of the hub sends with what changes state."""
        found = {c.path: c.value for c in self.client.cookies.jar if c.name == "_xsrf"}
        return {"X-XSRFToken": found.get(path) or found.get("/") or ""}

    def hub_api(self, method: str, path: str, **more) -> httpx.Response:
        """The hub's answer to a request with this person's token."""
        headers = {"Authorization": f"token {self.token}"}
        url = urljoin(self.url, f"hub/api/{path}")
        return httpx.request(method, url, headers=headers, timeout=60, **more)

    def server_api(self, method: str, path: str, **more) -> httpx.Response:
        """The answer of this person's server to a request with their token."""
        headers = {"Authorization": f"token {self.token}"}
        url = urljoin(self.url, f"user/{self.username}/{path}")
        return httpx.request(method, url, headers=headers, timeout=120, **more)

    def start_server(self) -> None:
        """Start this person's server and wait until it answers."""
        self.hub_api("POST", f"users/{self.username}/server")
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            model = self.hub_api("GET", f"users/{self.username}").json()
            if model["servers"].get("", {}).get("ready"):
                return
            time.sleep(0.3)
        raise AssertionError(f"the server of {self.username} did not start")

    def stop_server(self) -> None:
        """Stop this person's server and wait until it is gone."""
        self.__dict__.pop("kernel", None)
        self.hub_api("DELETE", f"users/{self.username}/server")
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if not self.hub_api("GET", f"users/{self.username}").json()["servers"]:
                return
            time.sleep(0.3)
        raise AssertionError(f"the server of {self.username} did not stop")

    @cached_property
    def kernel(self) -> str:
        """The id of a kernel on this person's server."""
        self.start_server()
        answer = self.server_api("POST", "api/kernels", json={"name": "python3"})
        answer.raise_for_status()
        return answer.json()["id"]

    def run(self, code: str) -> str:
        """What a cell with this code prints in this person's kernel, errors included."""
        return "".join(self.printed(code)).strip()

    def printed(self, code: str) -> Iterator[str]:
        """What a cell with this code prints in this person's kernel, as it comes.

        It ends with the cell, and also where the connection breaks off.
        """
        host = urlsplit(self.url).netloc
        connection = websocket.create_connection(
            f"ws://{host}/user/{self.username}/api/kernels/{self.kernel}/channels",
            header={"Authorization": f"token {self.token}"},
            timeout=SECONDS,
        )
        asked = uuid.uuid4().hex
        try:
            connection.send(json.dumps(_execute_request(asked, code)))
            while True:
                message = json.loads(connection.recv())
                if message["parent_header"].get("msg_id") != asked:
                    continue
                kind, content = message["msg_type"], message["content"]
                if kind == "stream":
                    yield content["text"]
                elif kind == "error":
                    yield f"{content['ename']}: {content['evalue']}"
                elif kind == "status" and content["execution_state"] == "idle":
                    return
        finally:
            connection.close()


def sign_in(client: httpx.Client, username: str, password: str) -> httpx.Response:
    """The hub's answer to the sign-in form, filled in as a browser does."""
    client.get("hub/login")
    token = next((c.value for c in client.cookies.jar if c.name == "_xsrf"), "")
    return client.post(
        "hub/login", data={"username": username, "password": password, "_xsrf": token}
    )


def _execute_request(asked: str, code: str) -> dict:
    header = {"msg_id": asked, "msg_type": "execute_request", "version": "5.3"}
    header |= {"username": "", "session": uuid.uuid4().hex, "date": ""}
    content = {"code": code, "silent": False, "store_history": False, "stop_on_error": True}
    content |= {"user_expressions": {}, "allow_stdin": False}
    return {
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
        "channel": "shell",
        "buffers": [],
    }
