from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import databases
from tests.databases import Stores, Template
from tests.faults.server import Server
from tests.stores import free_port


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


@pytest.fixture(scope="module")
def studio_server(
    the_stores: Stores, with_demo: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The demo fair on one server with a media station, for tests that each have a room of their own."""
    state = tmp_path_factory.mktemp("studio")
    heard = {"JOBFAIR_RTMP": f"127.0.0.1:{free_port()}"}
    server = databases.server_on(the_stores, state, f"jobfair_{state.name}", with_demo, **heard).start()
    server.demo_password = with_demo.password
    yield server
    server.stop()
