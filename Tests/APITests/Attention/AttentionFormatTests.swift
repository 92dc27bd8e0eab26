import API
import Foundation
import Models
import Testing
import Translation

struct AttentionFormatTests {
  private static let path = "/attention?q=a+b&source=en&target=fr&format="

  @Test(arguments: [
    ("json", "application/json"), ("bertviz", "application/json"), ("npz", "application/zip"),
    ("html", "text/html; charset=utf-8"),
  ])
  func contentTypes(_ format: String, _ type: String) throws {
    let response = try Caller().get(Self.path + format)
    #expect(response.status == 200)
    #expect(response.headers["Content-Type"] == type)
  }

  /// The parameters of both views, in the shapes that BertViz 1.4 makes of a model's attention.
  @Test func bertVizFormatHasItsParameters() throws {
    let expected =
      #"{"attention":[{"name":"Cross","attn":[[[[0.5,0.25,0.25],[1.0,0,0]],"#
      + #"[[0.3333333,0.3333333,0.3333334],[0.0000001,0.9999999,0]]]],"#
      + #""left_text":["<pad>","c"],"right_text":["a","b","</s>"]}],"default_filter":"0","root_div_id":"bertviz","#
      + #""display_mode":"dark","layer":null,"heads":null,"include_layers":[0],"include_heads":[0,1],"#
      + #""total_heads":2,"encoder_tokens":["a","b","</s>"],"decoder_tokens":["<pad>","c"]}"#
    #expect(try Caller().get(Self.path + "bertviz").text == expected)
  }

  @Test func pooledHeadsAreOneToBertViz() throws {
    var answer = StandInService.attention
    answer.sourceTokens = ["▁a", "▁b"]
    answer.weights = [
      .encoder: AttentionWeights(layers: [2], heads: [], shape: [1, 1, 2, 2], values: [1, 0, 0.5, 0.5])
    ]
    let bytes = AttentionFormat.bertviz.bytes(answer, kinds: [])
    let view = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    #expect(view["include_layers"] as? [Int] == [2])
    #expect(view["include_heads"] as? [Int] == [0])
    #expect(view["total_heads"] as? Int == 1)
    let parts = try #require(view["attention"] as? [[String: Any]])
    #expect(parts.map { $0["name"] as? String } == ["Encoder"])
    #expect(parts.map { $0["left_text"] as? [String] } == [[" a", " b"]])
  }

  /// Its views would look for the encoder's further layers in the decoder.
  @Test func kindsShareTheirLayersInBertViz() throws {
    var answer = StandInService.attention
    answer.weights = [
      .encoder: AttentionWeights(layers: [0, 1, 2], heads: [0, 1], shape: [3, 2, 1, 1], values: [1, 2, 3, 4, 5, 6]),
      .decoder: AttentionWeights(layers: [2, 1], heads: [1], shape: [2, 1, 1, 1], values: [7, 8]),
    ]
    let bytes = AttentionFormat.bertviz.bytes(answer, kinds: [.encoder, .decoder])
    let view = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    #expect(view["include_layers"] as? [Int] == [1, 2])
    #expect(view["include_heads"] as? [Int] == [1])
    let parts = try #require(view["attention"] as? [[String: Any]])
    #expect(parts.map { $0["attn"] as? [[[[Double]]]] } == [[[[[4]]], [[[6]]]], [[[[8]]], [[[7]]]]])
  }
}
