"""`jetbridge types` and `jetbridge build`: what is generated from the project."""

from __future__ import annotations

from collections.abc import Iterable

import click

from jetbridge import wire
from jetbridge.actions.action import ServerAction
from jetbridge.config import Config
from jetbridge.errors import ConfigError
from jetbridge.node import vite
from jetbridge.node.manifest import Build
from jetbridge.node.props import PropsReader
from jetbridge.node.runtime import find_node
from jetbridge.server.wiring import Project
from jetbridge.typegen.client_stubs import write_client_stubs
from jetbridge.typegen.links import dead_links
from jetbridge.typegen.problems import Problem
from jetbridge.typegen.write import Generated, sync_files, write_types


def generate_types(project: Project, *, check: bool = False, stubs: bool = True) -> Generated:
    """Bring the TypeScript of actions and routes and the `.pyi` of the client components up to date.

    check: look only. stubs: False leaves the `.pyi` alone.
    """
    config = project.config
    if not check:
        keep_out_of_version_control(config)
    generated = write_types(project.registry, project.tree, config.out_path, lambda action: action.id, check=check)
    if stubs:
        written = generate_stubs(config, check=check)
        generated.changed += written.changed
        generated.problems += written.problems
    return generated


def generate_stubs(config: Config, *, check: bool = False) -> Generated:
    """Bring the `.pyi` of the client components up to date; without Node they know names only, and a line says so."""
    try:
        find_node(config)
    except ConfigError as error:
        click.echo(f"The props of client components are not read: {error}", err=True)
        return write_client_stubs(config.app_path, check=check)
    try:
        with PropsReader(config) as reader:
            return write_client_stubs(config.app_path, reader.read, check=check)
    except ConfigError as error:
        generated = write_client_stubs(config.app_path, check=check)
        generated.problems.append(Problem(config.app_dir, "client components", str(error)))
        return generated


def show_problems(problems: Iterable[object]) -> None:
    """Print what does not fit: annotations that cannot be expressed, and paths that nothing answers."""
    for problem in problems:
        click.secho(str(problem), fg="yellow", err=True)


def build_project(project: Project) -> Build:
    """Build the client components for production. What is built holds placeholders in place of ids, which hang on keys.

    Raises: ConfigError with Vite's own words.
    """
    show_problems([*generate_types(project).problems, *dead_links(project.tree)])
    try:
        write_types(project.registry, project.tree, project.config.out_path, _placeholder)
        return vite.build(project.config)
    finally:
        # A development server that runs meanwhile needs its ids back.
        generate_types(project, stubs=False)


def keep_out_of_version_control(config: Config) -> None:
    """Generated files have no place in a repository; Git is told so where they are."""
    sync_files({config.out_path / ".gitignore": "*\n"})


def _placeholder(action: ServerAction) -> str:
    return f"{wire.ACTION_PLACEHOLDER}{action.slot}__"
