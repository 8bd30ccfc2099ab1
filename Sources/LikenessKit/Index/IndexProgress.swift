/// Who is told how far the making of a large gallery's index is, for which a question waits.
public enum IndexProgress {
  /// Takes how many faces are in the index, and how many there are.
  public struct Listener: Sendable {
    fileprivate let update: @Sendable (Int, Int) -> Void

    /// - Parameter update: called with how many faces are in the index, and how many there are.
    public init(_ update: @escaping @Sendable (Int, Int) -> Void) { self.update = update }
  }

  /// Told in this task of indexes that are made. Those that are there, or are quickly made, are not reported.
  ///
  /// It is no function: in programs with Swift's libraries in them, the type of a task-local function is not found at run time.
  @TaskLocal public static var report: Listener?

  /// The same for an index, which always reports.
  static func update(_ done: Int, of total: Int) { report?.update(done, total) }
}
