import Foundation
import TestSupport

@testable import MetricLearning

enum SampleData {
  /// Photos that are nowhere, of so many people with the seven expressions, some takes of each.
  static func labels(people: Int, takes: Int) -> LabelledDataset {
    LabelledDataset(
      attributes: ["person", "expression"],
      items: CartoonFace.album(people: people, takes: takes).enumerated().map { number, face in
        LabelledPhoto(
          url: URL(fileURLWithPath: face.fileName(number: number)),
          attributes: ["person": face.person.name, "expression": face.expression.rawValue])
      })
  }

  /// Chips of cartoon faces, whole as they are drawn.
  static func chips(
    people: Int, takes: Int, side: Int, in folder: URL, budget: Int = .max
  ) throws -> ChipStore {
    try CartoonFace.write(
      CartoonFace.album(people: people, takes: takes), to: folder, side: side)
    var options = ChipOptions()
    options.cropping = .whole
    options.side = side
    options.memoryBudget = budget
    return try ChipStore.prepare(
      LabelledDataset.read(folder), options, jobs: 2,
      engine: { throw CocoaError(.featureUnsupported) })
  }
}
