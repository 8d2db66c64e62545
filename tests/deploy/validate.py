"""Checks Kubernetes objects, a JSON list on standard input, against the schemas of a version; one fault a line."""
import json
import sys

import kubernetes_validate

version = sys.argv[1]
for entry in json.load(sys.stdin):
    name = f"{entry.get('kind')} {entry.get('metadata', {}).get('name')}"
    try:
        kubernetes_validate.validate(entry, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        path = ".".join(str(step) for step in error.path)
        print(f"{name}: {path} {error.message}")
