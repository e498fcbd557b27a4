"""Signing in: NativeAuthenticator's passwords, and groups from the registry of people."""

from pathlib import Path
from typing import Any

from jupyterhub import orm
from jupyterhub.handlers.login import LoginHandler
from nativeauthenticator import NativeAuthenticator
from nativeauthenticator.handlers import ChangePasswordHandler
from traitlets import Unicode

from travesia.hub.people import People, Person


class CourseAuthenticator(NativeAuthenticator):
    """Signs in who has a password and is in the registry; their groups follow the registry.

    The registry is read again at every sign-in and refresh, so that an enrolment or a removal
    holds without a restart.
    """

    people_file = Unicode(help="The registry of people, a JSON file.").tag(config=True)

    def get_handlers(self, app: Any) -> list[tuple[str, type]]:  # noqa: ARG002 - JupyterHub's signature
        """Sign-in and the change of one's own password; none to sign up or to let others in.

        Sign-in is JupyterHub's own page: NativeAuthenticator 1.3's asks JupyterHub 6 for
        something that is no longer there.
        """
        return [("/login", LoginHandler), ("/change-password", ChangePasswordHandler)]

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

    async def authenticate(self, handler: Any, data: dict[str, str]) -> dict[str, Any] | None:
        """The person's name and groups if the password is theirs; None otherwise."""
        username = await super().authenticate(handler, data)
        person = self.person(username) if username else None
        return None if person is None else {"name": person.username, "groups": person.groups}

    async def refresh_user(self, user: Any, handler: Any = None, **_: Any) -> Any:  # noqa: ARG002 - JupyterHub's signature
        """The person's groups as of now; False for someone who was removed."""
        person = self.person(user.name)
        return False if person is None else {"name": person.username, "groups": person.groups}
