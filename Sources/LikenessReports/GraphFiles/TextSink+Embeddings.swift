import LikenessCore
import LikenessKit

extension TextSink {
  mutating func write(_ numbers: [Float], separator: String) {
    for (position, number) in numbers.enumerated() {
      if position > 0 { write(separator) }
      write(number)
    }
  }
}

extension GraphDocument {
  /// The embedding of a row, `(d,)`; nil where there is none, or one that no format could tell.
  func finiteEmbedding(_ row: Int) -> [Float]? {
    guard let values = embeddings?[row].values, values.allSatisfy(\.isFinite) else { return nil }
    return values
  }
}
