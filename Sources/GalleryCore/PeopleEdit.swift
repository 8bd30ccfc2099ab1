import Foundation
import LikenessCore

/// A user's edit to people, as it is listed.
public struct PeopleEdit: Sendable, Equatable, Identifiable {
  /// What the user said: a name, that several people are one, that some of a person's faces are another's,
  /// that a face is not a person's, that people or faces are to be hidden or shown again, which face stands for a
  /// person, that a face is one, or is a person's, as it was taken to be, or when a person was born and died.
  public enum Kind: String, Sendable, Codable {
    case name, merge, split, apart, hide, show, cover, confirm, dates
  }

  /// Rises from edit to edit.
  public let id: EditID
  /// When the edit was made.
  public let time: Date
  /// What kind of edit it is.
  public let kind: Kind
  /// Who made it: the name of the key that a request showed, else a user of the computer that ran the program; nil for edits
  /// of earlier versions.
  public let who: String?
  /// In words, in the past tense. Without names where the people were removed from the gallery since.
  public let text: String
  /// The faces that it moved to another person, hid or showed, as far as they still exist.
  public let faces: [FaceID]
  /// The ids of the people that it concerned, ascending.
  public let people: [PersonID]

  /// The time to the minute, in this computer's zone.
  public var timeText: String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "yyyy-MM-dd HH:mm"
    return formatter.string(from: time)
  }
}
