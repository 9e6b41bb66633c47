"""Routes of a door as a table."""

from functools import partial
from typing import Any, Callable, Tuple

from sanic import Blueprint

Route = Tuple[str, Callable[..., Any], str]  # path, handler, method


def add_routes(blueprint: Blueprint, *routes: Route) -> None:
    """Add each route under its handler's name. Sanic writes on its handlers, so a method of an object goes wrapped."""
    for path, handler, method in routes:
        blueprint.add_route(partial(handler), path, methods=[method], name=handler.__name__)
