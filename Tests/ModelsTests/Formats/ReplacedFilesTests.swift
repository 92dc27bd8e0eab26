import Checkpoint
import Decoding
import Foundation
import Models
import Support
import Testing

/// A loaded model holds all it needs: its files can be truncated, overwritten or removed while it serves.
@Suite struct ReplacedFilesTests {
  private func request(beam: Int, _ source: [Int32], end: Int32) -> DecodingRequest {
    var options = DecodingOptions()
    (options.beam, options.maxLength) = (beam, 12)
    return DecodingRequest(source: source + [end], options: options)
  }

  private func truncateFiles(in folder: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      truncate(folder + "/" + name, 0)
    }
  }

  private func tokens(_ model: any TranslationModel, beam: Int) -> [[Int32]] {
    let end = model.summary.endToken
    let requests = [[3, 4, 5], [7, 8, 9, 10, 11]].map { request(beam: beam, $0, end: end) }
    return SentenceDecoder(model: model).decode(requests).results.map { $0.hypotheses[0].tokens }
  }

  @Test(arguments: ["toy_ssru_int8.bin", "toy_ssru_f32.npz"], [1, 4])
  func marianModelsOutliveTheirFiles(file: String, beam: Int) throws {
    let fixture = try NativeFixture(
      model: (file, file.replacing("toy_ssru", with: "model")), shortlist: true, settings: NativeFixture.greedy)
    let expected = tokens(try ModelFormats.load(directory: fixture.directory), beam: beam)
    let model = try ModelFormats.load(directory: fixture.directory)
    try truncateFiles(in: fixture.directory)
    #expect(tokens(model, beam: beam) == expected)
  }

  @Test(arguments: ["marian-base", "marian-untied", "recurrent-gru", "convolutional-untied"], [1, 4])
  func publishedModelsOutliveTheirFiles(name: String, beam: Int) throws {
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: MarianFixture.root + "/" + name)
    let expected = tokens(try ModelFormats.load(directory: folder.path), beam: beam)
    let model = try ModelFormats.load(directory: folder.path)
    try truncateFiles(in: folder.path)
    #expect(tokens(model, beam: beam) == expected)
  }
}
