/// All that `bench architectures` measures, in turn.
struct ArchitectureBench {
  let isFull: Bool
  let threads: Int

  /// Names of the sections that there will be.
  static func sections(hasTest: Bool) -> [String] {
    [SpeedByLength.name] + (hasTest ? [ZooSpeed.name, QualityByLength.name] : []) + [Reach.name]
  }

  /// - Parameters:
  ///   - zoo: folder of models; needed where there is a test.
  ///   - test: see `ZooTest`; without one only encoders by themselves are measured.
  /// - Throws: `FileError` or `InputError`.
  func run(zoo: String, test: String?) throws -> [ReportSection] {
    let models = test == nil ? [] : try ZooModel.all(in: zoo)
    let text = try test.flatMap { prefix in try models.first.map { try ZooTest(prefix: prefix, pair: $0.pair) } }
    var sections = [SpeedByLength(repetition: passes, threads: threads).section]
    if let text {
      let measurements = try models.map { try ZooMeasurement($0, text, repetition: runs, withBeam: isFull) }
      sections.append(ZooSpeed(measurements: measurements, test: text, threads: threads).section)
      sections.append(QualityByLength(measurements: measurements, test: text).section)
    }
    sections.append(try Reach(directions: isFull ? 32 : 8, models: models, text: text?.sources ?? []).section)
    return sections
  }

  private var passes: Repetition { Repetition(seconds: isFull ? 30 : 5, most: isFull ? 101 : 21) }
  private var runs: Repetition { Repetition(seconds: isFull ? 8 : 2, most: isFull ? 15 : 5) }
}
