import Composition
import LikenessCore

extension AttributeVectors {
  /// For how many of some cells, such as (KM, happy), "what KM looks like + what happy looks like" finds
  /// a photo of that very cell.
  ///
  /// As `likeness compose` does it: where attributes share a vector by the published recipe, where each has a part
  /// of its own by these.
  /// - Parameters:
  ///   - first: the attribute that stands for the person.
  ///   - second: the other one.
  ///   - cells: photos of the queried cells, one or more of each.
  ///   - known: the photos that values are learnt from.
  ///   - gallery: the photos that are searched.
  /// - Returns: nil where every queried cell has a value that is not known.
  public func algebra(
    _ first: Int = 0, _ second: Int = 1, cells: [Int], known: [Int], gallery: [Int]
  ) -> Double? {
    let key = "attribute"
    let photos = zip(classes[first], classes[second]).map {
      AlgebraCell(person: "\($0)", value: "\($1)")
    }
    let people = Set(known.map { photos[$0].person })
    let values = Set(known.map { photos[$0].value })
    let queried = Set(cells.map { photos[$0] }).filter {
      people.contains($0.person) && values.contains($0.value)
    }
    let vectors = photos.indices.map { photo in
      isParted
        ? FaceVector(
          identity: Embedding(part(first, of: photo)),
          attributes: [key: Embedding(part(second, of: photo))])
        : FaceVector(identity: Embedding(part(first, of: photo)))
    }
    var options = ComposeOptions()
    options.recipe = isParted ? .discriminant : .mercari
    let answers = try? AlgebraEvaluation.answers(
      to: queried.sorted(), photos: photos,
      seen: known, among: gallery, vectors, attribute: key, options)
    guard let answers, !answers.isEmpty else { return nil }
    return Double(answers.count { $0.asked == $0.found }) / Double(answers.count)
  }
}
