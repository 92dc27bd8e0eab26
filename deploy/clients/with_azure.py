"""Microsoft's own client for Azure Translator 3.0, as it is published, against a running server."""

import os
import unittest

try:
    from azure.ai.translation.text import TextTranslationClient
    from azure.core.credentials import AzureKeyCredential
    from azure.core.exceptions import HttpResponseError
except ImportError as missing:
    raise unittest.SkipTest(f"azure-ai-translation-text is not installed: {missing}")


def client(url, key):
    return TextTranslationClient(endpoint=url, credential=AzureKeyCredential(key))


class WithAzure(unittest.TestCase):
    def setUp(self):
        self.client = client(os.environ["DRAGOMAN_KEYED_URL"], os.environ["DRAGOMAN_KEY"])

    def test_texts(self):
        answers = self.client.translate(body=["A dog runs.", "Two men are talking."], to_language=["fr"])
        self.assertEqual([answer.translations[0].text for answer in answers], ["Un chien court.", "Deux hommes parlent."])
        self.assertEqual(answers[0].detected_language.language, "en")
        self.assertGreater(answers[0].detected_language.score, 0)

    def test_alignment_and_lengths(self):
        (answer,) = self.client.translate(
            body=["A dog runs. Two men are talking."], to_language=["fr"], from_language="en",
            include_alignment=True, include_sentence_length=True)
        (translation,) = answer.translations
        self.assertEqual(translation.sent_len.src_sent_len, [12, 20])
        self.assertEqual(sum(translation.sent_len.trans_sent_len), len(translation.text))
        words = {}
        for pair in translation.alignment.proj.split():
            source, target = (slice(*map(int, half.split(":"))) for half in pair.split("-"))
            words[translation.text[target.start:target.stop + 1]] = "A dog runs. Two men are talking."[
                source.start:source.stop + 1]
        self.assertEqual(words["chien"], "dog")

    def test_markup(self):
        (answer,) = self.client.translate(body=["A <b>dog</b> runs."], to_language=["fr"], text_type="html")
        self.assertIn("<b>", answer.translations[0].text)

    def test_languages(self):
        languages = self.client.get_supported_languages()
        self.assertEqual(languages.translation["fr"].native_name, "français")
        self.assertEqual(languages.translation["fr"].dir, "ltr")

    def test_sentences(self):
        (answer,) = self.client.find_sentence_boundaries(body=["A dog runs. Two men are talking."], language="en")
        self.assertEqual(answer.sent_len, [12, 20])

    def test_refusals(self):
        with self.assertRaises(HttpResponseError) as caught:
            self.client.translate(body=["A dog runs."], to_language=["zz"])
        self.assertEqual(caught.exception.error.code, 400036)
        with self.assertRaises(HttpResponseError) as caught:
            client(os.environ["DRAGOMAN_KEYED_URL"], "a-wrong-key").translate(body=["A dog."], to_language=["fr"])
        self.assertEqual(caught.exception.status_code, 401)
