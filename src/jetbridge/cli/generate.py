"""`jetbridge types` and `jetbridge build`: what is generated from the project."""

from __future__ import annotations

from collections.abc import Iterable

import click

from jetbridge import wire
from jetbridge.actions.action import ServerAction
from jetbridge.config import Config
from jetbridge.node import vite
from jetbridge.node.manifest import Build
from jetbridge.server.wiring import Project
from jetbridge.typegen.client_stubs import write_client_stubs
from jetbridge.typegen.write import Generated, sync_files, write_types


def generate_types(project: Project, *, check: bool = False) -> Generated:
    """Bring the TypeScript of actions and routes and the `.pyi` of the client components up to date.

    check: look only.
    """
    config = project.config
    if not check:
        keep_out_of_version_control(config)
    generated = write_types(project.registry, project.tree, config.out_path, lambda action: action.id, check=check)
    generated.changed += write_client_stubs(config.app_path, check=check)
    return generated


def show_problems(problems: Iterable[object]) -> None:
    """Print which annotations could not be expressed; where they stand the generated types say unknown."""
    for problem in problems:
        click.secho(str(problem), fg="yellow", err=True)


def build_project(project: Project) -> Build:
    """Build the client components for production. What is built holds placeholders in place of ids, which hang on keys.

    Raises: ConfigError with Vite's own words.
    """
    show_problems(generate_types(project).problems)
    try:
        write_types(project.registry, project.tree, project.config.out_path, _placeholder)
        return vite.build(project.config)
    finally:
        # A development server that runs meanwhile needs its ids back.
        generate_types(project)


def keep_out_of_version_control(config: Config) -> None:
    """Generated files have no place in a repository; Git is told so where they are."""
    sync_files({config.out_path / ".gitignore": "*\n"})


def _placeholder(action: ServerAction) -> str:
    return f"{wire.ACTION_PLACEHOLDER}{action.slot}__"
