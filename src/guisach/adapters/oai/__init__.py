"""Harvesting other repositories by OAI-PMH: pages are fetched into a file first, and imported from there."""

from guisach.adapters.oai.client import HarvestAddressWrong, HarvestFailed, OaiClient
from guisach.adapters.oai.spool import OaiReader, Spool

__all__ = ["HarvestAddressWrong", "HarvestFailed", "OaiClient", "OaiReader", "Spool"]
