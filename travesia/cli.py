"""The command `travesia`: one group of commands a part, loaded when it is asked for."""

from collections.abc import Mapping
from importlib import import_module

import click

from travesia.quick import end_quickly, quick_imports

COMMANDS = {
    "case": "travesia.cli:case",
    "check": "travesia.course.commands:check",
    "course": "travesia.hub.commands:course",
    "doctor": "travesia.hub.doctor:doctor",
    "feedback": "travesia.grading.commands:feedback",
    "flows": "travesia.flows.commands:flows",
    "forms": "travesia.course.commands:forms",
    "grade": "travesia.grading.commands:grade",
    "hub": "travesia.hub.commands:hub",
    "notebooks": "travesia.course.commands:notebooks",
    "person": "travesia.hub.commands:person",
    "translate": "travesia.course.commands:translate",
}


CASE_COMMANDS = {
    "check": "travesia.course.case_commands:check_files",
    "export": "travesia.scenarios.commands:export",
    "graph": "travesia.scenarios.commands:graph",
    "import": "travesia.scenarios.commands:import_twee",
    "new": "travesia.scenarios.commands:new",
    "preview": "travesia.learn.preview_command:preview",
    "roads": "travesia.grading.roads_command:roads",
    "schema": "travesia.scenarios.commands:print_schema",
}


class _LazyGroup(click.Group):
    """Loads a command's module only when it is used: `--help` and `case` need no hub."""

    def __init__(self, commands: Mapping[str, str], **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type] # click's own keyword arguments
        self._modules = commands

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self._modules:
            return None
        module, name = self._modules[cmd_name].split(":")
        try:
            with quick_imports():
                command: click.Command = getattr(import_module(module), name)
        except ModuleNotFoundError as error:
            raise click.ClickException(
                f"The Python package '{error.name}' is missing: run 'make setup', or install the "
                "project's dependencies with 'python -m pip install --editable .'."
            ) from error
        return command

    def invoke(self, ctx: click.Context) -> object:
        """What the command gives; a damaged catalogue is a sentence, whichever command reads it."""
        try:
            return super().invoke(ctx)
        except ValueError as error:
            # It brings Babel, which most commands have loaded by then and `--help` does without.
            from travesia.language import CatalogueError  # noqa: PLC0415

            if isinstance(error, CatalogueError):
                raise click.ClickException(str(error)) from error
            raise


case = _LazyGroup(
    CASE_COMMANDS, name="case", help="Write, check, try, draw and debrief case studies."
)


@click.command(cls=_LazyGroup, commands=COMMANDS)
@click.version_option(package_name="travesia")
def main() -> None:
    """Travesía: an interactive curriculum on human security and migration."""
    end_quickly()
