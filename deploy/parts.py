"""The list of parts (SBOM) of a release, in CycloneDX 1.6: Python and npm packages with licences and hashes.

uv and npm read it from the lock files; the licences of Python packages are what cyclonedx-py reads in the environment.
The order and the names depend on the commit alone, so the same commit gives the same bytes.
"""

import json
import subprocess
import sys
import tempfile
import uuid
from datetime import UTC, datetime
from importlib.metadata import metadata
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft7Validator, Registry
from packaging.markers import Marker

Json = dict[str, Any]
SCHEMA = ".SNAPSHOT.schema.json"
BIN = Path(sys.executable).parent
LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
UV = ("uv", "export", "--locked", "--no-default-groups", "--format", "cyclonedx1.5", "--quiet")
NPM = ("npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only", "--omit", "dev")


def list_of_parts(project: Path, commit: str, committed_at: int) -> str:
    """Return the release's list of parts (software bill of materials, CycloneDX 1.6) as JSON.

    Raises ValueError when it breaks the schema or a part lacks licence or hash. ``committed_at`` is in seconds.
    """
    python, npm = _read_json(project, *UV, "--preview-features", "sbom-export"), _read_json(project, *NPM)
    licences = _licences()
    parts = [part | {"licenses": licences[part["purl"]]} for part in python["components"] if _runs_on_linux(part)]
    parts = sorted(map(_by_package_url, parts + npm["components"]), key=lambda part: part["purl"])
    root = _root(python, npm, commit)
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, commit)}",
        "metadata": {
            "timestamp": datetime.fromtimestamp(committed_at, UTC).isoformat(),
            "tools": {"components": [_tool(python), _tool(npm)]},
            "component": root,
        },
        "components": parts,
        "dependencies": _dependencies(root["bom-ref"], {part["purl"] for part in parts}, python, npm),
    }  # fmt: skip
    _check(document)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _read_json(project: Path, *command: str) -> Json:
    """Run a command without network and return the JSON it prints. Raises ValueError if it fails."""
    path = f"{BIN}:/usr/bin:/bin"
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=project, capture_output=True, text=True, check=False,
        env={"PATH": path, "HOME": str(Path.home()), "UV_OFFLINE": "1"},
    )  # fmt: skip
    if done.returncode != 0:
        raise ValueError(done.stderr)
    return dict(json.loads(done.stdout))


def _licences() -> dict[str, list[Json]]:
    """Return the licences of each installed Python package by package URL."""
    with tempfile.TemporaryDirectory() as folder:
        environment = _read_json(Path(folder), "cyclonedx-py", "environment", "--no-validate", sys.executable)
    return {
        part["purl"]: part.get("licenses") or [{"license": {"name": metadata(part["name"])["License"]}}]
        for part in environment["components"]
        if part["name"] != "ancu"  # the project itself, installed from this folder
    }


def _runs_on_linux(part: Json) -> bool:
    """Whether the part's markers apply on the server's Linux."""
    markers = [item["value"] for item in part.get("properties", ()) if item["name"] == "uv:package:marker"]
    return all(Marker(marker).evaluate(LINUX) for marker in markers)


def _by_package_url(part: Json) -> Json:
    """Return a part identified by its package URL in place of the tool's own id, which differs by machine."""
    shipped = ("type", "name", "version", "purl", "hashes", "licenses", "externalReferences")
    return {"bom-ref": part["purl"]} | {key: part[key] for key in shipped if part.get(key)}


def _root(python: Json, npm: Json, commit: str) -> Json:
    """Return the entry of our program itself in the list of parts, from the Python and npm lists."""
    project = python["metadata"]["component"]
    return {
        "type": "application", "bom-ref": f"{project['name']}@{project['version']}",
        "name": project["name"], "version": project["version"],
        "licenses": npm["metadata"]["component"]["licenses"],
        "properties": [{"name": "git:commit", "value": commit}],
    }  # fmt: skip


def _tool(document: Json) -> Json:
    """Return the CycloneDX entry of the tool that wrote ``document``, the list of Python (uv) or npm packages."""
    tool = document["metadata"]["tools"][0]
    return {"type": "application", "name": tool["name"], "version": tool["version"]}


def _dependencies(root: str, parts: set[str], *documents: Json) -> list[Json]:
    """Return for each part the parts it depends on, joined from the lists ``documents``.

    They have the same root; ``parts`` are package URLs.
    """
    needs: dict[str, set[str]] = {root: set()} | {part: set() for part in parts}
    for document in documents:
        names = {part["bom-ref"]: part["purl"] for part in document["components"]}
        names[document["metadata"]["component"]["bom-ref"]] = root
        for item in document["dependencies"]:
            if names[item["ref"]] in needs:
                needs[names[item["ref"]]] |= {names[ref] for ref in item.get("dependsOn", ())} & parts
    return [{"ref": ref, "dependsOn": sorted(refs)} for ref, refs in sorted(needs.items())]


def _check(document: Json) -> None:
    """Raise ValueError if the document breaks the schema.

    jsonschema-rs takes an instant, cyclonedx-py's own validator two minutes.
    """
    schema = _schema("bom-1.6")
    registry = Registry(
        [(f"http://cyclonedx.org/schema/{name}{SCHEMA}", _schema(name)) for name in ("spdx", "jsf-0.82")]
    )
    for error in Draft7Validator(schema, registry=registry, validate_formats=True).iter_errors(document):
        raise ValueError(f"the list of parts breaks its schema: {error.message[:500]}")
    for part in document["components"]:
        sources = [source for source in part.get("externalReferences", ()) if source["type"] == "distribution"]
        has_hash = part.get("hashes") or (sources and all(source.get("hashes") for source in sources))
        if not has_hash or not part.get("licenses"):
            raise ValueError(f"{part['purl']} has no hash or no licence")


def _schema(name: str) -> Json:
    """Load one of CycloneDX's JSON schemas."""
    return dict(json.loads((files("cyclonedx.schema") / "_res" / f"{name}{SCHEMA}").read_text()))
