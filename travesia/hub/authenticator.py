"""Signing in: NativeAuthenticator's passwords, and groups from the registry of people."""

from pathlib import Path
from typing import Any, Literal

from jupyterhub import orm
from jupyterhub.handlers.login import LoginHandler
from nativeauthenticator import NativeAuthenticator
from tornado.web import HTTPError
from traitlets import Unicode

from travesia.hub import passwords
from travesia.hub.checks import Checks, CrowdedError
from travesia.hub.password_page import PasswordPage
from travesia.hub.people import People, Person
from travesia.hub.tries import Tries

# Of a new password: it is stored; or the old one is kept, in the last two cases because the account
# has to wait or the new one is too long.
Renewal = Literal["changed", "kept", "wait", "long"]


class CourseAuthenticator(NativeAuthenticator):
    """Signs in who has a password and is in the registry; their groups follow the registry.

    The registry is read again at every sign-in and refresh, so that an enrolment or a removal
    holds without a restart.
    """

    people_file = Unicode(help="The registry of people, a JSON file.").tag(config=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checks = Checks()
        self.tries = Tries(self.allowed_failed_logins, self.seconds_before_next_try)

    def get_handlers(self, app: Any) -> list[tuple[str, type]]:  # noqa: ARG002 - JupyterHub's signature
        """Sign-in and the change of one's own password; none to sign up or to let others in.

        Sign-in is JupyterHub's own page: NativeAuthenticator 1.3's asks JupyterHub 6 for
        something that is no longer there.
        """
        return [("/login", LoginHandler), ("/change-password", PasswordPage)]

    def person(self, username: str) -> Person | None:
        """The person of that name in the registry, or None."""
        return People(Path(self.people_file)).get(username)

    def get_user(self, username: str) -> Any:
        """The stored password of a person, as it is in the database now.

        The command line changes it from another process, and the person's cookies with it: the
        hub's long session would show what it read before, and sign them in to a cookie that no
        longer holds.
        """
        found = super().get_user(username)
        for row in (found, orm.User.find(self.db, username)):
            if row is not None:
                self.db.refresh(row)
        return found

    async def authenticate(self, handler: Any, data: dict[str, str]) -> dict[str, Any] | None:  # noqa: ARG002 - JupyterHub's signature
        """The person's name and groups if the password is theirs; None otherwise.

        Raises:
            HTTPError: too many are signing in with this name at the same time, or it has to wait.
        """
        username = self.normalize_username(data["username"])
        if self.get_user(username) is None:
            return None
        try:
            async with self.checks.turn(username):
                if self.tries.must_wait(username):
                    # Not even the right one counts now: they are told so, not that it is wrong.
                    raise HTTPError(429)
                proved = await self._try(username, data["password"])
        except CrowdedError as error:
            raise HTTPError(429) from error
        person = self.person(username) if proved else None
        return None if person is None else {"name": person.username, "groups": person.groups}

    async def renew(self, username: str, old: str, new: str) -> Renewal:
        """What came of putting a new password in place of the old one, which is checked first."""
        try:
            async with self.checks.turn(username):
                if self.tries.must_wait(username):
                    return "wait"
                if passwords.too_long(new):
                    return "long"
                if not self.is_password_strong(new):
                    return "kept"
                # First, so that nothing comes between the old one's check and the change.
                fresh = await self.checks.hashed(new)
                if not await self._try(username, old):
                    return "kept"
                self.get_user(username).password = fresh
                self.db.commit()
        except CrowdedError:
            return "wait"
        return "changed"

    async def _try(self, username: str, password: str) -> bool:
        """Whether the password is the person's; a wrong one counts. Their account must not wait."""
        user = self.get_user(username)
        stored = user.password if user is not None and user.is_authorized else None
        fits = stored is not None and await self.checks.fits(password, stored)
        # It may have been changed meanwhile, or the person removed: then it is no longer theirs.
        user = self.get_user(username) if fits else None
        if user is None or user.password != stored:
            self.tries.add_wrong(username)
            return False
        self.tries.forget(username)
        return True

    async def refresh_user(self, user: Any, handler: Any = None, **_: Any) -> Any:  # noqa: ARG002 - JupyterHub's signature
        """The person's groups as of now; False for someone who was removed."""
        person = self.person(user.name)
        return False if person is None else {"name": person.username, "groups": person.groups}
