"""Google's own client for version 2, as it is published, against a running server."""

import os
import unittest

try:
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import translate_v2
except ImportError as missing:
    raise unittest.SkipTest(f"google-cloud-translate is not installed: {missing}")

OPEN = os.environ["DRAGOMAN_URL"]


class WithGoogle(unittest.TestCase):
    def setUp(self):
        self.client = translate_v2.Client(
            credentials=AnonymousCredentials(), client_options={"api_endpoint": OPEN})

    def test_a_text(self):
        answer = self.client.translate("A dog runs.", target_language="fr", format_="text")
        self.assertEqual(answer["translatedText"], "Un chien court.")
        self.assertEqual(answer["detectedSourceLanguage"], "en")

    def test_texts_of_a_named_language(self):
        answers = self.client.translate(
            ["A dog runs.", "Two men are talking."], target_language="fr", source_language="en")
        self.assertEqual([answer["translatedText"] for answer in answers], ["Un chien court.", "Deux hommes parlent."])

    def test_languages(self):
        self.assertEqual(
            self.client.get_languages(),
            [{"language": "en", "name": "English"}, {"language": "fr", "name": "French"}])

    def test_detection(self):
        found = self.client.detect_language("Der Hund läuft durch den tiefen Schnee.")
        self.assertEqual(found["language"], "de")

    def test_a_refusal(self):
        with self.assertRaisesRegex(Exception, "400.*zz is not supported"):
            self.client.translate("A dog runs.", target_language="zz")
