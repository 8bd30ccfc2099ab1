import Foundation
import LikenessCore

/// A face of the gallery that matches a probe.
public struct Match: Sendable {
  /// The rank, 1 for the nearest.
  public var rank: Int
  /// The name that the user gave to the face's person, else the one that the face was added by, else the one that its
  /// person is called by for other faces; nil where there is none.
  public var name: String?
  /// The id of the face's person; nil while it has none.
  public var person: PersonID?
  /// The distance in the metric that was asked for.
  public var distance: Float
  /// The probability, from 0 to 1, that both are one person, given how many faces the gallery has and how similar its
  /// impostors are: above one half exactly where `Recognition` considers the nearest match known.
  public var probability: Float
  /// The distance in the metric that decides, which is that of the model's verification.
  public var decisiveDistance: Float
  /// The path of the photo.
  public var photo: String
  /// The photo's id in the gallery.
  public var photoID: PhotoID
  /// The photo's title for users.
  public var title: String
  /// The face's id in the gallery.
  public var face: FaceID
  /// Its place among the faces of its photo, 0 for the most prominent.
  public var ordinal: Int
  /// The face's labels: values by key.
  public var labels: [String: String] = [:]
  /// Whether it is likely not a face; such faces are no answers unless the question includes them.
  public var isDoubtful = false

  /// The name, or the photo and the face's place in it.
  public var label: String {
    name ?? "\(title) #\(ordinal + 1)"
  }
}

/// How answers are grouped.
public enum Grouping: String, Sendable, CaseIterable {
  /// Each name once, by its nearest photo; faces without a name individually.
  case name
  /// Every face of every photo individually.
  case photo
}

/// How the gallery is searched.
public struct Question: Sendable {
  /// The maximum number of answers.
  public var count = 10
  /// The metric that ranks the answers.
  public var metric = Metric.l2
  /// What counts as one answer: a name, or a face of a photo.
  public var grouping = Grouping.name
  /// Which faces may answer.
  public var filter = FaceFilter()

  /// A question for up to `count` answers.
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
