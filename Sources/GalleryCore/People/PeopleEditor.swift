import Foundation

/// Who edits people, for the history.
public enum PeopleEditor {
  /// Who makes the edits of this task, such as the name of the key that a request showed; nil for the user whose process this
  /// is.
  @TaskLocal public static var current: String?

  /// The name that an edit is kept with.
  static var name: String { current ?? NSUserName() }
}
