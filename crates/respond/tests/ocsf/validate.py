"""Holds lines against OCSF's own schemas: one JSON object a line in, one list of faults a
line out. Each line is tried by the oldest version that we promise and by the newest at hand."""

import json
import sys

from jsonschema import Draft202012Validator
from ocsf_json_schema.embedded import OcsfJsonSchemaEmbedded
from ocsf_json_schema.loader import get_ocsf_schema

VERSIONS = ["1.3.0", "1.8.0"]
schemas = {version: OcsfJsonSchemaEmbedded(get_ocsf_schema(version)) for version in VERSIONS}
validators = {}


def validator(version, number):
    if (version, number) not in validators:
        schema = schemas[version]
        name = schema.lookup_class_name_from_uid(number)
        validators[version, number] = Draft202012Validator(schema.get_class_schema(name))
    return validators[version, number]


def faults(line):
    for version in VERSIONS:
        for error in validator(version, line["class_uid"]).iter_errors(line):
            yield f"OCSF {version} {error.json_path}: {error.message[:300]}"


for text in sys.stdin:
    print(json.dumps(list(faults(json.loads(text)))), flush=True)
