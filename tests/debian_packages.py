"""Installing on Debian what a tier of the tests needs, or saying plainly why it can't be."""

import os
import shutil
import subprocess
import sys


def install(name: str, packages: list[str], sentence: str) -> int:
    """0 if the packages are installed now, 1 otherwise.

    Args:
        name: what is installed, for people.
        packages: Debian's names.
        sentence: what an account that may not install them is told.
    """
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        print(sentence, file=sys.stderr)
        return 1
    print(f"Installing {name} from Debian …", flush=True)
    for step in (["update", "-qq"], ["install", "-y", "-qq", *packages]):
        done = subprocess.run(["apt-get", *step], check=False, capture_output=True, text=True)
        if done.returncode:
            print(f"apt-get {' '.join(step)} failed:\n{done.stderr[-1000:]}", file=sys.stderr)
            return 1
    return 0
