/// What of a photo a network learns from.
public struct ChipOptions: Sendable, Hashable, Codable {
  public enum Cropping: String, Sendable, CaseIterable, Codable {
    /// The largest face, upright; photos without one are left out.
    case face
    /// The largest square in the middle.
    case centre
    /// Everything, made square.
    case whole
  }

  public var cropping = Cropping.face
  /// Width and height of what the network sees, in pixels.
  public var side = 128
  /// How much is seen around a face, as a part of its size.
  public var padding = 0.25
  /// Pixels that are kept around a face beyond what the network sees, so that turned and shifted views
  /// show the photo; other crops end where the photo does.
  public var margin = 16
  /// Chips are kept in memory up to this many bytes; others are cut out anew each time.
  public var memoryBudget = 1 << 30

  public init() {}
}
