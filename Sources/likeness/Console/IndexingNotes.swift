import Synchronization

/// Says that the index of a large gallery is being made, and how far it is: a question seems to hang otherwise.
final class IndexingNotes: Sendable {
  private let bar = Mutex<ProgressBar?>(nil)

  func update(_ done: Int, of total: Int) {
    bar.withLock { bar in
      if bar == nil {
        bar = ProgressBar(unit: "faces indexed", isQuiet: false)
        if !Console.isTerminal {
          Console.note("making the index of \(total) faces, once; it is kept")
        }
      }
      if done > 0 { bar?.update(done, of: total) }
      guard done == total else { return }
      bar?.finish()
      bar = nil
    }
  }
}
