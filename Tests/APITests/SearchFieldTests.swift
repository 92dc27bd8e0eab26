import HTTP
import Testing
import Translation

struct SearchFieldTests {
  private func controls(_ fields: String, q: String = #""a""#) -> SearchControls? {
    let service = StandInService()
    _ = Caller(service).post("/translate", #"{"q":\#(q),"source":"en","target":"fr"\#(fields)}"#)
    return service.translations.first?.controls
  }

  @Test func fieldsReachTheService() {
    var expected = SearchControls()
    #expect(controls("") == expected)
    expected.prefixes = ["Un"]
    expected.suppressed = ["chien", "chat noir"]
    expected.repetitionPenalty = 1.5
    expected.noRepeatNgramSize = 3
    expected.sampling = Sampling(topK: 5, temperature: 0.5, seed: 9)
    let fields =
      #","prefix":"Un","suppress":["chien","chat noir"],"repetition_penalty":1.5,"no_repeat_ngram_size":3"#
      + #","sampling_topk":5,"temperature":0.5,"seed":9"#
    #expect(controls(fields) == expected)
  }

  @Test func fieldsOfAFormAreRead() {
    let service = StandInService()
    let form = "q=a&source=en&target=fr&repetition_penalty=2&temperature=0.7&suppress=un&suppress=deux&prefix="
    let response = Caller(service).post("/translate", form, type: "application/x-www-form-urlencoded")
    #expect(response.status == 200)
    #expect(service.translations.map(\.controls.repetitionPenalty) == [2])
    #expect(service.translations.map(\.controls.suppressed) == [["un", "deux"]])
    let unseeded = Sampling(topK: 10, temperature: 0.7, seed: 0, isSeeded: false)
    #expect(service.translations.map(\.controls.sampling) == [unseeded])
    #expect(service.translations.map(\.controls.prefixes) == [[]])
  }

  @Test func eachTextHasItsPrefix() {
    #expect(controls(#","prefix":["x","y"]"#, q: #"["a","b"]"#)?.prefixes == ["x", "y"])
  }

  @Test func likeliestTokenIsNoChance() {
    #expect(controls(#","sampling_topk":1,"seed":4"#)?.sampling == nil)
  }

  @Test(arguments: [
    (#""prefix":["x","y"]"#, "prefix: expected one for each text of q (1), found 2"),
    (#""repetition_penalty":0.5"#, "repetition_penalty: expected a number from 1.0 to 100.0, found 0.5"),
    (#""repetition_penalty":"2""#, "repetition_penalty: expected a number"),
    (#""no_repeat_ngram_size":-1"#, "no_repeat_ngram_size: expected a whole number from 0 to 64, found -1"),
    (#""sampling_topk":0"#, "sampling_topk: expected a whole number from 1 to 256, found 0"),
    (#""temperature":0"#, "temperature: expected a number from 0.01 to 100.0, found 0"),
    (#""seed":-1"#, "seed: expected a whole number"),
    (#""suppress":[1]"#, "suppress[0]: expected a string, found a number"),
  ])
  func wrongValuesAreRefused(_ field: String, _ message: String) {
    let response = Caller().post("/translate", #"{"q":"a","source":"en","target":"fr",\#(field)}"#)
    #expect(response.status == 400)
    #expect(response.error?.contains(message) == true)
  }
}
