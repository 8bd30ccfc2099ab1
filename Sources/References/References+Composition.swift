import Foundation
import GalleryCore
import LikenessKit

extension References {
  /// The faces nearest to a composition, as `GalleryComposition.matches` has them. A photo that it names is looked at outside
  /// of the states that are read.
  /// - Parameter includingHidden: whether faces that the user hid are answers.
  /// - Throws: as `composition(_:in:)` and `GalleryComposition.matches`
  public func matches(
    of text: CompositionText, count: Int = 10, _ options: ComposeOptions = ComposeOptions(),
    includingHidden: Bool = false
  ) throws -> [ComposeMatch] {
    try likeness.gallery.whileOpen {
      let composer = try likeness.composition.composer(includingDoubtful: includesDoubtful)
      return try composer.matches(
        of: try composition(text, in: composer), count: count, options,
        includingHidden: includingHidden)
    }
  }

  /// The terms of a composition. A word without a key is a person by the label `person`, else a face: of a photo with
  /// several, the most prominent one.
  /// - Parameter composer: what the gallery's faces are labelled with.
  /// - Throws: `ComposeError`; `LikenessError.unknownFace`, `.unknownPhoto`, `.severalFaces`, `.noFace`, `.onlyDoubtful`;
  ///   `PhotoError`, `GalleryError`
  public func composition(_ text: CompositionText, in composer: Composer) throws -> ComposeQuery {
    ComposeQuery(
      text: text.text,
      terms: try text.terms.map { term in
        ComposeQuery.Term(
          weight: term.weight, operand: try operand(term.operand, composer.labels))
      })
  }

  private func operand(
    _ operand: CompositionText.Operand, _ labels: [String: Set<String>]
  ) throws -> ComposeQuery.Operand {
    switch operand {
    case .label(let key, let value):
      let isLabel = labels[key]?.contains(value) == true
      if !isLabel, let reference = RecordReference("\(key):\(value)") {
        return .faces(try faces(of: reference).map(\.id))
      }
      return try Self.label(key, value, labels)
    case .word(let text):
      let isPerson = labels[LabelSource.person]?.contains(text) == true
      lazy var similar = Result { try Self.label(LabelSource.person, text, labels) }
      return try value(
        of: text,
        Precedence(
          exactName: { isPerson ? .label(key: LabelSource.person, value: text) : nil },
          galleryFaces: { .faces([$0[0].id]) },
          file: { url in
            let found = try likeness.analyze(url, limits: limits)
              .faces(includingDoubtful: includesDoubtful, path: url.path)
            return .outsider(FaceVector(found.faces[0]))
          },
          similarName: {
            do {
              return try similar.get()
            } catch ComposeError.unknownKey, ComposeError.unknownValue {
              return nil
            }
          },
          unknownFile: PhotoError.noSuchFile(path: text),
          unknownName: {
            if case .failure(let error) = similar { return error }
            preconditionFailure("a name that is known is not unknown")
          }))
    }
  }

  /// A label as it is written in the gallery.
  /// - Throws: `ComposeError.unknownKey`, `.unknownValue`, `.ambiguousValue`
  private static func label(
    _ key: String, _ value: String, _ labels: [String: Set<String>]
  ) throws -> ComposeQuery.Operand {
    let keys = labels.keys.sorted()
    let lookup = NameLookup(key, among: keys)
    guard case .found(let known) = lookup, let values = labels[known]?.sorted() else {
      throw ComposeError.unknownKey(key, keys: keys, nearSpellings: lookup.nearSpellings)
    }
    switch NameLookup(value, among: values) {
    case .found(let found): return .label(key: known, value: found)
    case .ambiguous(let candidates):
      throw ComposeError.ambiguousValue(key: known, value: value, candidates: candidates)
    case .unknown(let near):
      throw ComposeError.unknownValue(key: known, value: value, values: values, nearSpellings: near)
    }
  }
}
