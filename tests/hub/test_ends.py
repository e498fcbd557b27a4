"""How a hub ends and starts again: nothing stays behind, nothing is lost.

These tests stop the shared hubs and start them again, on the same data.
"""

import signal

import psutil
import pytest
from hubs import SIGN_IN, free_port


def all_gone(processes: list[psutil.Process], seconds: float = 30) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return alive


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_when_the_hub_ends_no_process_stays_and_the_next_start_succeeds(hub, number):
    hub.visitor("ana").run("open('kept.txt', 'w').write('kept')")
    before = hub.processes()
    assert len(before) > 4
    hub.end(number)
    assert all_gone(before) == []
    hub.restart()
    # The passwords of the first start still hold, and are not shown again.
    assert SIGN_IN.findall(hub.output.read_text()) == []
    assert hub.visitor("ana").run("print(open('kept.txt').read())") == "kept"


def test_a_second_hub_on_the_same_data_is_refused_with_a_sentence(hub):
    refused = hub.travesia("hub", "--port", str(free_port()))
    assert refused.returncode == 1
    assert "Another hub is running on" in refused.stderr


def test_a_taken_port_is_told_with_a_sentence(hub):
    refused = hub.travesia("hub", "--port", hub.url.rsplit(":", 1)[1].strip("/"))
    assert "is taken by another program" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_server_that_is_stopped_leaves_no_process(hub):
    beto = hub.visitor("beto")
    beto.run("1")
    mine = [p for p in hub.processes() if "beto" in " ".join(p.cmdline())]
    assert mine
    beto.stop_server()
    assert all_gone(mine) == []
