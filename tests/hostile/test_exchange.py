"""The exchange: another's submissions and feedback, through requests, archives, folders, names."""

import os
import shutil
import tarfile
from dataclasses import dataclass

import httpx
import pytest
from archives import archive, extract_believing, link, plain
from scenes import ANSWERS, ASSIGNMENT, COURSE, NOTEBOOK, SECRET

from travesia.exchange.api import ApiHandler
from travesia.exchange.archive import MEBIBYTE, Limits
from travesia.exchange.identity import Caller
from travesia.exchange.receipt import Receipt, digest, digests, now
from travesia.exchange.service import SubmitHandler
from travesia.exchange.stored import stamp

SUBMISSIONS = f"assignments/{ASSIGNMENT}/submissions"
FORGED = b'{"schema": 1, "answers": {}, "note": "forged"}'


def allow(*_arguments) -> None:
    """A defence that is taken away."""


# Requests


@dataclass(frozen=True)
class Request:
    """What beto asks of the exchange, who may ask it, and which defence refuses him."""

    method: str
    path: str
    owner: str
    defence: str
    content: bytes | None = None


REQUESTS = {
    "read a submission": Request("GET", "submissions/{id}", "ana", "require_owner"),
    "read feedback": Request("GET", "submissions/{id}/feedback", "ana", "require_owner"),
    "list everybody's receipts": Request(
        "GET", "submissions?everybody=1&student=ana", "rosa", "require_instructor"
    ),
    "release feedback": Request(
        "PUT",
        "submissions/{id}/feedback",
        "rosa",
        "require_instructor",
        archive(plain("assignment.html", SECRET.encode())),
    ),
    "release an assignment": Request(
        "PUT",
        f"assignments/{ASSIGNMENT}/release?replace=1",
        "rosa",
        "require_instructor",
        archive(NOTEBOOK),
    ),
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_request_for_anothers_work_is_refused(scene, twin, monkeypatch, request_):
    path = request_.path.format(id=scene.receipt.id)

    def ask(name: str, url: str | None = None) -> httpx.Response:
        return scene.exchange(name, request_.method, path, url, content=request_.content)

    refused = ask("beto")
    assert refused.status_code in {403, 404}
    assert SECRET not in refused.text

    assert ask(request_.owner).is_success
    assert ask("beto", twin.url).status_code == refused.status_code
    monkeypatch.setattr(ApiHandler, request_.defence, allow)
    assert ask("beto", twin.url).is_success


def test_who_asks_is_what_the_token_says_and_no_header(scene, twin, monkeypatch):
    path = f"submissions/{scene.receipt.id}"
    names = ("X-JupyterHub-User", "X-Forwarded-User", "Remote-User", "X-Student")
    claims = dict.fromkeys(names, "ana")

    assert scene.exchange("beto", "GET", path, headers=claims).status_code == 404

    assert scene.exchange("ana", "GET", path).is_success

    async def believe(handler) -> Caller:
        name = handler.request.headers["X-JupyterHub-User"]
        return Caller(name, frozenset({COURSE}), frozenset())

    monkeypatch.setattr(ApiHandler, "_who_calls", believe)
    assert scene.exchange("beto", "GET", path, twin.url, headers=claims).is_success


def test_a_token_that_is_not_meant_for_the_campus_opens_nothing_there(scene):
    who = ("read:users:name!user=ana", "read:users:groups!user=ana")

    def ask(*scopes: str) -> httpx.Response:
        headers = {"Authorization": f"token {scene.minted('ana', *scopes)}"}
        return scene.exchange("ana", "GET", f"submissions/{scene.receipt.id}", headers=headers)

    # Somebody who gets hold of a token of ana's that was made for another purpose.
    refused = ask(*who)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "no_scope")

    assert scene.exchange("ana", "GET", f"submissions/{scene.receipt.id}").is_success
    assert ask(*who, "access:services!service=campus").is_success


# Names


