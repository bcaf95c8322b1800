"""The stores that tests stand on: the right one is in place, and it survives being killed."""

from __future__ import annotations

import os
import threading

import psycopg
import pytest
import redis
from django.db import connection, connections

from jobfair.core.clock import now
from jobfair.core.models import AuditEntry
from tests import stores
from tests.conftest import Stores


@pytest.mark.django_db(transaction=True)
def test_the_database_is_the_chosen_one_and_threads_share_it(the_stores: Stores) -> None:
    AuditEntry.objects.create(at=now(), action="house.test", subject="house:1")
    seen: list[int] = []

    def count() -> None:
        seen.append(AuditEntry.objects.filter(action="house.test").count())
        connections.close_all()

    thread = threading.Thread(target=count)
    thread.start()
    thread.join()
    assert seen == [1]
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[the_stores.name]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.unit
@pytest.mark.faults
@pytest.mark.parametrize("namespaces", [True, False])
def test_a_killed_postgres_comes_back_at_its_address_with_what_was_committed(
    namespaces: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not namespaces:
        if os.geteuid() != 0:
            pytest.skip("an ordinary user needs no namespace")
        monkeypatch.setattr(stores, "_namespaces", [False])
    server = stores.start_postgres()
    try:
        with psycopg.connect(server.url) as first:
            first.execute("CREATE TABLE kept (id int)")
            first.execute("INSERT INTO kept VALUES (7)")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url, connect_timeout=2)
        server.restart()
        with psycopg.connect(server.url) as second:
            assert second.execute("SELECT id FROM kept").fetchall() == [(7,)]
    finally:
        server.stop()


@pytest.mark.unit
@pytest.mark.faults
def test_a_killed_valkey_comes_back_empty_at_its_address(own_valkey: stores.Valkey) -> None:
    with redis.Redis.from_url(own_valkey.url) as client:
        client.set("kept", "no")
        own_valkey.kill()
        with pytest.raises(redis.ConnectionError):
            client.get("kept")
        own_valkey.restart()
        assert client.get("kept") is None


@pytest.mark.unit
@pytest.mark.faults
async def test_the_channel_layer_speaks_over_valkeys_socket(own_valkey: stores.Valkey) -> None:
    from channels_redis.pubsub import RedisPubSubChannelLayer

    layer = RedisPubSubChannelLayer(hosts=[own_valkey.url], prefix="house")
    channel = await layer.new_channel()
    await layer.group_add("hubs", channel)
    await layer.group_send("hubs", {"type": "doorbell"})
    assert await layer.receive(channel) == {"type": "doorbell"}
    await layer.flush()
