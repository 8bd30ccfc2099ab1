import CKernels
import Faces

/// Pictures as a network takes them, in one piece of memory that is used again and again. Whoever holds it
/// may write to it; the batches of a `BatchLoader` are held by one thread at a time.
public final class ImageBatch: @unchecked Sendable {
  /// Which photos these are, and how they are compared.
  public internal(set) var sample = SampledBatch(items: [])
  /// Width and height of each picture.
  public let side: Int
  private let pixels: UnsafeMutableBufferPointer<Float>

  /// - Parameter capacity: how many pictures there is room for.
  public init(capacity: Int, side: Int) {
    self.side = side
    pixels = .allocate(capacity: capacity * 3 * side * side)
    pixels.initialize(repeating: 0)
  }

  deinit { pixels.deallocate() }

  public var count: Int { sample.items.count }
  var capacity: Int { pixels.count / (3 * side * side) }

  /// The pictures, `(count, 3, side, side)`: red, green and blue planes, normalised.
  public func withPixels<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeBufferPointer(rebasing: pixels[..<(count * 3 * side * side)]))
  }

  /// Makes a picture of a view of a chip: one pass for the geometry, one for the colours.
  func write(
    _ view: AugmentedView, of chip: FaceChip, at place: Int, _ scaling: InputScaling
  ) {
    precondition(place < capacity, "no room for picture \(place)")
    let area = side * side
    let out = pixels.baseAddress! + place * 3 * area
    let luma = ck_warp_rgb8_planes(
      chip.pixels, chip.side, chip.side, chip.side * 3, view.transform, out, side, side)
    ck_color_planes(
      out, area, Float(view.brightness * view.contrast), Float(view.saturation),
      Float((1 - view.contrast) * view.brightness * luma), scaling.mean, scaling.scale)
  }
}
