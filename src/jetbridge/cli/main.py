"""The command `jetbridge`. Each subcommand reads its options and calls one function."""

from __future__ import annotations

import json
from typing import Any, TextIO

import click

from jetbridge.errors import JetbridgeError


class _Group(click.Group):
    """Shows an error of ours as one message, without a traceback, and exits with status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except JetbridgeError as error:
            raise click.ClickException(str(error)) from error


_port = click.option("--port", type=click.IntRange(0, 65535), default=3000, show_default=True, help="0: any free one.")
_host = click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0: every address of this machine.")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="jetbridge")
def main() -> None:
    """React Server Actions for Python. Run it in the folder of a project, the one with app/ in it."""


@main.command()
@_port
@_host
def dev(port: int, host: str) -> None:
    """Serve the project while you write it.

    An edit to Python shows in the open page, an edit to TSX is replaced in it. Needs Node and the project's Vite.
    """
    from jetbridge.cli.dev import run_dev
    from jetbridge.cli.project import load_config

    run_dev(load_config(dev=True), host, port)


@main.command(short_help="Build the client components for `start`.")
def build() -> None:
    """Build the client components for `jetbridge start`, into .jetbridge/build."""
    from jetbridge.cli.generate import build_project
    from jetbridge.cli.project import open_project, shown_path

    project = open_project()
    made = build_project(project)
    count = len(made.modules)
    folder = shown_path(made.folder, project.config.root)
    click.echo(f"Built {count} client module{'' if count == 1 else 's'} into {folder} (build {made.id}).")


@main.command()
@_port
@_host
@click.option("--workers", type=click.IntRange(1), help="Server processes. More than one need JETBRIDGE_SECRET.")
@click.option(
    "--drain",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long requests under way may take after Ctrl-C or SIGTERM.",
)
def start(port: int, host: str, workers: int | None, drain: int) -> None:
    """Serve what `jetbridge build` has built."""
    from jetbridge.cli.project import load_config
    from jetbridge.cli.start import start_server

    start_server(load_config(workers=workers), host, port, drain)


@main.command()
@_json
def routes(as_json: bool) -> None:
    """List every URL that the application answers."""
    from jetbridge.cli.listing import format_table, route_rows
    from jetbridge.cli.project import open_project

    project = open_project()
    rows = route_rows(project.tree, project.config.root)
    click.echo(json.dumps(rows, indent=2) if as_json else format_table(rows, ("url", "kind", "methods", "file")))


@main.command(short_help="List every function that a browser can call.")
@_json
@click.option("--check", is_flag=True, help="Fail when nobody has said who may call one; name those that nobody uses.")
@click.pass_context
def actions(ctx: click.Context, as_json: bool, check: bool) -> None:
    """List every function that a browser can call: each is a public endpoint.

    "exported" actions can be called by anybody with any arguments. "inline" ones too, once a page has shown their id;
    "sealed" ones only with values that a page has given out. Who may call is said by a guard, by public=True, or in
    the body by a call whose name says so, such as require_user().
    """
    from jetbridge.cli.listing import action_rows, action_table, unguarded, unused
    from jetbridge.cli.project import open_project

    rows = action_rows(open_project())
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    elif not check:
        click.echo(action_table(rows))
    if check:
        for line in [*unguarded(rows), *unused(rows)]:
            click.echo(line, err=as_json)
        if unguarded(rows):
            ctx.exit(1)


@main.command(short_help="Say how the project is configured, and explain a request.")
@click.option(
    "--headers", type=click.File("r"), metavar="FILE", help="A request's headers, as text; - reads them here."
)
@click.option("--peer", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where that request came from.")
@click.option("--scheme", type=click.Choice(["http", "https"]), default="http", show_default=True)
@click.pass_context
def doctor(ctx: click.Context, headers: TextIO | None, peer: str, scheme: str) -> None:
    """Say how the project is configured, and what is missing or weak. Fails when something is wrong.

    With --headers: explain step by step what the server would decide about a request that brings these headers, and
    which setting would change it. Behind a proxy --peer is the proxy's address and --scheme what it speaks to us.
    """
    from jetbridge.cli.doctor import examine, explain, parse_headers
    from jetbridge.cli.project import load_config

    config = load_config()
    if headers is None:
        findings = list(examine(config))
        lines, fine = [str(one) for one in findings], all(one.state != "wrong" for one in findings)
    else:
        lines, fine = explain(config, parse_headers(headers.read()), scheme, peer)
    click.echo("\n".join(lines))
    if not fine:
        ctx.exit(1)


@main.group(short_help="List, show and clear what is kept in the cache.")
def cache() -> None:
    """List, show and clear what the application keeps: data, components and whole pages.

    Works with a store that other processes can reach: a file or Redis, see the setting `cache`. The cache of a single
    server process lives in its memory: restart the server to empty it.
    """


@cache.command(name="list")
@click.argument("prefix", default="")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="Show so many at most.")
@_json
def list_cache(prefix: str, limit: int, as_json: bool) -> None:
    """List what is kept, with size, age, tags and when it expires.

    PREFIX: only keys that begin so. Keys of pages begin with "page:" and the path, such as page:/posts; those of cached
    functions and components with their module, such as app.feed:latest_posts.
    """
    from jetbridge.cli.cache import list_entries
    from jetbridge.cli.project import load_config

    click.echo(list_entries(load_config(), prefix, limit, as_json=as_json))


@cache.command()
@click.argument("key")
def show(key: str) -> None:
    """Show one entry: data as JSON, pages and components as text.

    KEY: as `jetbridge cache list` shows it; its beginning is enough where no other key begins so.
    """
    from jetbridge.cli.cache import show_entry
    from jetbridge.cli.project import load_config

    click.echo(show_entry(load_config(), key))


@cache.command()
@click.argument("prefix", default="")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Expire what has this tag, as revalidate_tag does.")
@click.option("--path", "paths", multiple=True, metavar="PATH", help="Expire this page and what it reads.")
@click.option("--layout", is_flag=True, help="With --path: everything below it, too.")
@click.option("--all", "everything", is_flag=True, help="Remove everything.")
def clear(prefix: str, tags: tuple[str, ...], paths: tuple[str, ...], layout: bool, everything: bool) -> None:
    """Remove what is kept; the next request computes it anew.

    PREFIX: keys that begin so, as `jetbridge cache list` shows them.
    """
    if sum((bool(prefix), bool(tags or paths), everything)) != 1:
        raise click.UsageError("Say what to clear: a PREFIX, --tag, --path, or --all.")
    from jetbridge.cli.cache import clear_entries
    from jetbridge.cli.project import load_config

    click.echo(clear_entries(load_config(), prefix, tags, paths, "layout" if layout else "page"))


@main.command(short_help="Write the generated types.")
@click.option(
    "--check", is_flag=True, help="Change nothing; fail when a file is out of date or something does not fit."
)
@click.pass_context
def types(ctx: click.Context, check: bool) -> None:
    """Write the generated types: TypeScript of actions and routes, and .pyi files of the client components.

    An annotation that cannot be expressed is named, with what to write instead, and so is a link or a redirect to a
    path that nothing answers.
    """
    from jetbridge.cli.generate import generate_types, show_problems
    from jetbridge.cli.project import open_project, shown_path
    from jetbridge.typegen.links import dead_links

    project = open_project()
    generated = generate_types(project, check=check)
    for path in generated.changed:
        click.echo(f"{'out of date' if check else 'updated'}: {shown_path(path, project.config.root)}")
    problems = [*generated.problems, *dead_links(project.tree)]
    show_problems(problems)
    if check and (generated.changed or problems):
        ctx.exit(1)
