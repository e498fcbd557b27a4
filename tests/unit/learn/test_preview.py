"""An author's preview: one page that needs nothing else, and a server for this machine alone."""

import http.client
import re
import threading

import pytest
from click.testing import CliRunner

from travesia.cli import case as command
from travesia.learn.preview import preview_page
from travesia.learn.preview_command import serve


@pytest.fixture
def file(content, tmp_path):
    """A case's file in a folder of its own."""
    path = tmp_path / "lesson" / "two-at-the-station.case.yaml"
    path.parent.mkdir()
    path.write_text((content / path.name).read_text())
    return path


@pytest.fixture
def served(file):
    """The preview's server, running, and a function that asks it for a page."""
    server = serve(file)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def ask(path="/", host=None):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.request("GET", path, headers={"Host": host} if host else {})
        return connection.getresponse()

    yield ask
    server.shutdown()
    server.server_close()


def test_the_page_needs_nothing_but_itself(file):
    page = preview_page(file)
    assert "He lifts his eyes" in page
    assert not re.search(r'(?:src|href)=["\']?(?:https?:)?//', page)
    assert "connect-src 'self'" in page
    assert "EventSource" not in page


def test_a_text_of_the_case_cannot_end_the_script_it_travels_in(file):
    file.write_text(file.read_text().replace("title: Two at", "title: </script><b>Two at"))
    page = preview_page(file)
    assert page.count("</script>") == 2


def test_what_is_wrong_stands_at_the_top_and_the_case_is_shown_all_the_same(file):
    file.write_text(file.read_text().replace("why: Beside the man he cannot speak freely., ", ""))
    page = preview_page(file)
    assert "its `feedback` has no `why`" in page
    assert "He lifts his eyes" in page


def test_a_file_that_cannot_be_read_is_a_page_of_its_problems(file):
    file.write_text("id: [")
    assert "it is not readable YAML" in preview_page(file)


def test_the_page_is_written_into_a_file_on_demand(file, tmp_path):
    target = tmp_path / "page.html"
    done = CliRunner().invoke(command, ["preview", str(file), "--output", str(target)])
    assert done.exit_code == 0, done.output
    assert target.read_text() == preview_page(file)


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (["--output", "gone/page.html"], "gone/page.html: no such file or directory; check the"),
        (["--output", "two-at-the-station.case.yaml"], "is the case itself: name another file"),
        (["--port", "99999"], "99999 is not in the range"),
    ],
)
def test_what_cannot_be_written_or_served_is_a_sentence_and_the_case_stays(
    file, option, sentence, monkeypatch
):
    monkeypatch.chdir(file.parent)
    before = file.read_bytes()

    done = CliRunner().invoke(command, ["preview", file.name, *option])

    assert done.exit_code in {1, 2}
    assert sentence in done.output
    assert file.read_bytes() == before


def test_the_server_answers_this_machine_and_nobody_who_calls_it_by_another_name(served):
    assert served().status == 200
    assert served(host="attacker.example").status == 403
    assert served("/../../etc/passwd").status == 404


def test_saving_the_file_tells_the_page(served, file):
    answer = served("/changes")
    assert answer.fp.readline() == b": waiting\n"
    file.write_text(file.read_text() + "\n# saved\n")
    assert any(answer.fp.readline() == b"data: changed\n" for _ in range(40))
