"""The API's description is what scripts were promised: a change of it is made on purpose (`make openapi`)."""

from __future__ import annotations

import json

from tests.conftest import ROOT

COMMITTED = ROOT / "tests" / "contracts" / "openapi.json"


def test_the_description_is_the_committed_one(client):
    served = client.get("/api/v1/openapi.json").json()
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert served == committed, "the API changed: if that is meant, run `make openapi` and commit its result"


def test_every_operation_has_a_name_and_a_description(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]
    assert all(operation["description"] for operation in operations)
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
