/// Lines over two axes: what a table says, to be looked at.
package struct Plot: Sendable {
  package struct Series: Sendable {
    package var name: String
    package var points: [(x: Double, y: Double)]
    /// What somebody else measured, say.
    package var isDashed: Bool

    package init(name: String, points: [(x: Double, y: Double)], isDashed: Bool = false) {
      self.name = name
      self.points = points
      self.isDashed = isDashed
    }
  }

  package var title: String
  package var x: Axis
  package var y: Axis
  package var series: [Series]

  package init(title: String, x: Axis, y: Axis, series: [Series]) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
  }

  /// The series without the points that its axes have no place for, as zero where the scale is logarithmic.
  var placeable: [Series] {
    series.map { series in
      var kept = series
      kept.points.removeAll { !x.scale.holds($0.x) || !y.scale.holds($0.y) }
      return kept
    }
  }
}
