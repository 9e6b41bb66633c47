"""Brings the tables of an older version up to date when the database is opened. It only ever adds."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, MetaData, Table, inspect, update
from sqlalchemy.engine import Connection, Engine

from bot.records.models import Base


def upgrade(engine: Engine) -> None:
    """Make what is missing: tables, and columns with their default in every row that is there already."""
    is_new = not inspect(engine).get_table_names()
    Base.metadata.create_all(engine)
    if is_new:
        return
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        operations = Operations(context)
        for difference in compare_metadata(context, Base.metadata):
            if difference[0] == "add_column":
                _, _, table, column = difference
                # Without NOT NULL and without its default: rows exist that have neither yet.
                operations.add_column(table, Column(column.name, column.type))
                _fill(connection, table, column)


def _fill(connection: Connection, table: str, column: Any) -> None:
    if column.default is None:
        return
    value = column.default.arg(None) if column.default.is_callable else column.default.arg
    there = Table(table, MetaData(), Column(column.name, column.type))
    connection.execute(update(there).values({column.name: value}))
