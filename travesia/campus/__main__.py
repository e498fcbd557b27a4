"""The campus process, as the hub starts it: `python -m travesia.campus`."""

import asyncio
import logging
import sys

from travesia.campus.app import serve
from travesia.campus.settings import Settings, SettingsError
from travesia.course.document import ContentError


def main() -> int:
    """Serve the campus until the hub ends it; the status says whether it could start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        settings = Settings.from_environment()
        asyncio.run(serve(settings))
    except (SettingsError, ContentError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        address = f"{settings.host}:{settings.port}"
        print(
            f"The campus cannot serve at {address} ({error.strerror}): give it another port, or "
            "an account that may write its data folder.",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
