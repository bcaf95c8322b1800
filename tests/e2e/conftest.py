from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import databases
from tests.databases import Stores, Template
from tests.faults.server import Server


@pytest.fixture(scope="module")
def fair_server(
    the_stores: Stores, with_demo: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The demo fair on one server for a module whose tests kill nothing and keep to booths of their own."""
    state = tmp_path_factory.mktemp("fair")
    server = databases.server_on(the_stores, state, f"jobfair_{state.name}", with_demo).start()
    server.demo_password = with_demo.password
    yield server
    server.stop()
