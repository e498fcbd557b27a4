"""The command `travesia`: one group of commands a part, loaded when it is asked for."""

from importlib import import_module

import click

COMMANDS = {
    "case": "travesia.scenarios.commands:case",
    "check": "travesia.course.commands:check",
    "course": "travesia.hub.commands:course",
    "hub": "travesia.hub.commands:hub",
    "person": "travesia.hub.commands:person",
    "translate": "travesia.course.commands:translate",
}


class _LazyGroup(click.Group):
    """Loads a command's module only when it is used: `--help` and `case` need no hub."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        try:
            command: click.Command = getattr(import_module(module), name)
        except ModuleNotFoundError as error:
            raise click.ClickException(
                f"The Python package '{error.name}' is missing: run 'make setup', or install the "
                "project's dependencies with 'python -m pip install --editable .'."
            ) from error
        return command


@click.command(cls=_LazyGroup)
@click.version_option(package_name="travesia")
def main() -> None:
    """Travesía: an interactive curriculum on human security and migration."""
