"""A person's browser window: signs in, moves by keyboard, notes requests that leave the hub."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, Request, WebSocket

MILLISECONDS = 45_000


class Window:
    """One window with its own cookies."""

    def __init__(self, browser: Browser, hub, username: str, screenshots: Path, **options):
        self.hub = hub
        self.username = username
        self.screenshots = screenshots
        self.foreign: list[str] = []
        self.frames: list[str] = []
        """Everything that web sockets carried, both ways."""
        options.setdefault("locale", "es-MX")
        options.setdefault("viewport", {"width": 1200, "height": 900})
        self.context = browser.new_context(base_url=hub.url, **options)
        self.context.set_default_timeout(MILLISECONDS)
        self.context.on("request", self._note)
        self.page = self.context.new_page()
        self.page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        def keep(payload: str | bytes) -> None:
            text = payload if isinstance(payload, str) else payload.decode("utf-8", "replace")
            self.frames.append(text)

        socket.on("framereceived", keep)
        socket.on("framesent", keep)

    def _note(self, request: Request) -> None:
        address = urlsplit(request.url)
        local = {"data", "blob", "about", "chrome-error"}
        # A hub's servers may have addresses of their own, below its name.
        here = f".{address.netloc}".endswith(f".{urlsplit(self.hub.url).netloc}")
        if address.scheme not in local and not here:
            self.foreign.append(request.url)

    def close(self) -> None:
        """Close the window and forget its cookies."""
        self.context.close()

    def sign_in(self) -> Page:
        """Sign in with the keyboard, and land on the campus."""
        page = self.page
        page.goto("hub/login")
        page.locator("#username_input").focus()
        page.keyboard.type(self.username)
        page.keyboard.press("Tab")
        page.keyboard.type(self.hub.passwords[self.username])
        page.keyboard.press("Enter")
        page.wait_for_url("**/services/campus/**")
        return page

    def screenshot(self, name: str, **options) -> None:
        """Keep a picture of the page for people to look at."""
        self.page.screenshot(path=self.screenshots / f"{name}.png", **options)

    def open_notebook(self, link: str) -> None:
        """Follow a link of the campus to a notebook, and wait until it has run by itself."""
        self.page.goto("services/campus/")
        self.page.get_by_role("link", name=link).click()
        self.page.wait_for_url("**/notebooks/**")
        self.wait_until_run()

    def wait_until_run(self) -> None:
        """Wait until learner mode has run the notebook."""
        self.page.locator(".travesia-bar").wait_for()
        self.page.locator(".jp-CodeCell.travesia-ran").first.wait_for(state="attached")
        self.page.locator(".travesia-meter[hidden]").wait_for(state="attached")

    def item(self, name: str) -> Locator:
        """The question or case of that id, drawn by its widget."""
        return self.page.locator(f'.tv-widget [data-key="{name}"]').first

    def press_until(self, key: str, wanted: Locator, times: int = 200) -> None:
        """Press a key until the focus is on an element, as somebody without a mouse does."""
        wanted.wait_for()
        for _ in range(times):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} never reaches {wanted}")

    def choose(self, question: str, option: str) -> None:
        """Answer a choice question, and see that it is saved."""
        item = self.item(question)
        item.locator(f'input[value="{option}"]').check()
        item.locator(".tv-status").filter(has_text="Guardado").wait_for()

    def fill(self, question: str, words: str) -> None:
        """Answer a number or text question, and see that it is saved."""
        item = self.item(question)
        item.locator(".tv-field").fill(words)
        self.page.keyboard.press("Tab")
        item.locator(".tv-status").filter(has_text="Guardado").wait_for()

    def play(self, name: str, role: str, road: list[str], picture: str = "") -> None:
        """Play a case along a road with Tab, arrows, Space and Enter alone."""
        case, keyboard = self.item(name), self.page.keyboard
        case.scroll_into_view_if_needed()
        scene = case.locator(".tv-scene")

        def enter(button: Locator) -> None:
            """Press a button, and wait until the case has moved on."""
            before = scene.get_attribute("data-key")
            self.press_until("Tab", button)
            keyboard.press("Enter")
            case.locator(f'.tv-scene:not([data-key="{before}"])').wait_for()

        if case.get_attribute("data-case") != name:
            # The lot fell on the other of the two cases.
            enter(case.locator('button[data-action="leave"]'))
            enter(case.locator('button[data-action="swap"]'))
        enter(case.locator(f'button[data-action="role"][value="{role}"]'))
        for choice in road:
            wanted = case.locator(f'input[value="{choice}"]')
            while not wanted.count():
                enter(case.locator('button[data-action="continue"]'))
            self.press_until("Tab", case.locator('input[type="radio"]').first)
            keyboard.press("Space")
            self.press_until("ArrowDown", wanted)
            if picture and choice == road[3]:
                self.screenshot(picture)
            enter(case.locator('button[type="submit"]'))
