"""What pages may ask of the reader's browser: its clipboard, camera, place, and devices.

A browser that was once allowed to give its clipboard to the hub's address gives it to every page
there, without a key pressed. These words, on every answer, say which pages get it nevertheless.
"""

HEADER = "Permissions-Policy"
CLIPBOARD = ("clipboard-read", "clipboard-write")
NOBODYS = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid",
    "local-fonts", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
)  # fmt: skip


def _policy(clipboard: str) -> str:
    given = [f"{name}={clipboard}" for name in CLIPBOARD]
    return ", ".join([*given, *(f"{name}=()" for name in NOBODYS)])


# For a page that shows what others wrote, or has no use for any of it.
NOTHING = _policy("()")
# For the pages in which people write: they copy and paste.
CLIPBOARD_ONLY = _policy("(self)")
