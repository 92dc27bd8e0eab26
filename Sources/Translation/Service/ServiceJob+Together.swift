extension ServiceJob {
  /// A job that has its answer and needs no worker.
  static func finished(_ answer: Answer) -> ServiceJob {
    ServiceJob(units: []) { (_) throws(TranslationError) in .finished(answer) }
  }

  /// Several jobs as one: their units are under way at the same time. Where some go on, those that are finished wait.
  /// - Parameter join: makes one answer of theirs, which come in the order of the jobs.
  static func together<Part: Sendable>(
    _ jobs: [ServiceJob<Part>], join: @escaping @Sendable ([Part]) -> Answer
  ) -> ServiceJob {
    ServiceJob(units: jobs.flatMap(\.units)) { (answers) throws(TranslationError) in
      var rest = answers[...]
      var following: [ServiceJob<Part>] = []
      var finished: [Part] = []
      for job in jobs {
        let outcome = try job.next(Array(rest.prefix(job.units.count)))
        rest = rest.dropFirst(job.units.count)
        switch outcome {
        case .finished(let part):
          finished.append(part)
          following.append(.finished(part))
        case .goesOn(let next): following.append(next)
        }
      }
      return finished.count == jobs.count ? .finished(join(finished)) : .goesOn(together(following, join: join))
    }
  }
}