def test_nobody_hands_in_under_anothers_name(scene, twin, monkeypatch):
    to = f"{SUBMISSIONS}?student=ana&name=ana"
    content = archive(NOTEBOOK, plain("student.txt", b"ana"))
    before = scene.submissions("ana")

    attack = scene.exchange("beto", "POST", to, content=content)
    assert attack.json()["student"] == "beto"
    assert scene.submissions("ana") == before

    assert scene.exchange("ana", "POST", to, content=content).json()["student"] == "ana"
    monkeypatch.setattr(SubmitHandler, "student", lambda self: self.get_argument("student"))
    assert scene.exchange("beto", "POST", to, twin.url, content=content).json()["student"] == "ana"


HAND_IN = f"""
import os, subprocess, sys
os.makedirs("{ASSIGNMENT}", exist_ok=True)
open("{ASSIGNMENT}/assignment.ipynb", "wb").write({NOTEBOOK[1]!r})
open("{ASSIGNMENT}/answers.json", "wb").write({FORGED!r})
submit = [sys.executable, "-m", "nbgrader", "submit", "{ASSIGNMENT}", "--course={COURSE}"]
def hand_in(*options, **claims):
    ran = subprocess.run(
        [*submit, *options], env=os.environ | claims, capture_output=True, text=True
    )
    print(ran.returncode, ran.stderr.strip().splitlines()[-1])
"""
NAMED = 'hand_in("--student=ana")\n'
CLAIMED = 'hand_in(JUPYTERHUB_USER="ana", USER="ana", LOGNAME="ana", NB_USER="ana")\n'
# nbgrader's own exchange: a folder that everybody may write. Its account is the one of Jupyter's
# own images, where nbgrader takes a person's name from the environment.
STOCK = f"""
import os
os.chdir("/tmp")
for part in ("inbound", "outbound/{ASSIGNMENT}"):
    os.makedirs("exchange/{COURSE}/" + part)
{HAND_IN}
submit.append("--Exchange.root=/tmp/exchange")
{NAMED}{CLAIMED}
print(*os.listdir("exchange/{COURSE}/inbound"), sep="\\n")
"""


def test_nbgraders_command_does_not_hand_in_under_anothers_name(scene):
    before = {name: len(scene.submissions(name)) for name in ("ana", "beto")}

    named, claimed = scene.beto.run(HAND_IN + NAMED + CLAIMED).splitlines()
    assert not named.startswith("0")
    assert claimed.startswith("0")
    after = {name: len(scene.submissions(name)) for name in ("ana", "beto")}
    assert after == {"ana": before["ana"], "beto": before["beto"] + 1}

    assert scene.ana.run(HAND_IN + NAMED).startswith("0")
    assert len(scene.submissions("ana")) == before["ana"] + 1
    stock = scene.hub.exposed(STOCK, options=["--name=jovyan"])
    assert len([name for name in stock.splitlines() if name.startswith(f"ana+{ASSIGNMENT}+")]) == 2


# Archives


ROADS = {
    "a path that leads out": lambda _inbound, folder: [plain(f"../{folder}/answers.json", FORGED)],
    "an absolute path": lambda inbound, folder: [plain(f"{inbound}/{folder}/answers.json", FORGED)],
    "a symbolic link": lambda _inbound, folder: [link("answers.json", f"../{folder}/answers.json")],
    "a folder that is a link": lambda _inbound, folder: [
        link("out", f"../{folder}"),
        plain("out/answers.json", FORGED),
    ],
    "a hard link": lambda _inbound, folder: [
        link("answers.json", f"../{folder}/answers.json", tarfile.LNKTYPE)
    ],
}


