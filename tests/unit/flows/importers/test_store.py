"""Own series: merged by edition, whatever the order, and whole whatever interrupts."""

import json
import os
import random
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pandas as pd
import published
import pytest
from filelock import FileLock
from published import AREAS, table, write

from travesia import flows
from travesia.flows.importers import Refusal, read
from travesia.flows.importers.store import Store

SERIES = "imported-cbp-aor-encounters"


def release(path: Path, years: dict[int, int], last: str = "SEP") -> Path:
    """A release of CBP's: each fiscal year with its count, the newest until a month."""
    newest = max(years)
    rows = [
        published.named(
            AREAS, Fiscal_Year=year, Component="U.S. Border Patrol",
            Land_Border_Region="Southwest Land Border", Area_of_Responsibility="Tucson Sector",
            Demographic="Single Adults", Citizenship="CUBA", Title_of_Authority="Title 8",
            Encounter_Type="Apprehensions", Encounter_Count=count,
            **{"Month_(abbv)": last if year == newest else "SEP"},
        )
        for year, count in years.items()
    ]  # fmt: skip
    return write(path, table(AREAS, *rows))


@pytest.fixture
def releases(tmp_path: Path) -> list[Path]:
    """Four overlapping releases, the later ones with revised figures."""
    return [
        release(tmp_path / "fy20-fy22.csv", {2020: 100, 2021: 110, 2022: 120}),
        release(tmp_path / "fy21-fy23.csv", {2021: 111, 2022: 121, 2023: 130}),
        release(tmp_path / "fy21-fy24-dec.csv", {2021: 112, 2022: 122, 2023: 131, 2024: 40}, "DEC"),
        release(tmp_path / "fy22-fy24.csv", {2022: 123, 2023: 132, 2024: 140}),
    ]


def add(store: Store, path: Path, **options: Any) -> Any:
    (outcome,) = store.add(read(path, **options), path.name)
    return outcome


def by_year(store: Store) -> dict[int, int]:
    (resource,) = package(store)["resources"]
    frame = pd.read_parquet(store.folder / resource["path"])
    fiscal = pd.to_datetime(frame["period"]) + pd.DateOffset(months=3)
    found: dict[int, int] = frame.groupby(fiscal.dt.year)["value"].sum().to_dict()
    return found


def package(store: Store) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((store.folder / "datapackage.json").read_text())
    return content


def test_the_newest_release_wins_each_fiscal_year_in_any_order(
    releases: list[Path], tmp_path: Path
) -> None:
    for number, order in enumerate(permutations(releases)):
        if number % 6:
            continue
        store = Store(tmp_path / f"store-{number}")
        for path in order:
            add(store, path)
        assert by_year(store) == {2020: 100, 2021: 112, 2022: 123, 2023: 132, 2024: 140}


