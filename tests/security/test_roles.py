"""Every role at every operation and topic, on its own and on others' objects: the outcome is what roles.py says."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from jobfair.config.api import api
from jobfair.core.errors import DomainError
from jobfair.realtime.registry import registry
from tests.security.bodies import least
from tests.security.roles import COMMANDS, OPERATIONS, ROLES, TOPICS
from tests.security.scene import Scene, make_scene
from tests.security.sending import document, operations, send

_keys = itertools.count(1)
STEP_UP = "accounts.step_up_required"  # the role is right, the proof is old


@pytest.mark.unit
def test_every_operation_topic_and_command_has_a_rule_and_every_rule_something_to_rule() -> None:
    assert sorted(operations()) == sorted(OPERATIONS)
    assert sorted(registry.topics) == sorted(TOPICS)
    assert sorted(registry.commands) == sorted(COMMANDS)


@pytest.mark.integration
@pytest.mark.django_db
@pytest.mark.once
def test_every_role_at_every_operation(quick_hashes: None) -> None:
    scene = make_scene()
    wrong = []
    for name, operation in operations().items():
        replies = {role: call(scene, role, name, operation) for role in ROLES}
        let_in = {role for role, reply in replies.items() if is_let_in(reply)}
        wrong += [
            f"{name}: {reply.status_code} for {role}" for role, reply in replies.items() if failed(reply)
        ]
        if name in OPERATIONS and let_in != OPERATIONS[name]:
            wrong.append(
                f"{name}: let in but should not: {sorted(let_in - OPERATIONS[name])}; "
                f"kept out but should not: {sorted(OPERATIONS[name] - let_in)}"
            )
    print(f"{len(operations())} operations × {len(ROLES)} roles")
    assert wrong == []


@pytest.mark.integration
@pytest.mark.django_db
@pytest.mark.once
def test_every_role_at_every_topic() -> None:
    scene = make_scene()
    for pattern, kind in registry.topics.items():
        about = scene.topic_ids[pattern.split(":")[0]]
        let_in = {role for role in ROLES if may_join(kind.may_join, scene.people[role], about)}
        assert let_in == TOPICS[pattern], pattern


def call(scene: Scene, role: str, name: str, operation: dict[str, Any]) -> HttpResponse:
    method, path = name.split(" ", 1)
    url = "/api" + re.sub(r"\{(\w+)\}", lambda match: str(scene.ids[match[1]]), path)
    key = {"Idempotency-Key": f"matrix-{next(_keys):06d}"}
    return send(
        scene.clients[role], method=method, path=url, headers=key, **request_of(scene, name, operation)
    )


def request_of(scene: Scene, name: str, operation: dict[str, Any]) -> dict[str, Any]:
    query = {
        one["name"]: scene.ids["slug"] if one["name"] == "fair" else least(one["schema"], document())
        for one in operation.get("parameters", [])
        if one["in"] == "query" and one.get("required")
    }
    content = operation.get("requestBody", {}).get("content", {})
    found: dict[str, Any] = {"QUERY_STRING": "&".join(f"{key}={value}" for key, value in query.items())}
    if "application/json" in content:
        schema = content["application/json"]["schema"]
        body = {**least(schema, document()), **scene.bodies.get(name, {})}
        found |= {
            "data": api.renderer.render(None, body, response_status=200),
            "content_type": "application/json",
        }
    elif content:
        found |= multipart()
    return found


def multipart() -> dict[str, Any]:
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.4 not really", content_type="application/pdf")
    return {"data": encode_multipart(BOUNDARY, {"file": file}), "content_type": MULTIPART_CONTENT}


def failed(reply: HttpResponse) -> bool:
    return reply.status_code >= 500


def is_let_in(reply: HttpResponse) -> bool:
    if reply.status_code == 403:
        return reply.json()["error"]["code"] == STEP_UP
    return reply.status_code not in {401, 404}


def may_join(check: Any, viewer: Any, about: int) -> bool:
    try:
        check(viewer, about)
    except DomainError:
        return False
    return True