@pytest.mark.parametrize("road", ROADS.values(), ids=ROADS)
def test_no_path_in_an_archive_leads_to_anothers_submission(scene, tmp_path, road):
    folder = scene.receipt.folder
    before = len(scene.submissions("beto"))
    members = road(f"/srv/exchange/{COURSE}/inbound", folder)

    refused = scene.exchange("beto", "POST", SUBMISSIONS, content=archive(NOTEBOOK, *members))
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] in {"unsafe_name", "link"}
    assert len(scene.submissions("beto")) == before
    assert scene.answers.read_bytes() == ANSWERS[1]

    fair = archive(NOTEBOOK, ANSWERS)
    assert scene.exchange("ana", "POST", SUBMISSIONS, content=fair).status_code == 201

    # The same archive, unpacked beside a copy of ana's submission by who trusts it.
    shutil.copytree(scene.answers.parent, tmp_path / folder)
    extract_believing(archive(NOTEBOOK, *road(tmp_path, folder)), tmp_path / "beto")
    mine, hers = tmp_path / "beto" / "answers.json", tmp_path / folder / "answers.json"
    assert hers.read_bytes() == FORGED or mine.read_bytes() == ANSWERS[1]


def test_an_archive_that_swells_is_refused_and_leaves_nothing(scene, twin):
    bomb = archive(NOTEBOOK, plain("zeros.csv", bytes(64 * MEBIBYTE)))
    assert len(bomb) < MEBIBYTE
    inbound = sorted(scene.inbound.rglob("*"))

    refused = scene.exchange("beto", "POST", SUBMISSIONS, content=bomb)
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "bomb")
    assert sorted(scene.inbound.rglob("*")) == inbound

    # As many bytes as a learner's own measurements have are no bomb.
    honest = archive(NOTEBOOK, plain("measured.csv", os.urandom(12 * MEBIBYTE)))
    assert scene.exchange("ana", "POST", SUBMISSIONS, content=honest).status_code == 201
    twin.campus.store.limits = Limits(ratio=10**6)
    assert scene.exchange("beto", "POST", SUBMISSIONS, twin.url, content=bomb).status_code == 201


# Folders


COLLECT = f"""
import subprocess, sys
command = [sys.executable, "-m", "nbgrader", "collect", "{ASSIGNMENT}", "--update"]
print(subprocess.run(command, capture_output=True, text=True).stderr)
"""


def forge(scene, name: str, receipt: Receipt | None) -> None:
    """Lay a folder among the submissions, as somebody would who could write there."""
    folder = scene.inbound / name
    folder.mkdir()
    (folder / NOTEBOOK[0].name).write_bytes(NOTEBOOK[1])
    (folder / "answers.json").write_bytes(FORGED)
    if receipt is not None:
        stamp(folder, receipt)
    owner = scene.inbound.stat()
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, owner.st_uid, owner.st_gid)


def test_a_folder_among_the_submissions_is_nobodys_without_its_receipt(scene):
    mine = scene.exchange("beto", "POST", SUBMISSIONS, content=archive(NOTEBOOK)).json()
    mine = Receipt.model_validate(mine)
    later = f"ana+{ASSIGNMENT}+2099-01-01 00:00:00.000000 UTC"
    forge(scene, f"{later}+bare", None)
    forge(scene, f"{later}+{mine.id}", mine)
    forge(scene, f"{later}+renamed", scene.receipt)
    collected = scene.hub.data / "course" / COURSE / "submitted" / "ana" / ASSIGNMENT

    receipts = scene.submissions("ana")
    assert all(entry["timestamp"] < "2099" for entry in receipts)
    scene.exchange("ana", "POST", SUBMISSIONS, content=archive(NOTEBOOK, ANSWERS))
    said = scene.rosa.run(COLLECT)
    assert collected.is_dir(), said
    # The attack fails, and the owner's own submission is what is collected.
    assert (collected / "answers.json").read_bytes() == ANSWERS[1]

    # With a receipt such as only the service writes, the same folder is ana's.
    files = digests(scene.inbound / f"{later}+bare")
    forged = scene.receipt.model_copy(
        update={"id": "f" * 20, "time": now().replace(year=2099), "sha256": digest(files)}
    )
    forge(scene, forged.folder, forged)
    scene.rosa.run(COLLECT)
    assert (collected / "answers.json").read_bytes() == FORGED
    shutil.rmtree(scene.inbound / forged.folder)
