"""deep-translator, as it is published, against a running server."""

import os
import unittest

try:
    import deep_translator
    from deep_translator import base
except ImportError as missing:
    raise unittest.SkipTest(f"deep-translator is not installed: {missing}")

KEYED = os.environ["DRAGOMAN_KEYED_URL"]
KEY = os.environ["DRAGOMAN_KEY"]


class WithDeepTranslator(unittest.TestCase):
    def test_libretranslate(self):
        client = deep_translator.LibreTranslator(source="en", target="fr", api_key=KEY, custom_url=KEYED + "/")
        self.assertEqual(client.translate("A dog runs."), "Un chien court.")
        self.assertEqual(client.translate_batch(["A dog runs."]), ["Un chien court."])

    def test_deepl(self):
        """Its address of DeepL is fixed, so the test sets it on the client."""
        client = deep_translator.DeeplTranslator(source="en", target="fr", api_key=KEY)
        client._base_url = KEYED + "/v2/"
        self.assertEqual(client.translate("A dog runs."), "Un chien court.")
        wrong = deep_translator.DeeplTranslator(source="en", target="fr", api_key="a-wrong-key")
        wrong._base_url = KEYED + "/v2/"
        with self.assertRaises(deep_translator.exceptions.AuthorizationException):
            wrong.translate("A dog runs.")

    def test_azure(self):
        """Its address of Azure is fixed, and it asks that for languages, so the test sets both on the client."""
        client = object.__new__(deep_translator.MicrosoftTranslator)
        client.api_key, client.proxies = KEY, None
        client.headers = {"Ocp-Apim-Subscription-Key": KEY, "Content-type": "application/json"}
        base.BaseTranslator.__init__(
            client, base_url=KEYED + "/translate?api-version=3.0", source="en", target="fr",
            languages={"english": "en", "french": "fr"})
        self.assertEqual(client.translate("A dog runs."), "Un chien court.")
