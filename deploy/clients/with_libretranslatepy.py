"""LibreTranslate's Python client, as it is published, against a running server."""

import json
import os
import unittest
from urllib.error import HTTPError

try:
    from libretranslatepy import LibreTranslateAPI
except ImportError as missing:
    raise unittest.SkipTest(f"libretranslatepy is not installed: {missing}")

OPEN = os.environ["DRAGOMAN_URL"]
KEYED = os.environ["DRAGOMAN_KEYED_URL"]
KEY = os.environ["DRAGOMAN_KEY"]


class WithLibreTranslatePy(unittest.TestCase):
    def setUp(self):
        self.client = LibreTranslateAPI(OPEN)

    def refusal(self, ask):
        with self.assertRaises(HTTPError) as caught:
            ask()
        with caught.exception as answer:
            return answer.code, json.load(answer)["error"]

    def test_translate(self):
        self.assertEqual(self.client.translate("A dog runs in the snow.", "en", "fr"), "Un chien court dans la neige.")

    def test_the_language_is_found(self):
        self.assertEqual(
            self.client.translate("A dog runs in the snow.", "auto", "fr"), "Un chien court dans la neige.")
        self.assertEqual(self.client.translate("Un chien court.", "auto", "fr"), "Un chien court.")

    def test_detect(self):
        for language, text in [
            ("de", "Der Hund läuft durch den Schnee."), ("en", "A dog runs in the snow."),
            ("ja", "犬が雪の中を走っています。"), ("fr", "Un chien court dans la neige."),
        ]:
            first = self.client.detect(text)[0]
            self.assertEqual(first["language"], language)
            self.assertGreater(first["confidence"], 90)
        self.assertEqual(self.client.detect("12:30"), [{"confidence": 0, "language": "en"}])

    def test_white_space_and_lines_stay(self):
        text = "  A dog runs.\n\n\tTwo men are talking.\n"
        self.assertEqual(self.client.translate(text, "en", "fr"), "  Un chien court.\n\n\tDeux hommes parlent.\n")

    def test_languages(self):
        languages = {language["code"]: language for language in self.client.languages()}
        self.assertEqual(languages["en"]["targets"], ["fr"])
        self.assertEqual(languages["fr"]["name"], "French")

    def test_refusals(self):
        status, error = self.refusal(lambda: self.client.translate("A dog", "en", "zz"))
        self.assertEqual(status, 400)
        self.assertTrue(error.startswith("zz is not supported"), error)
        status, error = self.refusal(lambda: self.client.translate("", "en", "fr"))
        self.assertEqual((status, error), (400, "Invalid request: missing q parameter"))
        self.assertEqual(
            self.refusal(lambda: self.client.detect("")), (400, "Invalid request: missing q parameter"))

    def test_keys(self):
        with_key = LibreTranslateAPI(KEYED + "/", api_key=KEY)
        self.assertEqual(with_key.translate("A dog runs.", "en", "fr"), "Un chien court.")
        self.assertEqual(len(with_key.languages()), 2)
        wrong = LibreTranslateAPI(KEYED, api_key="nonsense")
        self.assertEqual(self.refusal(lambda: wrong.translate("A dog", "en", "fr")), (403, "Invalid API key"))
