"""What a learner sets costs no right answer and wins no wrong one, and only tricks are flagged."""

import pytest

from travesia.grading.session import Session
from travesia.grading.warm import Setting, WarmServer

ROOM = 1_000_000
PARTIAL = "part = 0.3 + 0.3\npart"


@pytest.fixture(scope="module")
def server():
    made = WarmServer(Setting(preload=("matplotlib.pyplot", "pandas")))
    yield made
    made.close()


@pytest.fixture
def learner(server):
    """One learner's process after a cell of theirs; `ask` gives what is said to one request."""
    sessions = []

    def learner(code):
        session = Session(server, [], {"TRAVESIA_LANGUAGE": "es"}, ROOM)
        sessions.append(session)

        def ask(do, **fields):
            session.ask(do, **fields)
            return list(session.listen(30))

        said = ask("run", code=code, count=1)
        assert [each.content["evalue"] for each in said if each.kind == "error"] == []
        return ask

    yield learner
    for session in sessions:
        session.close()


def flagged(ask, *names):
    (answer,) = (each for each in ask("inspect", names=list(names)) if each.kind == "answer")
    return answer.content["changed"]


def results(ask, code):
    """What a test shows as its results, on which its marks depend."""
    said = ask("run", code=code, count=2, test=True)
    return [each.content["data"] for each in said if each.kind == "execute_result"]


ON_THE_CLASS = (
    "from IPython.core.interactiveshell import InteractiveShell\n"
    "InteractiveShell.ast_node_interactivity = 'all'"
)
SHOWN_BY_THEIR_LIKING = {
    "everything": "get_ipython().ast_node_interactivity = 'all'",
    "everything, by the class": ON_THE_CLASS,
    "everything, by a magic": "%config InteractiveShell.ast_node_interactivity = 'all'",
    "what is assigned": "get_ipython().ast_node_interactivity = 'last_expr_or_assign'",
    "no decimals": "%precision 0",
    "two decimals": "%precision %.2f",
    "no pretty printing": "%pprint",
    "tables without HTML": "import pandas; pandas.set_option('display.notebook_repr_html', False)",
}
FORMATTERS = "formatters = get_ipython().display_formatter.formatters\n"
TRICKS = {
    "nothing": "get_ipython().ast_node_interactivity = 'none'",
    "nothing, by a magic": "%config InteractiveShell.ast_node_interactivity = 'none'",
    "by a hook": "get_ipython().display_trap.hook = lambda value: None",
    "by another trap": (
        "from IPython.core.display_trap import DisplayTrap\n"
        "get_ipython().display_trap = DisplayTrap(hook=lambda value: None)"
    ),
    "by a message's hook": "get_ipython().displayhook.register_hook(lambda message: None)",
    "by a method": "get_ipython().displayhook.compute_format_data = lambda r: ({}, {})",
    "by a printer of numbers": (
        f"{FORMATTERS}formatters['text/plain'].for_type(float, lambda o, p, c: p.text('2.0'))"
    ),
    "by a format": "%precision 2.0%.0s",
    "by another formatter": f"{FORMATTERS}formatters['text/plain'] = lambda value: '2.0'",
    "by no formatter": f"{FORMATTERS}formatters['text/plain'].enabled = False",
    "by a bundle": (
        "get_ipython().display_formatter.mimebundle_formatter"
        ".for_type(float, lambda *a, **k: ({'text/plain': '2.0'}, {}))"
    ),
}


@pytest.fixture(scope="module")
def plainly_shown():
    return [{"text/plain": "0.6"}]


@pytest.mark.parametrize("how", [*SHOWN_BY_THEIR_LIKING, *TRICKS, "rich's way"])
def test_a_tests_result_is_shown_as_a_fresh_shell_shows_it(learner, plainly_shown, how):
    ask = learner({**SHOWN_BY_THEIR_LIKING, **TRICKS, "rich's way": "%load_ext rich"}[how])
    assert results(ask, PARTIAL) == plainly_shown
    assert results(ask, "len('a bare call')\nassert True") == []


def test_a_result_of_a_learner_who_sets_nothing_is_the_same(learner, plainly_shown):
    ask = learner("x = 1")
    assert results(ask, PARTIAL) == plainly_shown


def test_what_the_first_test_has_the_code_set_changes_nothing_in_the_second(learner, plainly_shown):
    ask = learner(f"def f():\n    {TRICKS['by a hook']}")
    results(ask, "f()")
    assert results(ask, PARTIAL) == plainly_shown


@pytest.mark.parametrize("how", SHOWN_BY_THEIR_LIKING)
def test_what_is_shown_by_a_learners_liking_is_no_reason_to_look(learner, how):
    assert flagged(learner(SHOWN_BY_THEIR_LIKING[how])) == []


