import Foundation
import LikenessCore

/// How views of a photo may differ, so that a network learns what stays the same.
public struct Augmentation: Sendable, Hashable, Codable {
  /// The part of the area that is seen, drawn evenly.
  public var cropArea: ClosedRange<Double>
  /// Width to height of that part, drawn evenly in logarithms. A face stays a face in narrow bounds.
  public var cropAspect: ClosedRange<Double>
  /// Turned by up to this many degrees to either side.
  public var rotation: Double
  /// Sheared along the rows by up to this many degrees to either side.
  public var shear = 0.0
  /// Shifted by up to this part of the side.
  public var translation: Double
  /// Enlarged by a factor.
  public var scale: ClosedRange<Double>
  /// Whether every other view is mirrored.
  public var mirrors: Bool
  /// Colours times a factor from 1 − this to 1 + this.
  public var brightness: Double
  /// Differences from the view's mean luma times a factor from 1 − this to 1 + this.
  public var contrast: Double
  /// Differences from a pixel's own luma times a factor from 1 − this to 1 + this.
  public var saturation: Double

  /// Every view shows the same.
  public static let none = Augmentation(
    cropArea: 1...1, cropAspect: 1...1, rotation: 0, translation: 0, scale: 1...1, mirrors: false,
    brightness: 0, contrast: 0, saturation: 0)

  public static let standard = Augmentation(
    cropArea: 0.75...1, cropAspect: 0.9...(1 / 0.9), rotation: 10, translation: 0.05,
    scale: 0.95...1.05, mirrors: true, brightness: 0.3, contrast: 0.5, saturation: 0.5)

  /// What torchvision's `RandomResizedCrop(scale=(0.75, 1))`, `ColorJitter(0.3, 0.5, 0.5)`,
  /// `RandomHorizontalFlip(0.5)` and `RandomAffine(0.5, shear=0.5)` do, as in `TrainingRecipe.mercari`.
  public static let mercari = Augmentation(
    cropArea: 0.75...1, cropAspect: 0.75...(4.0 / 3), rotation: 0.5, shear: 0.5, translation: 0,
    scale: 1...1, mirrors: true, brightness: 0.3, contrast: 0.5, saturation: 0.5)
}

/// One view: where each of its pixels is read, and how its colours change.
struct AugmentedView: Equatable {
  /// From a view's pixel (column, row) to the chip's, pixel i at coordinate i:
  /// `x = m0 c + m1 r + m2`, `y = m3 c + m4 r + m5`.
  var transform: [Double]
  var brightness: Double
  var contrast: Double
  var saturation: Double

  /// The whole of what the network is to see, as it is.
  static func plain(margin: Int) -> AugmentedView {
    AugmentedView(
      transform: [1, 0, Double(margin), 0, 1, Double(margin)], brightness: 1, contrast: 1,
      saturation: 1)
  }
}

extension Augmentation {
  /// Draws a view. However much or little varies, as many numbers are drawn.
  /// - Parameters:
  ///   - side: of the view in pixels.
  ///   - margin: pixels of the chip around what a plain view shows.
  func draw(side: Int, margin: Int, using random: inout SeededRandom) -> AugmentedView {
    func around(_ middle: Double, _ reach: Double, _ random: inout SeededRandom) -> Double {
      middle + reach * .random(in: -1...1, using: &random)
    }
    let area = Double.random(in: cropArea, using: &random)
    let aspect = exp(
      Double.random(in: log(cropAspect.lowerBound)...log(cropAspect.upperBound), using: &random))
    let width = min(1, (area * aspect).squareRoot())
    let height = min(1, (area / aspect).squareRoot())
    let left = around(0, (1 - width) / 2, &random)
    let top = around(0, (1 - height) / 2, &random)
    let angle = around(0, rotation, &random) * .pi / 180
    let lean = tan(around(0, shear, &random) * .pi / 180)
    let shiftX = around(0, translation, &random)
    let shiftY = around(0, translation, &random)
    let zoom = Double.random(in: scale, using: &random)
    let isMirrored = Bool.random(using: &random) && mirrors
    let brightness = around(1, self.brightness, &random)
    let contrast = around(1, self.contrast, &random)
    let saturation = around(1, self.saturation, &random)

    // From the view's middle, in sides: mirrored, cropped, then sheared, turned, enlarged and shifted.
    let (cosine, sine) = (cos(angle) / zoom, sin(angle) / zoom)
    let (leanedSine, leanedCosine) = (cosine * lean - sine, sine * lean + cosine)
    let (a, b) = (cosine * width * (isMirrored ? -1 : 1), leanedSine * height)
    let (c, d) = (sine * width * (isMirrored ? -1 : 1), leanedCosine * height)
    let x = cosine * left + leanedSine * top + shiftX
    let y = sine * left + leanedCosine * top + shiftY
    // A pixel's middle is half a pixel from its corner, in the view as in the chip.
    let (side, middle) = (Double(side), Double(side - 1) / 2)
    let origin = middle + Double(margin)
    return AugmentedView(
      transform: [
        a, b, origin + x * side - (a + b) * middle,
        c, d, origin + y * side - (c + d) * middle,
      ],
      brightness: brightness, contrast: contrast, saturation: saturation)
  }
}
