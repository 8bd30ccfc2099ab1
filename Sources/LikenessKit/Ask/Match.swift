import Foundation

/// A face in the gallery that answers a question.
public struct Match: Sendable {
  /// 1 for the nearest.
  public var rank: Int
  /// The name that the user gave to the face's person, else the one that the face was added by; nil where
  /// there is none.
  public var name: String?
  /// Whom the face was sorted to; nil while it has no person.
  public var person: Int64?
  /// The distance in the metric that was asked for.
  public var distance: Float
  /// The probability, from 0 to 1, that both are one person, given how many faces the gallery has and how alike they
  /// are: above one half exactly where `Recognition` takes the nearest for known.
  public var probability: Float
  /// The distance in the metric that decides, which is that of the model's verification.
  public var decisiveDistance: Float
  /// The path of the photo.
  public var photo: String
  /// The photo's id in the gallery.
  public var photoID: Int64
  /// What people know the photo by.
  public var title: String
  /// The face's id in the gallery.
  public var face: Int64
  /// Its place among the faces of its photo, 0 for the most prominent.
  public var ordinal: Int
  /// What was said about the face: values by key.
  public var labels: [String: String] = [:]
  /// Whether it is likely not a face; such are no answers unless they are asked for.
  public var isDoubtful = false

  /// The name, or the photo and the face's place in it.
  public var label: String {
    name ?? "\(title) #\(ordinal + 1)"
  }
}

/// How answers are grouped.
public enum Grouping: String, Sendable, CaseIterable {
  /// Each name once, by its nearest photo; faces without a name for themselves.
  case name
  /// Every face of every photo for itself.
  case photo
}

/// What is asked about a face.
public struct Question: Sendable {
  /// The most answers.
  public var count = 10
  /// What the answers are ranked by.
  public var metric = Metric.l2
  /// What counts as one answer: a name, or a face of a photo.
  public var grouping = Grouping.name
  /// Which faces may answer.
  public var filter = FaceFilter()

  /// A question for so many answers.
  public init(
    count: Int = 10, metric: Metric = .l2, grouping: Grouping = .name,
    filter: FaceFilter = FaceFilter()
  ) {
    self.count = count
    self.metric = metric
    self.grouping = grouping
    self.filter = filter
  }
}
