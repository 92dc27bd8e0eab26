"""The OpenAPI document of a running server, before a validator."""

import json
import os
import unittest
from urllib.request import urlopen

try:
    from openapi_spec_validator import validate
except ImportError as missing:
    raise unittest.SkipTest(f"openapi-spec-validator is not installed: {missing}")


class WithOpenAPI(unittest.TestCase):
    def test_the_document(self):
        with urlopen(os.environ["DRAGOMAN_URL"] + "/spec") as answer:
            self.assertEqual(answer.headers["Content-Type"], "application/json")
            document = json.load(answer)
        validate(document)
        self.assertEqual(document["components"]["schemas"]["SourceLanguage"]["enum"], ["en"])
