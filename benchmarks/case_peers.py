"""The steps of a case elsewhere: in plain ipywidgets, and in H5P's Branching Scenario from npm."""

import functools
import json
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PLAIN = """
import ipywidgets
from markdown_it import MarkdownIt
from travesia.learn.content import open_desk
from travesia.scenarios import consequences, read_case, replay

desk = open_desk()
case = read_case(desk.cases["{case}"], "case")
role, path = "{role}", []
words = MarkdownIt()
scene = ipywidgets.HTML()
options = ipywidgets.RadioButtons(layout={{"width": "100%"}})
button = ipywidgets.Button(description="Decidir")
shown = ipywidgets.VBox([scene, options, button])
shown.add_class("plain-case")


def draw():
    state = replay(case, role, path)
    if state.ending:
        scene.value = f"<h3>{{state.ending.title}}</h3>" + words.render(state.ending.text)
        shown.children = [scene]
        return
    scene.value = f"<h3>Paso {{len(path) + 1}}</h3>" + words.render(state.text)
    options.options = [(offer.text, offer.id) for offer in state.choices]
    options.value = None
    shown.children = [scene, options, button]


def step(_):
    if options.value and len(shown.children) == 3:
        path.append(options.value)
        desk.store.set("{case}", "case", case.version, {{"role": role, "path": path}})
        told = consequences(case, role, path)[-1].feedback
        scene.value = f"<h3>Lo que trae tu decisión {{len(path)}}</h3>" + "".join(
            words.render(part) for part in (told.person, told.why, told.article, told.say)
        )
        shown.children = [scene, button]
    else:
        draw()


button.on_click(step)
draw()
shown
"""

LIBRARIES = {
    "H5P.BranchingScenario-1.2": "@h5p-hub-mirror/h5p-branchingscenario@1.2.0",
    "H5P.BranchingQuestion-1.0": "@h5p-hub-mirror/h5p-branchingquestion@1.0.5",
}
ICONS, PLAYER = "font-awesome@4.5.0", "h5p-standalone@3.8.2"
PAGE = """<!doctype html><meta charset="utf-8"><title>H5P</title><div id="place"></div>
<script src="player/dist/main.bundle.js"></script><script>
new H5PStandalone.H5P(document.getElementById("place"), {
  h5pJsonPath: "content", frameJs: "player/dist/frame.bundle.js",
  frameCss: "player/dist/styles/h5p.css",
});
</script>
"""


class H5PMissingError(Exception):
    """H5P's player or content type could not be had from npm; the text says why."""


def plain_source(case: str, role: str) -> str:
    """The notebook's cell that plays a case in plain ipywidgets, keeping each answer likewise."""
    return PLAIN.format(case=case, role=role).strip()


@contextmanager
def h5p_page(case: dict[str, Any], folder: Path) -> Iterator[str]:
    """The address of a page that plays the case in H5P, served from this machine.

    Raises:
        H5PMissingError: npm is missing, or does not have a part of it.
    """
    folder.mkdir()
    _unpack(PLAYER, folder / "player")
    content = folder / "content"
    for name, package in LIBRARIES.items():
        _unpack(package, content / name)
    # The icons' library is not on npm as H5P wraps it; the icons are.
    _unpack(ICONS, content / "FontAwesome-4.5")
    icons = {"title": "FontAwesome", "machineName": "FontAwesome", "runnable": 0}
    icons |= {"majorVersion": 4, "minorVersion": 5, "patchVersion": 0}
    _json(
        content / "FontAwesome-4.5" / "library.json",
        icons | {"preloadedCss": [{"path": "css/font-awesome.min.css"}]},
    )
    needed = [
        {
            "machineName": name.split("-")[0],
            "majorVersion": int(name[-3]),
            "minorVersion": int(name[-1]),
        }
        for name in (*LIBRARIES, "FontAwesome-4.5")
    ]
    about = {"title": case["title"], "language": "es", "mainLibrary": "H5P.BranchingScenario"}
    _json(
        content / "h5p.json",
        about | {"embedTypes": ["div"], "license": "U", "preloadedDependencies": needed},
    )
    (content / "content").mkdir()
    _json(content / "content" / "content.json", _scenario(case))
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    quiet = functools.partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/index.html"
    finally:
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_words: object) -> None:
        pass


def _unpack(package: str, target: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise H5PMissingError("npm is not installed")
    target.mkdir(parents=True)
    got = subprocess.run(
        [npm, "pack", "--silent", package], cwd=target, capture_output=True, text=True, check=False
    )
    archives = list(target.glob("*.tgz"))
    if got.returncode or not archives:
        raise H5PMissingError(f"npm does not have {package}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(target, filter="data")
    archives[0].unlink()
    for each in (target / "package").iterdir():
        each.rename(target / each.name)


def _json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data), encoding="utf-8")


def _scenario(case: dict[str, Any]) -> dict[str, Any]:
    """The case as H5P's editor would have saved it: a branching question for each scene."""
    scenes = {name: node for name, node in case["nodes"].items() if "choices" in node}
    numbers = {name: number for number, name in enumerate(scenes)}
    endings = [name for name in case["nodes"] if name not in scenes]
    numbers |= {name: -2 - number for number, name in enumerate(endings)}
    content = [
        {
            "type": {
                "library": "H5P.BranchingQuestion 1.0",
                "params": {
                    "branchingQuestion": {
                        "question": f"<p>{node['text']}</p>",
                        "alternatives": [
                            {
                                "text": choice["text"],
                                "nextContentId": numbers[choice["next"]],
                                "feedback": {
                                    "title": choice["feedback"]["person"],
                                    "subtitle": f"<p>{choice['feedback']['why']}</p>",
                                },
                            }
                            for choice in node["choices"]
                        ],
                    }
                },
                "subContentId": name,
                "metadata": {"title": name, "license": "U", "contentType": "Branching Question"},
            },
            "showContentTitle": False,
            "proceedButtonText": "Proceed",
            "forceContentFinished": "useBehavioural",
            "feedback": {},
            "contentBehaviour": "useBehavioural",
        }
        for name, node in scenes.items()
    ]
    ends = [
        {
            "endScreenTitle": case["nodes"][name]["ending"]["title"],
            "endScreenSubtitle": case["nodes"][name]["ending"]["text"],
            "endScreenScore": 0,
            "contentId": numbers[name],
        }
        for name in endings
    ]
    default = {"endScreenTitle": "The end", "endScreenSubtitle": "", "contentId": -1}
    labels = {"startScreenButtonText": "Start", "endScreenButtonText": "Restart"}
    labels |= {"backButtonText": "Back", "proceedButtonText": "Proceed", "scoreText": "Score:"}
    labels |= {"disableProceedButtonText": "", "replayButtonText": "Replay"}
    return {
        "branchingScenario": {
            "title": case["title"],
            "startScreen": {"startScreenTitle": case["title"], "startScreenSubtitle": ""},
            "endScreens": [{**default, "endScreenScore": 0}, *ends],
            "content": content,
            "scoringOptionGroup": {"scoringOption": "no-score", "includeInteractionsScores": False},
            "behaviour": {
                "enableBackwardsNavigation": False,
                "forceContentFinished": False,
                "randomizeBranchingQuestions": False,
            },
            "l10n": labels,
        }
    }
