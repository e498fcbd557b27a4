"""An explorer whose figures are ready, with a cache and a folder of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from travesia.explorer import Explorer, explorer


@pytest.fixture(scope="module", autouse=True)
def caches(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("caches")))
        patch.setenv("TRAVESIA_LANGUAGE", "en")
        yield


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Explorer]:
    """A function that opens the explorer in an empty folder, as `explorer` does."""
    monkeypatch.chdir(tmp_path)
    return lambda *series, **options: explorer(*series, **options).wait()