DRAWN = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
AUTORELOAD = "%load_ext autoreload\n%autoreload 2"
LIBRARIES_DOINGS = {
    "a figure": DRAWN,
    "a figure, by a magic": f"%matplotlib inline\n{DRAWN}",
    "a figure that is shown": f"{DRAWN}\nplt.show()",
    "pandas' figure": "import pandas as pd\npd.DataFrame({'a': [1, 2]}).plot();",
    "interactive drawing": f"{DRAWN}\nplt.ion()",
    "modules loaded again": AUTORELOAD,
    "rich's tracebacks": "%load_ext rich",
    "a constant of one's own": "import math\nmath.tau2 = 4 * math.pi",
    "a method of one's own": "import pandas as pd\npd.DataFrame.first = lambda self: self.iloc[0]",
}


@pytest.mark.parametrize("doing", LIBRARIES_DOINGS)
def test_what_a_library_does_to_the_shell_is_no_reason_to_look(learner, doing):
    assert flagged(learner(LIBRARIES_DOINGS[doing])) == []


HOOK = "def hook(*_):\n    pass\n"
REGISTER = "get_ipython().events.register('post_execute', hook)"
FLUSH = "matplotlib_inline.backend_inline.flush_figures"
OWN_HOOKS = {
    "a hook": f"{HOOK}{REGISTER}",
    "a hook beside a library's": f"{DRAWN}\n{HOOK}{REGISTER}",
    "a hook that says it is a library's": (
        f"import matplotlib_inline.backend_inline\n{HOOK}"
        "hook.__module__ = 'matplotlib_inline.backend_inline'\n"
        "hook.__name__ = hook.__qualname__ = 'flush_figures'\n"
        f"{REGISTER}"
    ),
    "a library's code on other names": (
        "import types, matplotlib_inline.backend_inline\n"
        "names = {'show': types.SimpleNamespace(_draw_called=False)}\n"
        f"hook = types.FunctionType({FLUSH}.__code__, names)\n"
        "hook.__module__ = 'matplotlib_inline.backend_inline'\n"
        f"{REGISTER}"
    ),
    "an object": (
        "class Hook:\n    __module__ = 'matplotlib_inline.backend_inline'\n"
        "    def __call__(self, *_):\n        pass\n"
        "get_ipython().events.register('post_run_cell', Hook())"
    ),
    "a traceback that is none": "get_ipython().showtraceback = lambda *_, **__: None",
    "a function in a test library's place": "import math\nmath.isclose = lambda *_, **__: True",
    "another shell's class": (
        "shell = get_ipython()\nclass Shell(type(shell)):\n    pass\nshell.__class__ = Shell"
    ),
    "a printer's own class": (
        "from IPython.core.formatters import PlainTextFormatter\n"
        "PlainTextFormatter.__call__ = lambda self, value: '2.0'"
    ),
    "a method that hides an inherited one": (
        "import pandas as pd\npd.DataFrame.equals = lambda self, other: True"
    ),
}


@pytest.mark.parametrize("hook", OWN_HOOKS)
def test_a_hook_of_the_learners_own_is_flagged(learner, hook):
    assert flagged(learner(OWN_HOOKS[hook]))


MAKES_NOTES = """
made = []
class A:
    def __init__(self):
        made.append(1)
    def __eq__(self, other):
        made.append(2)
        print("compared")
        return bool(made)
value = A()
made.clear()
"""


def test_what_is_asked_whether_it_is_equal_to_anything_leaves_no_trace(learner):
    ask = learner(MAKES_NOTES)
    said = ask("inspect", names=["value"])
    assert [each.kind for each in said] == ["answer"]
    assert said[0].content["changed"] == ["value ==", "class A =="]
    assert results(ask, "made") == [{"text/plain": "[]"}]


COMPILED_OTHERWISE = {
    "of the shell's own": "get_ipython().compile.ast_parse = lambda *_, **__: None",
    "of its class": "type(get_ipython().compile).extra_flags = lambda *_: None",
    "another one": "get_ipython().compile = type(get_ipython().compile)()",
}


@pytest.mark.parametrize("how", COMPILED_OTHERWISE)
def test_a_compiler_that_was_changed_is_flagged(learner, how):
    assert flagged(learner(COMPILED_OTHERWISE[how]))


def test_what_is_compiled_with_another_pythons_rules_is_no_reason_to_look(learner):
    assert flagged(learner("from __future__ import annotations")) == []


@pytest.mark.parametrize("how", TRICKS)
def test_what_might_hide_or_change_a_result_is_flagged(learner, how):
    assert flagged(learner(TRICKS[how]))
