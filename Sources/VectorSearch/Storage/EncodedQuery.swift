import CKernels
import LikenessCore

/// A query in the form of the codes that it is compared with.
struct EncodedQuery {
  let code: [Int8]
  /// The size of one step of the code.
  let scale: Float
  /// The squared length of the code.
  let norm: Float
  /// What the code leaves out; infinite for a query that cannot be encoded.
  let error: Float

  init(_ query: UnsafeBufferPointer<Float>, in store: VectorStore) {
    var scale = ck_code_scale()
    var error = Float.infinity
    code = [Int8](unsafeUninitializedCapacity: store.codeSize) { code, initialized in
      error = store.encode(query, to: code.baseAddress!, &scale)
      initialized = store.codeSize
    }
    self.scale = scale.scale
    norm = scale.norm
    self.error = error
  }

  func withCode<Result>(_ body: (ck_code_query) -> Result) -> Result {
    code.withUnsafeBufferPointer {
      body(ck_code_query(code: $0.baseAddress, factor: 2 * scale))
    }
  }

  /// The largest key that a vector can have whose distance is at most `distance`.
  ///
  /// With codes x̂ and q̂ that leave out at most e and f, |x̂ − q̂| ≤ |x − q| + e + f by the triangle
  /// inequality; the key is |x̂ − q̂|² − |q̂|². The rest allows for the rounding of 32-bit floats: a sum of d
  /// terms is wrong by at most d units in its last place, whatever the order (Higham, "Accuracy and
  /// Stability of Numerical Algorithms", 2002, section 4.2); and for squares too small for a float.
  func largestKey(within distance: Float, error rowError: Float, in store: VectorStore) -> Float {
    guard distance.isFinite, error.isFinite else { return .infinity }
    let rounding = Double(store.dimensions + 16) * 0x1p-23
    // A cosine distance is computed from 1 downwards, so its rounding does not shrink with it.
    let euclidean =
      store.metric == .cosine
      ? (2 * (Double(distance) + 2 * rounding)).squareRoot()
      : Double(distance) * (1 + rounding) + 1e-18
    let reach = euclidean + Double(error) + Double(rowError)
    // Keys are computed from whole sums of bytes: a few roundings each.
    let length = Double(norm).squareRoot() + Double(store.largestNorm)
    return Float(reach * reach * (1 + 1e-6) - Double(norm) + 1e-6 * length * length).nextUp
  }
}
