import Foundation

/// Round numbers that enclose a range, few enough to be written beside an axis.
enum RoundTicks {
  private static let most = 9

  /// Steps of 1, 2 or 5 times a power of ten.
  static func linear(from least: Double, to greatest: Double) -> [Double] {
    let span = greatest > least ? greatest - least : 1
    let power = pow(10, floor(log10(span)) - 1)
    let step = power * ([1, 2, 5, 10, 20].first { span / (power * $0) <= Double(most - 2) } ?? 20)
    let first = floor(least / step)
    let last = ceil((least + span) / step)
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  /// Powers of ten, every so many; also 2 and 5 times them where the range is short.
  static func logarithmic(from least: Double, to greatest: Double) -> [Double] {
    let first = Int(floor(log10(least) + 1e-9))
    let last = max(Int(ceil(log10(greatest) - 1e-9)), first + 1)
    if last - first <= 2 { return between(least, greatest, first, last) }
    let step = [1, 2, 5, 10, 20, 50].first { (last - first) / $0 < most - 1 } ?? 100
    let lower = Int((Double(first) / Double(step)).rounded(.down)) * step
    return stride(from: lower, to: last + step, by: step).map { pow(10, Double($0)) }
  }

  private static func between(_ least: Double, _ greatest: Double, _ first: Int, _ last: Int) -> [Double] {
    let all = (first...last).flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
    let lower = all.last { $0 <= least * (1 + 1e-9) } ?? all[0]
    let upper = all.first { $0 >= greatest * (1 - 1e-9) && $0 > lower } ?? all[all.count - 1]
    return all.filter { $0 >= lower && $0 <= upper }
  }
}

/// What is written beside a tick.
enum TickLabel {
  private static let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")

  /// As a power of ten, with a digit before it where it is another number.
  static func power(_ value: Double) -> String {
    let power = Int(floor(log10(value) + 1e-9))
    let digits = String(abs(power)).compactMap(\.wholeNumberValue).map { raised[$0] }
    let factor = (value / pow(10, Double(power))).rounded()
    return (factor == 1 ? "" : "\(Int(factor))·") + "10" + (power < 0 ? "⁻" : "") + String(digits)
  }

  static func plain(_ value: Double) -> String {
    let rounded = (value * 1e6).rounded() / 1e6
    guard rounded == rounded.rounded() else { return "\(rounded)" }
    let digits = Array(String(Int(abs(rounded))))
    let grouped = digits.indices.map { index in
      (index > 0 && (digits.count - index) % 3 == 0 ? "," : "") + String(digits[index])
    }
    return (rounded < 0 ? "−" : "") + grouped.joined()
  }
}
