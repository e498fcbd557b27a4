"""The page where people choose a password of their own."""

from nativeauthenticator.handlers import ChangePasswordHandler
from tornado.web import authenticated

from travesia.hub.passwords import MOST_BYTES


class PasswordPage(ChangePasswordHandler):
    """Changes the password of who is signed in, once they have given the old one."""

    @authenticated
    async def post(self) -> None:
        """Answer the form with the same page, which says whether the password was changed."""
        user = await self.get_current_user()
        old, new, again = (
            self.get_body_argument(name, strip=False)
            for name in ("old_password", "new_password", "new_password_confirmation")
        )
        outcome = await self.authenticator.renew(user.name, old, new if new == again else "")
        page = await self.render_template(
            "change-password.html", user_name=user.name, outcome=outcome, most=MOST_BYTES
        )
        self.finish(page)
