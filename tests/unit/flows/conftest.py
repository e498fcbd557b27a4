"""The engines that the tests ask: DuckDB always, Spark once for all of them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from travesia.flows import engine


@pytest.fixture(scope="session")
def duckdb() -> Any:
    return engine.connect("duckdb")


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Spark on this machine, with settings for small tables; needs a Java runtime."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        sentence = (
            "Spark needs a Java runtime: tests/java_install.py installs it as root on Debian."
        )
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    folder: Path = tmp_path_factory.mktemp("spark")
    (folder / "spark-defaults.conf").write_text(
        f"spark.sql.warehouse.dir {folder}/warehouse\n"
        "spark.master local[1]\n"
        "spark.sql.shuffle.partitions 1\n"
        # Compiling each query takes longer than answering it on tables this small.
        "spark.sql.codegen.wholeStage false\n"
        "spark.sql.codegen.factoryMode NO_CODEGEN\n"
        "spark.sql.adaptive.enabled false\n"
        "spark.driver.memory 1g\n"
        "spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC\n",
        encoding="utf-8",
    )
    before = os.environ.get("SPARK_CONF_DIR")
    os.environ["SPARK_CONF_DIR"] = str(folder)
    try:
        connection = engine.connect("spark")
        yield connection
        connection._session.stop()
    finally:
        os.environ.pop("SPARK_CONF_DIR")
        if before is not None:
            os.environ["SPARK_CONF_DIR"] = before
