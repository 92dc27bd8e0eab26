"""DeepL's own Python client, as it is published, against a running server."""

import os
import pathlib
import tempfile
import unittest

try:
    import deepl
    from deepl.api_data import MultilingualGlossaryDictionaryEntries
except ImportError as missing:
    raise unittest.SkipTest(f"deepl is not installed: {missing}")

OPEN = os.environ["DRAGOMAN_URL"]
KEYED = os.environ["DRAGOMAN_KEYED_URL"]
KEY = os.environ["DRAGOMAN_KEY"]

# It repeats what was refused, half a minute long.
deepl.http_client.max_network_retries = 0


class WithDeepL(unittest.TestCase):
    def setUp(self):
        self.client = deepl.DeepLClient("any-key", server_url=OPEN)

    def translate(self, text, **options):
        options = {"source_lang": "EN", "target_lang": "FR"} | options
        return self.client.translate_text(text, **options)

    def refused(self, ask, kind=deepl.DeepLException):
        with self.assertRaises(kind) as caught:
            ask()
        return str(caught.exception)

    def test_a_text(self):
        result = self.translate("A dog runs in the snow.")
        self.assertEqual(result.text, "Un chien court dans la neige.")
        self.assertEqual(result.detected_source_lang, "EN")
        self.assertEqual(result.billed_characters, 23)
        self.assertIsNone(result.model_type_used)

    def test_the_language_is_found(self):
        results = self.translate(["A dog runs in the snow.", "Un chien court dans la neige."], source_lang=None)
        self.assertEqual([result.detected_source_lang for result in results], ["EN", "FR"])
        self.assertEqual([result.text for result in results], ["Un chien court dans la neige."] * 2)

    def test_texts(self):
        results = self.translate(["A dog runs.", "Two men are talking."])
        self.assertEqual([result.text for result in results], ["Un chien court.", "Deux hommes parlent."])

    def test_sentences(self):
        text = "A dog runs.\nTwo men are talking."
        for choice in deepl.SplitSentences:
            self.assertTrue(self.translate(text, split_sentences=choice).text.startswith("Un chien"), choice)
        self.assertEqual(
            self.translate(text, split_sentences="1").text, "Un chien court.\nDeux hommes parlent.")

    def test_options_that_change_nothing(self):
        plain = self.translate("A dog runs.").text
        for option in [
            {"preserve_formatting": True}, {"context": "About animals."}, {"formality": "prefer_more"},
            {"formality": deepl.Formality.DEFAULT},
        ]:
            self.assertEqual(self.translate("A dog runs.", **option).text, plain, option)

    def test_tags(self):
        for handling in ["html", "xml"]:
            text = self.translate("A <b>dog</b> runs.<br/>", tag_handling=handling).text
            self.assertEqual(text, "<b>Un chien</b> court.<br/>")
        ignored = self.translate("A dog runs. <x>A cat.</x>", tag_handling="xml", ignore_tags=["x"]).text
        self.assertIn("<x>A cat.</x>", ignored)
        apart = self.translate("A dog runs<p/>Two men", tag_handling="xml", splitting_tags="p").text
        self.assertIn("<p/>Deux hommes", apart)

    def test_model_types(self):
        for asked, used in [
            (deepl.ModelType.LATENCY_OPTIMIZED, "latency_optimized"),
            (deepl.ModelType.QUALITY_OPTIMIZED, "quality_optimized"),
            (deepl.ModelType.PREFER_QUALITY_OPTIMIZED, "quality_optimized"),
        ]:
            self.assertEqual(self.translate("A dog runs.", model_type=asked).model_type_used, used)

    def test_languages(self):
        self.assertEqual([language.code for language in self.client.get_source_languages()], ["EN"])
        (french,) = self.client.get_target_languages()
        self.assertEqual((french.code, french.name, french.supports_formality), ("FR", "French", False))

    def test_usage(self):
        client = deepl.DeepLClient(KEY, server_url=KEYED)
        before = client.get_usage()
        self.assertFalse(before.any_limit_reached)
        client.translate_text("A dog runs.", source_lang="EN", target_lang="FR")
        self.assertEqual(client.get_usage().character.count, before.character.count + 11)

    def test_what_there_is_none_of(self):
        formality = self.refused(lambda: self.translate("A dog", formality="less"))
        self.assertIn("'formality' is not supported for given 'target_lang'", formality)

    def test_a_document(self):
        with tempfile.TemporaryDirectory() as folder:
            source, target = pathlib.Path(folder, "dogs.txt"), pathlib.Path(folder, "chiens.txt")
            source.write_text("A dog runs.\n\nTwo men are talking.\n")
            status = self.client.translate_document_from_filepath(source, target, target_lang="FR")
            self.assertEqual(target.read_text(), "Un chien court.\n\nDeux hommes parlent.\n")
        self.assertTrue(status.done)
        self.assertEqual(status.billed_characters, 34)

    def test_a_document_that_is_refused(self):
        refused = self.refused(
            lambda: self.client.translate_document_upload(b"A dog", target_lang="FR", filename="a.exe"))
        self.assertIn("file format not supported", refused)

    def test_glossaries(self):
        languages = [(pair.source_lang, pair.target_lang) for pair in self.client.get_glossary_languages()]
        self.assertIn(("en", "fr"), languages)
        glossary = self.client.create_glossary("animals", "EN", "FR", {"dog": "animal", "snow": "sable"})
        self.assertEqual((glossary.name, glossary.entry_count, glossary.ready), ("animals", 2, True))
        self.assertIn(glossary.glossary_id, [other.glossary_id for other in self.client.list_glossaries()])
        self.assertEqual(self.client.get_glossary_entries(glossary), {"dog": "animal", "snow": "sable"})
        for result in [
            self.translate("A dog runs in the snow.", glossary=glossary),
            self.client.translate_text_with_glossary("A dog runs in the snow.", glossary),
        ]:
            self.assertIn("animal", result.text)
            self.assertIn("sable", result.text)
        with tempfile.TemporaryDirectory() as folder:
            source, target = pathlib.Path(folder, "dogs.txt"), pathlib.Path(folder, "animaux.txt")
            source.write_text("A dog runs.\n")
            self.client.translate_document_from_filepath(
                source, target, source_lang="EN", target_lang="FR", glossary=glossary)
            self.assertIn("animal", target.read_text())
        self.client.delete_glossary(glossary)
        with self.assertRaises(deepl.GlossaryNotFoundException):
            self.client.get_glossary(glossary.glossary_id)

    def test_multilingual_glossaries(self):
        entries = MultilingualGlossaryDictionaryEntries("EN", "FR", {"dog": "animal"})
        glossary = self.client.create_multilingual_glossary("animals", [entries])
        self.assertIn("animal", self.translate("A dog runs.", glossary=glossary).text)
        self.client.update_multilingual_glossary_dictionary(
            glossary, MultilingualGlossaryDictionaryEntries("EN", "FR", {"cat": "matou"}))
        found = self.client.get_multilingual_glossary_entries(glossary, "EN", "FR").dictionaries[0].entries
        self.assertEqual(deepl.convert_tsv_to_dict(found), {"dog": "animal", "cat": "matou"})
        self.client.update_multilingual_glossary_name(glossary, "beasts")
        self.assertEqual(self.client.get_multilingual_glossary(glossary.glossary_id).name, "beasts")
        self.client.replace_multilingual_glossary_dictionary(
            glossary, MultilingualGlossaryDictionaryEntries("EN", "FR", {"fox": "renard"}))
        listed = {other.glossary_id: other for other in self.client.list_multilingual_glossaries()}
        self.assertEqual(listed[glossary.glossary_id].dictionaries[0].entry_count, 1)
        self.client.delete_multilingual_glossary_dictionary(glossary, source_lang="EN", target_lang="FR")
        self.client.delete_multilingual_glossary(glossary)
        with self.assertRaises(deepl.GlossaryNotFoundException):
            self.client.get_multilingual_glossary(glossary.glossary_id)

    def test_glossaries_of_another_key(self):
        owner = deepl.DeepLClient(KEY, server_url=KEYED)
        other = deepl.DeepLClient(os.environ["DRAGOMAN_OTHER_KEY"], server_url=KEYED)
        glossary = owner.create_glossary("animals", "EN", "FR", {"dog": "animal"})
        self.assertEqual(other.list_glossaries(), [])
        with self.assertRaises(deepl.GlossaryNotFoundException):
            other.delete_glossary(glossary.glossary_id)
        owner.delete_glossary(glossary)

    def test_refusals(self):
        self.assertIn("zz is not supported", self.refused(lambda: self.translate("A dog", target_lang="ZZ")))
        wrong = deepl.DeepLClient("nonsense", server_url=KEYED)
        for ask in [wrong.get_usage, wrong.get_source_languages]:
            self.assertIn("Invalid API key", self.refused(ask, deepl.AuthorizationException))

    def test_too_many_requests(self):
        client = deepl.DeepLClient(os.environ["DRAGOMAN_LIMITED_KEY"], server_url=KEYED)
        client.get_usage()
        self.assertIn("Slowdown: 1 per 1 minute", self.refused(client.get_usage, deepl.TooManyRequestsException))
