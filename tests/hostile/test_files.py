"""Another's files: from beto's kernel, by every road to them that a learner's code may try."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from scenes import ASSIGNMENT, COURSE, NOTE, SECRET

READ = """
for path in {paths!r}:
    try:
        print(open(path, "rb").read(200))
    except OSError as error:
        print(type(error).__name__)
"""


@dataclass(frozen=True)
class Work:
    """Something that beto must not read: on the machine, and where its owner finds it."""

    owner: str
    on_machine: str
    of_owner: str = ""

    def paths(self, scene) -> list[str]:
        """Both paths, the machine's first."""
        machine = self.on_machine.format(folder=scene.receipt.folder if scene.receipt else "")
        return [str(scene.hub.data / machine), *filter(None, [self.of_owner])]


IN_COURSE = f"/home/rosa/course/{COURSE}"
WORKS = {
    "ana's home": Work("ana", f"homes/ana/{NOTE}", f"/home/ana/{NOTE}"),
    "ana's submission": Work("campus", f"exchange/{COURSE}/inbound/{{folder}}/answers.json"),
    "the keys": Work(
        "rosa", "keys/children/questions.yaml", f"{IN_COURSE}/keys/children/questions.yaml"
    ),
    "the sources": Work(
        "rosa",
        "source/children/assignment.ipynb",
        f"{IN_COURSE}/source/children/assignment.ipynb",
    ),
    "the gradebook": Work(
        "rosa",
        f"course/{COURSE}/gradebook/gradebook.db",
        f"{IN_COURSE}/gradebook/gradebook.db",
    ),
}


def read_by_owner(scene, work: Work) -> str:
    """What the owner's same request gives: in their kernel, or of the exchange for its own."""
    if work.owner == "campus":
        path = f"submissions/{scene.receipt.id}"
        return scene.exchange("ana", "GET", path).reason_phrase
    return scene.hub.visitor(work.owner).run(READ.format(paths=[work.of_owner]))


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_anothers_file_is_not_in_ones_own_place(scene, work):
    paths = work.paths(scene)
    attack = READ.format(paths=paths)
    content = str(Path(paths[0]).read_bytes()[:200])
    assert content != "b''"

    assert scene.beto.run(attack).split() == ["FileNotFoundError"] * len(paths)

    assert read_by_owner(scene, work) in {content, "OK"}
    shown = dict.fromkeys(paths, paths[0])
    owner = scene.number(work.owner)
    assert set(scene.hub.exposed(attack, bind=shown, number=owner).splitlines()) == {content}
    # All of the hub's folders shown at once: root's are open to root alone, a second wall.
    everything = {str(scene.hub.data): scene.hub.data}
    on_machine = READ.format(paths=paths[:1])
    behind = scene.hub.exposed(on_machine, bind=everything, number=scene.number("beto"))
    assert behind == ("PermissionError" if scene.hub.account == "root" else content)


LINKED = """
import os, tempfile
road = os.path.join(tempfile.mkdtemp(), "loan.txt")
os.symlink({path!r}, road)
try:
    print(open(road).read())
except OSError as error:
    print(type(error).__name__)
"""


def test_a_link_planted_at_home_leads_to_nothing_of_anothers(scene):
    attack = LINKED.format(path=str(scene.note))

    assert scene.beto.run(attack) == "FileNotFoundError"

    assert scene.ana.run(LINKED.format(path=f"/home/ana/{NOTE}")) == SECRET
    shown = {str(scene.note): scene.note}
    assert scene.hub.exposed(attack, bind=shown, number=scene.number("ana")) == SECRET


def test_ones_own_server_follows_a_link_to_nothing_of_anothers(scene):
    scene.beto.run(
        f"import os; os.symlink({str(scene.note)!r}, 'hostile-loan.txt')\n"
        "os.symlink('/etc/passwd', 'hostile-names.txt')"
    )

    for road in ("api/contents", "files", "nbconvert/html"):
        refused = scene.beto.server_api("GET", f"{road}/hostile-loan.txt")
        assert refused.is_client_error
        assert SECRET not in refused.text

    assert scene.ana.server_api("GET", f"api/contents/{NOTE}").json()["content"] == SECRET
    # It is the sandbox that shows nothing: to what it does show, the server follows the link.
    shown = scene.beto.server_api("GET", "api/contents/hostile-names.txt").json()["content"]
    assert shown.startswith("beto:")


FORGE = """
import os
try:
    os.makedirs({folder!r})
    print("made")
except OSError as error:
    print(type(error).__name__)
"""


def test_no_directory_can_be_forged_among_the_submissions(scene, open_folder):
    forged = scene.inbound / f"ana+{ASSIGNMENT}+2099-01-01 00:00:00.000000 UTC+forged"
    attack = FORGE.format(folder=str(forged))

    # In beto's place there is no such path, or only one of his own making in his own /tmp.
    scene.beto.run(attack)
    assert not forged.exists()
    assert scene.beto.run(FORGE.format(folder="/srv/exchange/forged")) == "OSError"

    own = scene.ana.run(FORGE.format(folder="/home/ana/hostile-own/inbound"))
    assert own == "made"
    shown = {str(scene.inbound): open_folder}
    assert scene.hub.exposed(attack, bind=shown, number=scene.number("beto")) == "made"
    assert [path.name for path in open_folder.iterdir()] == [forged.name]
