"""Writes the API's description to tests/contracts/openapi.json, where a test compares it: `make openapi`."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

SNAPSHOT = Path(__file__).resolve().parents[1] / "tests" / "contracts" / "openapi.json"


def main() -> None:
    """Build the description from the routes and write it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GUISACH_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "guisach.site.settings"
        import django

        django.setup()
        from guisach.web.api.urls import api

        schema = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    SNAPSHOT.write_text(json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{SNAPSHOT.name}: {len(schema['paths'])} addresses")


if __name__ == "__main__":
    main()
