"""What each kind of person's workspace may use, as `hub_config/limits.yaml` says it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError
from pydantic.types import ByteSize

from travesia.sandbox import Limits

FILE = "limits.yaml"
# Steps back behind the hub, the campus and the proxy where processors are short.
NICENESS = 2
# Where the machine itself runs out of memory, workspaces end before what serves everybody.
EXPENDABLE = 500

Size = Annotated[ByteSize, Field(gt=0)]


class AllowancesError(Exception):
    """Limits that can't be read; the message names the file, the place and the remedy."""


class Allowance(BaseModel):
    """What one kind of person gets; sizes are bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    memory: Size
    process_memory: Size
    processes: PositiveInt
    processors: Annotated[float, Field(gt=0)]
    open_files: PositiveInt
    file: Size
    tmp: Size
    shm: Size
    home: Size
    home_files: PositiveInt

    @property
    def limits(self) -> Limits:
        """What their sandbox is held to."""
        return Limits(
            memory_bytes=self.process_memory,
            total_bytes=self.memory,
            processes=self.processes,
            processors=self.processors,
            open_files=self.open_files,
            file_bytes=self.file,
            tmp_bytes=self.tmp,
            shm_bytes=self.shm,
            niceness=NICENESS,
            expendable=EXPENDABLE,
        )


class Allowances(BaseModel):
    """The limits of one hub."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    learner: Allowance
    instructor: Allowance
    analyst: Allowance
    submissions: Size
    reserve: Annotated[ByteSize, Field(ge=0)]
    outside: tuple[str, ...] = ()

    def of(self, kind: str) -> Allowance:
        """What a kind of person gets."""
        allowance: Allowance = getattr(self, kind)
        return allowance

    def reaches_outside(self, names: Iterable[str]) -> bool:
        """Whether one of these, a person's kind and groups, may reach the internet."""
        return not set(self.outside).isdisjoint(names)


def load(checkout: Path, data: Path) -> Allowances:
    """The limits in the data folder, if it has any of its own, else the project's.

    Raises:
        AllowancesError: the file can't be read or says something that is no limit.
    """
    own = data / FILE
    path = own if own.exists() else checkout / "hub_config" / FILE
    try:
        return Allowances.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "its first line"
        raise AllowancesError(f"{path}: '{place}' is wrong: {first['msg']}.") from error
    except yaml.YAMLError as error:
        raise AllowancesError(f"{path} is no YAML: {' '.join(str(error).split())}.") from error
    except OSError as error:
        raise AllowancesError(f"{path} can't be read: {error.strerror}.") from error
