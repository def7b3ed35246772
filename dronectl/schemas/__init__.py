"""The shapes of our own documents: missions, permits, simple zones and the JSON report.

Readers validate missions and permits with these models; `dronectl schema` prints them as JSON Schema. Unknown members are
kept and remarked on, never dropped.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

DOCUMENTS = {
    "about": ("mission", "AboutDocument"),
    "mission": ("mission", "MissionDocument"),
    "operator": ("operator", "OperatorDocument"),
    "permit": ("permit", "PermitDocument"),
    "report": ("report", "ReportDocument"),
    "zones": ("zones", "SimpleZones"),
}
"""Per document the module and the class of its model."""


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one of `DOCUMENTS`."""
    module, model_name = DOCUMENTS[name]
    model = getattr(import_module(f"dronectl.schemas.{module}"), model_name)
    made = model.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:dronectl:{name}:v1", **made}
