"""What the tier shares: ana's work on each hub, and a twin of the campus to weaken.

Every attack here has two controls: the owner's same request succeeds, and the attack succeeds once
the one defence is taken away. What is taken away is taken from a twin of the campus or from a
sandbox made for the test, never from the hub that others use.
"""

import shutil
import tempfile
from pathlib import Path

import httpx
import pytest
from archives import archive, plain
from scenes import ANSWERS, ASSIGNMENT, COURSE, NOTE, NOTEBOOK, SECRET, Scene
from twins import twin_of

from travesia.exchange.receipt import Receipt


@pytest.fixture(scope="session")
def scene(hub):
    made = Scene(hub)
    released = made.exchange(
        "rosa", "PUT", f"assignments/{ASSIGNMENT}/release", content=archive(NOTEBOOK)
    )
    assert released.status_code == httpx.codes.CREATED, released.text
    made.ana.run(f"import pathlib; pathlib.Path.home().joinpath({NOTE!r}).write_text({SECRET!r})")
    handed_in = made.exchange(
        "ana",
        "POST",
        f"assignments/{ASSIGNMENT}/submissions",
        content=archive(NOTEBOOK, ANSWERS),
    )
    made.receipt = Receipt.model_validate(handed_in.json())
    feedback = archive(plain("assignment.html", SECRET.encode()))
    made.exchange("rosa", "PUT", f"submissions/{made.receipt.id}/feedback", content=feedback)
    yield made
    made.exchange("rosa", "DELETE", f"assignments/{ASSIGNMENT}/release")
    _clean(made)


def _clean(made: Scene) -> None:
    """Take away all that the tier left on the hub's disk."""
    feedback = made.inbound.with_name("feedback")
    for folder in made.inbound.glob(f"*+{ASSIGNMENT}+*"):
        shutil.rmtree(feedback / folder.name.rpartition("+")[2], ignore_errors=True)
        shutil.rmtree(folder)
    for folder in made.hub.data.glob(f"course/{COURSE}/submitted/*/{ASSIGNMENT}"):
        shutil.rmtree(folder)
        if not any(folder.parent.iterdir()):
            folder.parent.rmdir()
    for path in made.hub.data.glob("homes/*/hostile*"):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


@pytest.fixture
def twin(scene, tmp_path):
    """A twin of the hub's campus on a copy of its records, to take a defence away from."""
    with twin_of(scene.hub, tmp_path) as running:
        yield running


@pytest.fixture
def open_folder(scene):
    """A folder that whatever number may write."""
    folder = Path(tempfile.mkdtemp(dir=scene.hub.data.parent))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)
