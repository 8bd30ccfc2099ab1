import Foundation
import Vectors

/// What stands beside a model: where it comes from, what may be done with it, how to feed it.
public struct ModelManifest: Codable, Sendable, Equatable {
  public enum Kind: String, Codable, Sendable {
    case embedding, detector, landmarks
  }

  public struct File: Codable, Sendable, Equatable {
    /// The name in the model's folder.
    public var name: String
    /// Lower-case hexadecimal SHA-256 of its bytes.
    public var sha256: String
  }

  public struct Input: Codable, Sendable, Equatable {
    /// Width and height in pixels; 0 where any will do.
    public var width: Int
    public var height: Int
    public var colorOrder: String
    /// A pixel p from 0 to 255 becomes `(p − mean) · scale`, a mean a channel.
    public var mean: [Float]
    public var scale: Float
    /// Whether the model file does that by itself.
    public var isNormalizedInside: Bool
  }

  public struct Output: Codable, Sendable, Equatable {
    /// The length of an embedding; nil for other kinds.
    public var dimensions: Int?
    /// The metric that the model was trained for.
    public var metric: Metric?
  }

  public var name: String
  public var kind: Kind
  public var files: [File]
  public var source: String
  public var licence: String
  public var input: Input
  public var output: Output
  /// When two embeddings are one person; nil for other kinds.
  public var verification: Verification?
  /// What an MMOD network was trained to find.
  var detectorWindow: DetectorWindow?
}
