"""Makes sure that the tests with Spark have a Java runtime, or says plainly why they can't."""

import os
import shutil
import sys

from debian_packages import install


def main() -> int:
    """0 if Java is there or could be installed, 1 otherwise."""
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return 0
    return install(
        "a Java runtime",
        ["default-jre-headless"],
        "The tests with Spark need a Java runtime (17 or newer), and this account can't "
        "install it: ask an administrator for 'apt-get install default-jre-headless'.",
    )


if __name__ == "__main__":
    sys.exit(main())
