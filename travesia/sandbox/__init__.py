"""Running something untrusted with nothing it was not given.

`Sandbox` describes what a program gets, with the `Limits` it is held to; `Sandbox.command` turns a
command into the one that runs it there. `isolation` tells whether this machine allows it, and what
to do when it does not.
"""

from travesia.sandbox.limits import Limits
from travesia.sandbox.machine import Finding, isolation
from travesia.sandbox.sandbox import Identity, Sandbox, SandboxError

__all__ = ["Finding", "Identity", "Limits", "Sandbox", "SandboxError", "isolation"]
