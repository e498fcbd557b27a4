"""What people's workspaces may use, as the file of limits says it."""

import shutil
from pathlib import Path

import pytest
import yaml

from travesia.hub import allowances
from travesia.hub.allowances import AllowancesError
from travesia.hub.people import KINDS

CHECKOUT = Path(__file__).resolve().parents[3]
FILE = CHECKOUT / "hub_config" / "limits.yaml"


@pytest.fixture
def changed(tmp_path):
    """Gives the limits of a data folder whose file differs from the project's in some places."""

    def change(**places) -> allowances.Allowances:
        content = yaml.safe_load(FILE.read_text())
        for place, value in places.items():
            kind, _, name = place.rpartition("__")
            (content[kind] if kind else content)[name] = value
        (tmp_path / "limits.yaml").write_text(yaml.safe_dump(content))
        return allowances.load(CHECKOUT, tmp_path)

    return change


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_person_has_every_limit(kind, tmp_path):
    limits = allowances.load(CHECKOUT, tmp_path).of(kind).limits
    unlimited = {name for name, value in vars(limits).items() if value is None}
    # A lesson may be open all day: its processor time is shared out, not used up.
    assert unlimited == {"cpu_seconds"}


def test_one_program_may_ask_for_more_than_all_may_use():
    """Then a program that overdoes it gets an error, and is not ended."""
    found = allowances.load(CHECKOUT, Path("/nowhere"))
    for kind in KINDS:
        assert found.of(kind).process_memory > found.of(kind).memory


def test_the_data_folders_own_file_takes_the_projects_place(changed):
    assert changed(learner__home="3 GB").learner.home == 3_000_000_000


def test_sizes_are_read_as_people_write_them(changed):
    assert changed(learner__memory="1.5 GiB").learner.memory == 3 * 2**29


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("learner__memory", "much"),
        ("learner__processes", 0),
        ("learner__wings", 2),
        ("reserve", "-1 GB"),
        ("learner", 7),
    ],
)
def test_what_is_no_limit_is_named_with_its_file_and_place(changed, tmp_path, place, value):
    with pytest.raises(AllowancesError) as refused:
        changed(**{place: value})
    assert str(tmp_path / "limits.yaml") in str(refused.value)
    assert place.replace("__", ".") in str(refused.value)


def test_a_file_that_is_no_yaml_is_named(tmp_path):
    (tmp_path / "limits.yaml").write_text("learner: [")
    with pytest.raises(AllowancesError, match=r"limits\.yaml is no YAML"):
        allowances.load(CHECKOUT, tmp_path)


def test_a_missing_file_is_named(tmp_path):
    (tmp_path / "hub_config").mkdir()
    with pytest.raises(AllowancesError, match=r"limits\.yaml can't be read: No such file"):
        allowances.load(tmp_path, tmp_path)
    shutil.copy(FILE, tmp_path / "hub_config")
    assert allowances.load(tmp_path, tmp_path).outside == ()


def test_nobody_reaches_the_internet_unless_their_kind_or_group_is_named(changed, tmp_path):
    names = ["learner", "nbgrader-human-security"]
    assert not allowances.load(CHECKOUT, tmp_path).reaches_outside(names)
    assert not changed(outside=["analyst", "formgrade-human-security"]).reaches_outside(names)
    for name in names:
        assert changed(outside=[name]).reaches_outside(names)
