import API
import Models
import Testing
import Translation

struct AttentionTests {
  private static let fields = "q=a+b&source=en&target=fr"

  @Test func answerHasAllMembers() throws {
    let expected =
      #"{"model":"en-fr","architecture":"transformer","source":"en","target":"fr","sentences":1,"clauses":1,"#
      + #""sourceTokens":["a","b","</s>"],"targetTokens":["c","</s>"],"decoderTokens":["<pad>","c"],"#
      + #""attention":{"cross":{"layers":[0],"heads":[0,1],"shape":[1,2,2,3],"weights":"#
      + "[[[[0.5,0.25,0.25],[1.0,0,0]],[[0.3333333,0.3333333,0.3333334],[0.0000001,0.9999999,0]]]]}}}"
    #expect(try Caller().get("/attention?" + Self.fields).text == expected)
    let body = #"{"q":"a b","source":"en","target":"fr","kind":["cross"],"layers":[0],"sentence":0}"#
    #expect(Caller().post("/attention", body).text == expected)
  }

  @Test func selections() throws {
    let service = StandInService()
    let caller = Caller(service)
    _ = try caller.get("/attention?" + Self.fields)
    _ = try caller.get(
      "/attention?" + Self.fields + "&kind=encoder,cross&layers=0,5&heads=mean&sentence=2&translation=c")
    _ = try caller.get("/attention?" + Self.fields + "&layers=all&heads=3,%201")
    _ = try caller.get("/attention?" + Self.fields + "&kind=all")
    let asked = service.attentions
    #expect(asked.map(\.kinds) == [[.cross], [.encoder, .cross], [.cross], []])
    #expect(asked.map(\.layers) == [nil, [0, 5], nil, nil])
    #expect(asked.map(\.heads) == [.all, .mean, .indices([3, 1]), .all])
    #expect(asked.map(\.sentence) == [0, 2, 0, 0])
    #expect(asked.map(\.translation) == [nil, "c", nil, nil])
    #expect(asked.map(\.text) == ["a b", "a b", "a b", "a b"])
  }

  private static let refused: [(query: String, message: String)] = [
    ("", "Invalid request: missing q parameter"),
    ("&kind=self", "kind: expected all or any of cross, encoder, decoder, found self"),
    ("&layers=first", "layers: expected all or indices from 0, found first"),
    ("&layers=-1", "layers: expected all or indices from 0, found -1"),
    (
      "&heads=99999999999999999999",
      "heads: expected all, mean, max or indices from 0, found 99999999999999999999"
    ),
    ("&sentence=x", "sentence: expected a whole number from 0 to 2147483647, found x"),
    ("&format=png", "png format is not supported; supported: json, bertviz, npz, html"),
  ]

  @Test(arguments: refused)
  func refusals(_ query: String, _ message: String) throws {
    let fields = query.isEmpty ? "source=en&target=fr" : Self.fields + query
    let response = try Caller().get("/attention?" + fields)
    #expect(response.status == 400)
    #expect(response.error == message)
  }
}
