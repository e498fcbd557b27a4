"""A server of a hub without isolation says so on every page, whoever draws it."""

import json
from types import SimpleNamespace

import pytest
from tornado.testing import AsyncHTTPTestCase
from tornado.web import Application, RequestHandler

from travesia.labextension import extension

SENTENCE = "Demostración: el aislamiento está desactivado."


class PageHandler(RequestHandler):
    def get(self):
        self.finish("<html><body><h1>Manual Grading</h1></body></html>")


class DataHandler(RequestHandler):
    def get(self):
        self.finish({"text": "</body>"})


class Server(AsyncHTTPTestCase):
    """A Jupyter server's application, with our extension loaded into it."""

    @pytest.fixture(autouse=True)
    def _environment(self, monkeypatch):
        self.monkeypatch = monkeypatch
        monkeypatch.setenv("TRAVESIA_LANGUAGE", "es")
        monkeypatch.setenv("TRAVESIA_KIND", "instructor")

    def get_app(self):
        app = Application([("/page", PageHandler), ("/data", DataHandler)])
        self.monkeypatch.setenv("TRAVESIA_ISOLATION", self.isolation)
        log = SimpleNamespace(info=lambda *_: None)
        contents = SimpleNamespace(register_pre_save_hook=lambda _: None)
        server = SimpleNamespace(web_app=app, base_url="/", log=log, contents_manager=contents)
        extension.load(server)
        return app


class TestWithoutIsolation(Server):
    isolation = "0"

    def test_a_page_of_any_part_carries_the_notice_in_the_persons_language(self):
        page = self.fetch("/page").body.decode()
        assert SENTENCE in page
        assert page.endswith("</body></html>")

    def test_data_stays_as_it_is(self):
        assert json.loads(self.fetch("/data").body) == {"text": "</body>"}


class TestWithIsolation(Server):
    isolation = "1"

    def test_no_page_carries_it(self):
        assert SENTENCE not in self.fetch("/page").body.decode()
