/// Who is told how far the making of a large gallery's index is, for which a question waits.
public enum IndexProgress {
  /// Called in this task with how many faces are in the index, and how many there are. Indexes that are there, or are quickly
  /// made, are not reported.
  @TaskLocal public static var report: (@Sendable (Int, Int) -> Void)?

  /// The same for an index, which always reports.
  static func update(_ done: Int, of total: Int) { report?(done, total) }
}
