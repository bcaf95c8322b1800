"""The API keeps to its OpenAPI document: whatever schemathesis sends, no 5xx and no status that is not documented.

Cases are made from the document, half of them good and half of them bad; half of the good ones speak of things that
exist. Each is sent by a role drawn for it and taken back afterwards.
"""

from __future__ import annotations

import itertools
import json
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from tests.security.roles import ROLES
from tests.security.scene import Scene, make_scene
from tests.security.sending import document, send

_keys = itertools.count(1)


@dataclass
class Exploration:
    """What was answered, and what the document does not say."""

    scene: Scene
    examples: int
    said: Counter[int] = field(default_factory=Counter)
    broken: set[str] = field(default_factory=set)

    def explore(self, label: str, operation: Any, mode: GenerationMode) -> None:
        """Send cases of one operation. Nothing is shrunk: a list of all that is wrong is worth more."""
        documented = {int(status) for status in operation.definition.raw["responses"]}

        @seed(zlib.crc32(f"{label} {mode}".encode()))
        @settings(
            max_examples=self.examples, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(
            case=operation.as_strategy(generation_mode=mode),
            role=st.sampled_from(ROLES),
            is_real=st.booleans(),
        )
        def sends(case: Case, role: str, is_real: bool) -> None:
            if is_real and mode is GenerationMode.POSITIVE:
                case.path_parameters = {**case.path_parameters, **known(self.scene, operation)}
            status = send(self.scene.clients[role], **request_of(case)).status_code
            self.said[status] += 1
            if status not in documented or (status >= 500 and status != HTTPStatus.INSUFFICIENT_STORAGE):
                self.broken.add(f"{label}: {status} {mode.value}")

        sends()


@pytest.mark.integration
@pytest.mark.pages  # the answers to a form's shape are the same on every store
@pytest.mark.django_db
@pytest.mark.timeout(1800)
def test_no_undocumented_status_and_no_failure(quick_hashes: None, rounds: Callable[[int, int], int]) -> None:
    found = Exploration(make_scene(), examples=rounds(3, 60))
    for result in schemathesis.openapi.from_dict(document()).get_all_operations():
        operation = result.ok()
        label = f"{operation.method.upper()} {operation.path.removeprefix('/api')}"
        found.explore(label, operation, GenerationMode.POSITIVE)
        if operation.path_parameters or operation.query or operation.body:
            found.explore(label, operation, GenerationMode.NEGATIVE)
    print(f"{sum(found.said.values())} requests: {dict(sorted(found.said.items()))}")
    assert sorted(found.broken) == []


def known(scene: Scene, operation: Any) -> dict[str, Any]:
    named = {one.name for one in operation.path_parameters}
    return {name: value for name, value in scene.ids.items() if name in named}


def request_of(case: Case) -> dict[str, Any]:
    """A case as Django's test client sends it."""
    headers = {name: str(value) for name, value in (case.headers or {}).items()}
    headers.setdefault("Idempotency-Key", f"contract-{next(_keys):06d}")
    request: dict[str, Any] = {
        "method": case.method,
        "path": case.formatted_path,
        "headers": headers,
        "QUERY_STRING": urlencode(case.query or {}, doseq=True, errors="surrogatepass"),
    }
    if isinstance(case.body, schemathesis.core.NotSet):
        return request
    if case.media_type == "multipart/form-data" and isinstance(case.body, dict):
        parts = {name: value if isinstance(value, bytes) else str(value) for name, value in case.body.items()}
        return request | {"data": encode_multipart(BOUNDARY, parts), "content_type": MULTIPART_CONTENT}
    body = case.body if isinstance(case.body, bytes) else json.dumps(case.body, default=str).encode()
    return request | {"data": body, "content_type": case.media_type}
