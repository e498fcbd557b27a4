"""Whether this machine allows sandboxes, found out by making one."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from travesia.sandbox.sandbox import Identity, Sandbox, SandboxError

APPARMOR_SWITCH = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
NAMESPACE_SWITCH = Path("/proc/sys/kernel/unprivileged_userns_clone")
NAMESPACE_LIMIT = Path("/proc/sys/user/max_user_namespaces")
PROBE_SECONDS = 20
UNPRIVILEGED = 65534
# The namespaces and the new /proc of a sandbox within a sandbox.
WITHIN = ("unshare", "--user", "--map-root-user", "--pid", "--net", "--fork", "--mount-proc")


@dataclass(frozen=True)
class Finding:
    """What a probe of the machine found: whether it is allowed, and what to do if not."""

    allowed: bool
    reason: str = ""
    remedy: str = ""


def isolation(*, nested: bool = False) -> Finding:
    """Whether a sandbox can be made here, by the account that asks, with the remedy if not.

    Args:
        nested: whether one inside another is meant, as an instructor's grading makes them.
    """
    with tempfile.TemporaryDirectory(prefix="travesia-probe-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        who = Identity("probe", UNPRIVILEGED, UNPRIVILEGED)
        try:
            command = Sandbox(identity=who, state=path, nested=nested).command(
                [*WITHIN, "/bin/true"] if nested else ["/bin/true"]
            )
            tried = subprocess.run(
                command, capture_output=True, text=True, timeout=PROBE_SECONDS, check=False
            )
        except (SandboxError, OSError, subprocess.TimeoutExpired) as error:
            return Finding(allowed=False, reason=str(error), remedy=_remedy())
    if tried.returncode == 0:
        return Finding(allowed=True)
    lines = tried.stderr.strip().splitlines()
    reason = lines[-1] if lines else f"exit {tried.returncode}"
    return Finding(allowed=False, reason=reason, remedy=_remedy())


def _remedy() -> str:
    """What an administrator can do so that this machine allows sandboxes."""
    if reads(APPARMOR_SWITCH, "1"):
        return (
            "AppArmor restricts user namespaces here; an administrator can allow them with "
            "'sysctl kernel.apparmor_restrict_unprivileged_userns=0', or, for a hub that an "
            "ordinary account starts, with the AppArmor profile that 'travesia doctor' shows."
        )
    if reads(NAMESPACE_SWITCH, "0"):
        return "An administrator can allow them with 'sysctl kernel.unprivileged_userns_clone=1'."
    if reads(NAMESPACE_LIMIT, "0"):
        return "An administrator can allow them with 'sysctl user.max_user_namespaces=15000'."
    return (
        "In a container, start it so that user namespaces and a new /proc are allowed "
        "(an unconfined seccomp profile and an unmasked /proc)."
    )


def reads(switch: Path, value: str) -> bool:
    """Whether a switch of the kernel's is there and has a value."""
    return switch.is_file() and switch.read_text(encoding="ascii").strip() == value
