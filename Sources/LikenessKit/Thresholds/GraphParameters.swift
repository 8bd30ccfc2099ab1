import Foundation
import GalleryCore

/// What the links of a gallery depend on, beside its faces; kept as JSON with them.
struct GraphParameters: Codable, Equatable {
  /// The expected number of false links of a face.
  var falseLinks: Double
  /// The rule that links instead of a threshold; nil for the threshold.
  var rule: DistanceRule?
  /// The model whose distances the rule is about.
  var model: EmbeddingModel?
  /// How many faces there were when all were searched, and how many came or went since.
  var built: Int
  var changed: Int

  init(
    falseLinks: Double, rule: DistanceRule? = nil, model: EmbeddingModel? = nil, built: Int,
    changed: Int = 0
  ) {
    (self.falseLinks, self.rule, self.model) = (falseLinks, rule, model)
    (self.built, self.changed) = (built, changed)
  }

  /// Nil where there are no links, or those of a version that kept something else.
  init?(of state: LinkState?) {
    guard let text = state?.parameters,
      let known = try? JSONDecoder().decode(GraphParameters.self, from: Data(text.utf8))
    else { return nil }
    self = known
  }

  func text() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
}
