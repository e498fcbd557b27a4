"""Makes sure that the browser tests have Debian's Chromium, or says plainly why they can't."""

import shutil
import sys

from debian_packages import install

NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """0 if a browser is there or could be installed, 1 otherwise."""
    if any(shutil.which(name) for name in NAMES):
        return 0
    return install(
        "Chromium",
        ["chromium", "fonts-dejavu-core"],
        "The browser tests need Chromium, and this account can't install it: ask an "
        "administrator for 'apt-get install chromium' (or your system's package of it).",
    )


if __name__ == "__main__":
    sys.exit(main())
