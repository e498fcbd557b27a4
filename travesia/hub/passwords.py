"""Hashed passwords in the hub's database, as the authenticator keeps them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bcrypt import checkpw, gensalt, hashpw
from jupyterhub import orm
from nativeauthenticator.orm import UserInfo
from sqlalchemy.orm import Session

from travesia.hub.settings import HubSettings

# bcrypt takes no more: whatever is longer is nobody's password.
MOST_BYTES = 72


@contextmanager
def _session(settings: HubSettings) -> Iterator[Session]:
    settings.database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Making the database is no news to somebody who adds a person.
    logging.disable(logging.INFO)
    try:
        session = orm.new_session_factory(settings.database_url)()
    finally:
        logging.disable(logging.NOTSET)
    try:
        UserInfo.__table__.create(session.get_bind(), checkfirst=True)
        yield session
        session.commit()
    finally:
        session.close()
        session.get_bind().dispose()
    # The database holds tokens and hashes: nobody but the hub reads it.
    settings.database.chmod(0o600)


def too_long(password: str) -> bool:
    """Whether a password is longer than any that can be stored."""
    return len(password.encode()) > MOST_BYTES


def hashed(password: str) -> bytes:
    """What is stored of a password: it can't be turned back.

    Raises:
        ValueError: it is too long.
    """
    made: bytes = hashpw(password.encode(), gensalt())
    return made


def fits(password: str, stored: bytes) -> bool:
    """Whether a password is the one that was stored hashed."""
    return not too_long(password) and bool(checkpw(password.encode(), stored))


def set_password(settings: HubSettings, username: str, password: str) -> None:
    """Store the hash of a person's password, in place of any they had, and end their sessions."""
    fresh = hashed(password)
    with _session(settings) as session:
        found = UserInfo.find(session, username)
        if found is None:
            session.add(UserInfo(username=username, password=fresh, is_authorized=True))
        else:
            found.password = fresh
            found.is_authorized = True
            _end_sessions(session, username)


def forget(settings: HubSettings, username: str) -> None:
    """Take away a person's password, tokens and sessions."""
    with _session(settings) as session:
        found = UserInfo.find(session, username)
        if found is not None:
            session.delete(found)
        _end_sessions(session, username)


def _end_sessions(session: Session, username: str) -> None:
    user = orm.User.find(session, username)
    if user is None:
        return
    for token in list(user.api_tokens):
        session.delete(token)
    user.cookie_id = orm.new_token()
