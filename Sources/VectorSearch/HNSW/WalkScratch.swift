import CKernels
import LikenessCore

/// What one walk writes to; for one thread at a time.
final class WalkScratch {
  var marks = ck_graph_scratch()
  private(set) var pool: UnsafeMutablePointer<UInt64>
  private(set) var found: UnsafeMutablePointer<ck_graph_found>
  private var beam: Int

  init() {
    beam = 256
    pool = .allocate(capacity: beam + 1)
    found = .allocate(capacity: beam)
  }

  deinit {
    ck_graph_scratch_free(&marks)
    pool.deallocate()
    found.deallocate()
  }

  /// - Throws: `IndexError.outOfMemory`
  func reserve(nodes: Int, beam: Int) throws(IndexError) {
    guard ck_graph_scratch_reserve(&marks, nodes) != 0 else { throw .outOfMemory(bytes: nodes / 8) }
    guard beam > self.beam else { return }
    pool.deallocate()
    found.deallocate()
    self.beam = beam
    pool = .allocate(capacity: beam + 1)
    found = .allocate(capacity: beam)
  }
}

/// Scratch space for reuse by threads.
final class WalkScratchPool: Sendable {
  // A box goes to one thread at a time.
  private struct Box: @unchecked Sendable { let scratch: WalkScratch }
  private let idle = Guarded<[Box]>([])

  func withScratch<Result>(_ body: (WalkScratch) throws(IndexError) -> Result) throws(IndexError)
    -> Result
  {
    let box = idle.withLock { $0.popLast() } ?? Box(scratch: WalkScratch())
    defer { idle.withLock { $0.append(box) } }
    return try body(box.scratch)
  }
}
