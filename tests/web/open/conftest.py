"""What another machine sees: answers as XML trees."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from django.test import Client

if TYPE_CHECKING:
    from collections.abc import Callable

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MARC = "{http://www.loc.gov/MARC21/slim}"


@pytest.fixture
def machine(db: None) -> Client:
    """Another machine, without a name."""
    from tests import builders  # models, which cannot be imported before the settings are read

    builders.province()
    return Client()


@pytest.fixture
def harvest(machine: Client) -> Callable[..., ElementTree.Element]:
    """Ask by OAI-PMH: `harvest("ListRecords", metadataPrefix="oai_dc", from_="2026-11-20")`."""

    def ask(verb: str, **arguments: str) -> ElementTree.Element:
        sent = {"verb": verb} | {name.rstrip("_"): value for name, value in arguments.items()}
        response = machine.get("/oai", sent)
        assert response.status_code == 200
        assert response["Content-Type"] == "text/xml; charset=utf-8"
        return ElementTree.fromstring(response.content)  # noqa: S314  (our own answer)

    return ask
