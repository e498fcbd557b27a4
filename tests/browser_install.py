"""Makes sure that the browser tests have Debian's Chromium, or says plainly why they can't."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """0 if a browser is there or could be installed, 1 otherwise."""
    if any(shutil.which(name) for name in NAMES):
        return 0
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        print(
            "The browser tests need Chromium, and this account can't install it: ask an "
            "administrator for 'apt-get install chromium' (or your system's package of it).",
            file=sys.stderr,
        )
        return 1
    print("Installing Chromium from Debian …", flush=True)
    for step in (["update", "-qq"], ["install", "-y", "-qq", "chromium", "fonts-dejavu-core"]):
        done = subprocess.run(["apt-get", *step], check=False, capture_output=True, text=True)
        if done.returncode:
            print(f"apt-get {' '.join(step)} failed:\n{done.stderr[-1000:]}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
