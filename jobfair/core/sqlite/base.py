"""The database wrapper: transactions and single writes wait for their turn before SQLite is asked.

The methods it overrides are Django's own; its stubs do not know them.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db.backends.sqlite3 import base

from jobfair.core.sqlite.turns import Turns

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
WAIT = 20.0  # seconds, where OPTIONS["timeout"] says nothing
_turns: dict[str, Turns] = defaultdict(Turns)  # by file
_lookup = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """Raises OperationalError, as SQLite does, when the turn does not come within OPTIONS["timeout"]."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_turn = False
        self._waited_at: Turns | None = None
        self.execute_wrappers.append(self._write_in_turn)

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode != "IMMEDIATE":  # type: ignore[attr-defined]
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._pass_on()
            raise

    def _set_autocommit(self, autocommit: bool) -> None:
        try:
            super()._set_autocommit(autocommit)  # type: ignore[misc]
        finally:
            if autocommit:  # the transaction is over, either way
                self._pass_on()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._pass_on()

    def _write_in_turn(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """A single statement, outside any transaction."""
        if self.in_atomic_block or self._has_turn or not WRITES.match(sql):
            return execute(sql, params, many, context)
        self._take_turn()
        try:
            return execute(sql, params, many, context)
        finally:
            self._pass_on()

    def _take_turn(self) -> None:
        if self._has_turn:
            return
        with _lookup:
            turns = _turns[str(self.settings_dict["NAME"])]
        if not turns.take(self.settings_dict["OPTIONS"].get("timeout", WAIT)):
            locked = sqlite3.OperationalError("database is locked: too many wait to write")
            locked.sqlite_errorcode = sqlite3.SQLITE_BUSY
            with self.wrap_database_errors:
                raise locked
        self._waited_at, self._has_turn = turns, True

    def _pass_on(self) -> None:
        if self._has_turn and self._waited_at is not None:
            self._has_turn = False
            self._waited_at.pass_on()
