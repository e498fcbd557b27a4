"""How much the exchange takes in: from each person, and before its disk is full."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from travesia.exchange.archive import Limits
from travesia.exchange.errors import N_, Refusal
from travesia.language import Translate
from travesia.sandbox.usage import room_in, told

NEARLY = 0.9
# A sentence for the person beside an answer that is as it was asked for.
NOTICE_HEADER = "Travesia-Notice"


@dataclass(frozen=True)
class Room:
    """What may be filled, in bytes.

    Attributes:
        person: all that one person has handed in to one course.
        reserve: what stays free on the disk, for what was promised before: marks, receipts, logs.
    """

    person: int = 10**9
    reserve: int = 0

    def check_disk(self, folder: Path) -> None:
        """Refuses whatever is new while the disk is nearly full."""
        # A course's first upload makes the folder.
        disk = os.statvfs(next(path for path in (folder, *folder.parents) if path.exists()))
        if disk.f_bavail * disk.f_frsize < self.reserve:
            raise Refusal(
                507,
                "no_room",
                N_(
                    "The course's disk is nearly full, so nothing new is taken now; what was handed"
                    " in before is kept. Please tell your instructor and try again later."
                ),
            )

    def check_person(self, earlier: Iterable[Path], new: Path) -> None:
        """Refuses a submission with which a person would have handed in more than they may."""
        if room_in([*earlier, new]).bytes > self.person:
            raise Refusal(
                413,
                "person_full",
                N_(
                    "All that you have handed in may take {allowed}, and this would be more; what"
                    " was handed in before is kept and counts. Hand in smaller files, or ask your"
                    " instructor."
                ),
                allowed=told(self.person),
            )


@dataclass(frozen=True)
class Filled:
    """How full a submission has made what it went through, in bytes."""

    upload: int
    person: int

    def notice(self, limits: Limits, room: Room, translate: Translate) -> str:
        """What the person should know before the next one is refused; empty below nine tenths."""
        _ = translate
        if self.person >= NEARLY * room.person:
            sentence = _(
                "All that you have handed in takes {used} of at most {allowed}. Ask your "
                "instructor before you hand in much more."
            )
            return sentence.format(used=told(self.person), allowed=told(room.person))
        if self.upload >= NEARLY * limits.upload:
            sentence = _(
                "What you handed in takes {used} of at most {allowed}. Leave out large files next "
                "time: more would be refused."
            )
            return sentence.format(used=told(self.upload), allowed=told(limits.upload))
        return ""
