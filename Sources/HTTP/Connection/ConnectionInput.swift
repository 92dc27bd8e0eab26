/// From bytes to started requests.
extension Connection {
  /// Further requests wait while enough is under way; a request that has begun to arrive is always finished.
  var isBlocked: Bool {
    guard arriving == nil, !slots.isEmpty || !output.isEmpty else { return false }
    return slots.count >= limits.pipelinedRequests || output.count >= limits.outputBytes
      || slots.reduce(0) { $0 + $1.bodyBytes + $1.waitingBytes } >= limits.pipelinedBytes
  }

  mutating func takeRequests(_ now: Moment) {
    while takesRequests, !isBlocked {
      guard let event = parser.next() else { return endInput(now) }
      switch event {
      case .head(let head):
        requestCount += 1
        arriving = ArrivingRequest(head: head)
        bodyTimer = newBodyTimer(now)
        continueIsOwed = head.expectsContinue && parser.bufferedBytes == 0
      case .body(let bytes):
        continueIsOwed = false
        arriving?.body += bytes
        bodyTimer?.moved(bytes.count, now: now)
      case .end: start()
      case .failure(let error): refuse(error, now: now)
      }
    }
  }

  /// Nothing more can be read; if the peer has ended its input, what has begun will never be whole.
  private mutating func endInput(_ now: Moment) {
    guard peerEnded else { return }
    if arriving != nil || parser.hasBegun {
      refuse(.badRequest("the input ended within the request"), now: now)
    }
    takesRequests = false
  }

  private mutating func start() {
    guard let arrived = arriving else { return }
    arriving = nil
    continueIsOwed = false
    if isDraining || !arrived.head.keepsAlive { takesRequests = false }
    slots.append(
      AnswerSlot(
        id: requestCount, minorVersion: arrived.head.minorVersion, isHead: arrived.head.method == "HEAD",
        bodyBytes: arrived.body.count, closes: !takesRequests))
    actions.append(.start(requestCount, arrived.request(peerAddress: peerAddress)))
  }

  /// Answers with an error in its turn, and reads no more: where a next request would begin is not known.
  mutating func refuse(_ error: RequestError, now: Moment) {
    if arriving == nil { requestCount += 1 }
    var slot = AnswerSlot(
      id: requestCount, minorVersion: 1, isHead: parser.isHead, bodyBytes: 0, closes: true)
    slot.respond(refusalBody(RefusedRequest(error, method: parser.method, headers: parser.headers)), now: now)
    slots.append(slot)
    arriving = nil
    continueIsOwed = false
    takesRequests = false
  }

  func newBodyTimer(_ now: Moment) -> ProgressTimer {
    ProgressTimer(patience: timeouts.body, minimumRate: timeouts.minimumRate, now: now)
  }
}