def test_importing_a_file_twice_changes_nothing(releases: list[Path], tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert add(store, releases[0]).state == "new"
    before = {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}
    assert add(store, releases[0]).state == "again"
    assert {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()} == before


def test_an_older_release_after_a_newer_adds_only_what_is_not_there(
    releases: list[Path], tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    add(store, releases[3])
    merged = add(store, releases[0]).merge
    assert sorted(merged.added) == ["2020", "2021"]
    assert merged.outdated == ["2022"]
    assert merged.replaced == []
    assert by_year(store) == {2020: 100, 2021: 110, 2022: 123, 2023: 132, 2024: 140}


def incidents(path: Path, day: str, *given: tuple[str, str, int]) -> Path:
    """An export of Missing Migrants: incidents with id, region and deaths, up to a day."""
    last = ("9", "Caribbean", 1)
    rows = [
        published.named(
            published.MISSING, Incident_ID=name, Region=region, Number_Dead=dead,
            Incident_Date=day if (name, region, dead) == last else "05/03/2019",
            Cause_of_Death="Drowning", Coordinates=f"{dead}.0, -97.0",
        )
        for name, region, dead in [*given, last]
    ]  # fmt: skip
    return write(path, table(published.MISSING, *rows))


def test_an_incident_whose_region_has_another_name_in_an_older_edition_counts_once(
    tmp_path: Path,
) -> None:
    newer = incidents(tmp_path / "new.csv", "01/31/2026", ("1", "North America", 3))
    older = incidents(tmp_path / "old.csv", "01/31/2024", ("1", "US-Mexico Border", 3))
    for number, order in enumerate(permutations([newer, older])):
        store = Store(tmp_path / f"store-{number}")
        for path in [*order, older]:
            outcome = add(store, path)
        assert outcome.merge.outdated == ["2019"]
        assert by_year(store) == {2019: 3, 2024: 1, 2026: 1}


def test_what_was_imported_with_a_year_and_region_as_its_part_is_replaced_by_the_year(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path / "store")
    add(store, incidents(tmp_path / "old.csv", "01/31/2024", ("1", "US-Mexico Border", 3)))
    (kept,) = store.folder.glob("imports/*.parquet")
    frame = pd.read_parquet(kept)
    frame.assign(unit=frame["unit"] + " us-mexico border").to_parquet(kept)
    newer = incidents(tmp_path / "new.csv", "01/31/2026", ("1", "North America", 3))
    assert add(store, newer).merge.replaced == ["2019"]
    assert by_year(store) == {2019: 3, 2024: 1, 2026: 1}


def test_a_newer_file_that_was_filtered_is_said_and_can_be_taken_out_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    whole = [("1", "North America", 3), ("2", "Caribbean", 4), ("3", "Europe", 5)]
    add(store, incidents(tmp_path / "whole.csv", "01/31/2024", *whole))
    filtered = add(store, incidents(tmp_path / "one.csv", "01/31/2026", whole[2]))
    assert filtered.merge.narrowed == ["2019"]
    assert "2019: this newer edition holds less than half" in str(filtered)
    store.forget(filtered.reading.sha256)
    assert by_year(store) == {2019: 12, 2024: 1}


def test_what_was_replaced_comes_back_when_the_newer_file_is_forgotten(
    releases: list[Path], tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    add(store, releases[0])
    newer = add(store, releases[1])
    assert newer.merge.replaced == ["2021", "2022"]
    store.forget(newer.reading.sha256[:8])
    assert by_year(store) == {2020: 100, 2021: 110, 2022: 120}
    with pytest.raises(Refusal, match="names no single imported file"):
        store.forget("deadbeef")


def test_two_editions_of_one_day_that_differ_are_not_guessed(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add(store, release(tmp_path / "a.csv", {2022: 1, 2023: 2}))
    before = package(store)
    with pytest.raises(Refusal, match="differ in 2023: say which is newer"):
        add(store, release(tmp_path / "b.csv", {2023: 3}))
    assert package(store) == before
    add(store, tmp_path / "b.csv", vintage="2024-05-01")
    assert by_year(store) == {2022: 1, 2023: 3}


def test_the_day_of_an_edition_can_be_corrected(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    one, other = release(tmp_path / "a.csv", {2023: 2}), release(tmp_path / "b.csv", {2023: 3})
    add(store, one)
    add(store, other, vintage="2024-05-01")
    assert add(store, one, vintage="2024-06-01").state == "vintage"
    assert by_year(store) == {2023: 2}
    assert len(store.entries()) == 2


def test_the_series_is_in_the_catalogue_with_its_vintage_and_status(
    releases: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAVESIA_FLOWS", str(tmp_path / "own"))
    add(Store(), releases[2])
    catalogue = flows.catalogue()
    assert catalogue.loc[SERIES, "own"]
    assert "mexico-events" in catalogue.index
    found = flows.describe(SERIES)
    assert (found.counts, found.vintage, found.start, found.end) == (
        "encounters", "2023-12-31", "2021-09", "2023-12",
    )  # fmt: skip
    assert found.caveats[-1] == "Preliminary from 2023-12 on: the publisher will revise it."
    loaded = flows.load(SERIES, quiet=True)
    assert loaded["value"].sum() == 112 + 122 + 131 + 40
    assert set(loaded.loc[loaded["period"] >= "2023-12", "status"]) == {"preliminary"}


def test_what_was_read_is_kept_with_the_files_hash_and_without_its_secrets(
    tmp_path: Path,
) -> None:
    row = published.named(
        published.MISSING, Main_ID="2024.MMP7", Incident_Date="Mon, 03/04/2024 - 12:00",
        Number_Dead=2, Cause_of_Death="Drowning", Location_of_death="Behind the old mill",
        URL="https://perma.cc/ABCD", Coordinates="8.21, -77.31",
    )  # fmt: skip
    path = write(tmp_path / "mmp.csv", table(published.MISSING, row))
    store = Store(tmp_path / "store")
    outcome = add(store, path)
    (entry,) = store.entries()
    assert entry.sha256 == outcome.reading.sha256
    assert (entry.file, entry.total, entry.format) == ("mmp.csv", 2, "missing-migrants")
    kept = b"".join(each.read_bytes() for each in store.folder.rglob("*") if each.is_file())
    frames = "".join(pd.read_parquet(each).to_csv() for each in store.folder.rglob("*.parquet"))
    for secret in ("old mill", "perma.cc", "MMP7", "8.21", "77.31"):
        assert secret.encode() not in kept
        assert secret not in frames


class Cut(BaseException):
    """The power is gone."""


def test_an_import_that_is_cut_anywhere_leaves_the_store_whole(
    releases: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = read(releases[3])
    cuts = 0
    for at in range(1, 40):
        store = Store(tmp_path / f"store-{at}")
        add(store, releases[0])
        before = by_year(store)
        calls = 0

        def cut(real: Callable[..., Any], at: int = at) -> Callable[..., Any]:
            def step(*args: Any, **kwargs: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls == at:
                    raise Cut
                return real(*args, **kwargs)

            return step

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", cut(os.fsync))
            patch.setattr(Path, "replace", cut(Path.replace))
            patch.setattr(Path, "unlink", cut(Path.unlink))
            try:
                store.add(readings, "cut.csv")
            except Cut:
                cuts += 1
            else:
                break
        assert by_year(store) in (before, {2020: 100, 2021: 110, 2022: 123, 2023: 132, 2024: 140})
        store.add(readings, "cut.csv")
        assert by_year(store) == {2020: 100, 2021: 110, 2022: 123, 2023: 132, 2024: 140}
        assert not list(store.folder.rglob(".writing-*"))
    assert cuts > 5


def test_a_damaged_list_is_said_and_not_overwritten(releases: list[Path], tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add(store, releases[0])
    (store.folder / "datapackage.json").write_text("{half")
    with pytest.raises(Refusal, match=r"datapackage.json cannot be read: move the folder aside"):
        add(store, releases[1])
    assert (store.folder / "datapackage.json").read_text() == "{half"


def test_a_lost_file_of_figures_is_said_with_the_remedy(
    releases: list[Path], tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    outcome = add(store, releases[0])
    next((store.folder / "imports").glob("*.parquet")).write_bytes(b"x")
    with pytest.raises(Refusal, match="travesia flows forget"):
        add(store, releases[1])
    store.forget(outcome.reading.sha256[:10])
    add(store, releases[1])
    assert by_year(store) == {2021: 111, 2022: 121, 2023: 130}


def test_a_folder_that_cannot_be_written_is_said(releases: list[Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refusal, match="cannot be written"):
        add(Store(tmp_path / "file" / "store"), releases[0])


def test_two_imports_wait_for_each_other(
    releases: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    add(store, releases[0])
    monkeypatch.setattr("travesia.flows.importers.store.PATIENCE", 0.01)
    with (
        FileLock(store.folder / ".lock"),
        pytest.raises(Refusal, match=r"Another import into .* is under way"),
    ):
        add(store, releases[1])


def test_random_histories_end_alike(tmp_path: Path) -> None:
    """Whatever files come in whatever order, twice or forgotten in between, the end is the same."""
    chance = random.Random(7)
    files = [
        release(tmp_path / f"{number}.csv", {year: number * 10_000 + year for year in
                range(2020, 2021 + number % 4)}, ("OCT", "NOV", "DEC", "JAN")[number])
        for number in range(4)
    ]  # fmt: skip
    ends = []
    for number in range(2):
        store = Store(tmp_path / f"history-{number}")
        order = files * 2
        chance.shuffle(order)
        for path in order:
            outcome = add(store, path)
            if chance.random() < 0.3:
                store.forget(outcome.reading.sha256)
                add(store, path)
        ends.append(by_year(store))
    assert all(end == ends[0] for end in ends)


def test_a_notebook_imports_loads_and_exports_without_small_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAVESIA_FLOWS", str(tmp_path / "own"))
    rows = published.sums([("América/Cuba", [3]), ("América/Haití", [4]), ("Asia/China", [90]),
                           ("Asia/India", [60])])  # fmt: skip
    path = published.bulletin(tmp_path / "cuadro.xls", rows, parts=(), months=["Enero"])
    (reading,) = flows.inspect_file(path)
    assert "total      157 events" in str(reading)
    (outcome,) = flows.import_file(path)
    assert 'flows.load("imported-mexico-events-by-nationality")' in str(outcome)
    table = flows.load("imported-mexico-events-by-nationality", quiet=True)
    assert sorted(table["value"]) == [3, 4, 60, 90]
    flows.export(table, tmp_path / "given-away.csv")
    given = pd.read_csv(tmp_path / "given-away.csv", comment="#")
    assert not given["value"].between(1, 4).any()
    assert given["suppressed"].sum() >= 2


def test_a_refusal_in_a_notebook_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        flows.import_file(tmp_path / "nothing.csv", into=tmp_path / "own")
    assert refusal.value._render_traceback_() == [str(refusal.value)]
