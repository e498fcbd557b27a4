"""Makes sure that the tests with Spark have a Java runtime, or says plainly why they can't."""

import os
import shutil
import subprocess
import sys


def main() -> int:
    """0 if Java is there or could be installed, 1 otherwise."""
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return 0
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        print(
            "The tests with Spark need a Java runtime (17 or newer), and this account can't "
            "install it: ask an administrator for 'apt-get install default-jre-headless'.",
            file=sys.stderr,
        )
        return 1
    print("Installing a Java runtime from Debian …", flush=True)
    for step in (["update", "-qq"], ["install", "-y", "-qq", "default-jre-headless"]):
        done = subprocess.run(["apt-get", *step], check=False, capture_output=True, text=True)
        if done.returncode:
            print(f"apt-get {' '.join(step)} failed:\n{done.stderr[-1000:]}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
