import ArgumentParser
import Foundation
import MetricLearning

/// How views of a photo differ, so that a network learns what stays the same.
struct AugmentationArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The part of a photo's area that a view shows. (default: 0.75-1)", valueName: "range"))
  var cropArea: NumberRange?
  @Option(
    help: ArgumentHelp(
      "Width to height of that part. (default: 0.9-1.11)", valueName: "range"))
  var cropAspect: NumberRange?
  @Option(
    help: ArgumentHelp(
      "Rotate by up to this many degrees either way. (default: 10)", valueName: "degrees"))
  var rotation: Double?
  @Option(
    help: ArgumentHelp(
      "Shear by up to this many degrees either way. (default: 0)", valueName: "degrees"))
  var shear: Double?
  @Option(
    help: ArgumentHelp(
      "Shift by up to this fraction of the side. (default: 0.05)", valueName: "part")
  )
  var shift: Double?
  @Option(
    help: ArgumentHelp("Scale by a factor in this range. (default: 0.95-1.05)", valueName: "range"))
  var zoom: NumberRange?
  @Flag(
    inversion: .prefixedNo, help: "Whether to mirror every other view. (default: --mirrored)")
  var mirrored: Bool?
  @Option(
    help: "Multiply colours by a factor from 1 - this to 1 + this. (default: 0.3)")
  var brightness: Double?
  @Option(help: "The same for contrast: differences from the view's mean. (default: 0.5)")
  var contrast: Double?
  @Option(help: "The same for saturation: differences from a pixel's grey. (default: 0.5)")
  var saturation: Double?

  func validate() throws {
    func check(_ name: String, _ value: Double?, _ range: ClosedRange<Double>) throws {
      if let value, !range.contains(value) {
        let (low, high) = (range.lowerBound, range.upperBound)
        throw ValidationError(
          "--\(name) must be from \(String(format: "%g to %g, not %g", low, high, value))")
      }
    }
    func check(_ name: String, _ value: NumberRange?, _ range: ClosedRange<Double>) throws {
      try check(name, value?.range.lowerBound, range)
      try check(name, value?.range.upperBound, range)
    }
    try check("crop-area", cropArea, 0.01...1)
    try check("crop-aspect", cropAspect, 0.1...10)
    try check("rotation", rotation, 0...180)
    try check("shear", shear, 0...45)
    try check("shift", shift, 0...1)
    try check("zoom", zoom, 0.1...10)
    try check("brightness", brightness, 0...1)
    try check("contrast", contrast, 0...1)
    try check("saturation", saturation, 0...1)
  }

  /// The options that were given.
  var given: [String] {
    let options: [(name: String, isGiven: Bool)] = [
      ("crop-area", cropArea != nil), ("crop-aspect", cropAspect != nil),
      ("rotation", rotation != nil), ("shear", shear != nil), ("shift", shift != nil),
      ("zoom", zoom != nil), ("mirrored", mirrored != nil), ("brightness", brightness != nil),
      ("contrast", contrast != nil), ("saturation", saturation != nil),
    ]
    return options.filter(\.isGiven).map(\.name)
  }

  func set(_ augmentation: inout Augmentation) {
    if let cropArea { augmentation.cropArea = cropArea.range }
    if let cropAspect { augmentation.cropAspect = cropAspect.range }
    if let rotation { augmentation.rotation = rotation }
    if let shear { augmentation.shear = shear }
    if let shift { augmentation.translation = shift }
    if let zoom { augmentation.scale = zoom.range }
    if let mirrored { augmentation.mirrors = mirrored }
    if let brightness { augmentation.brightness = brightness }
    if let contrast { augmentation.contrast = contrast }
    if let saturation { augmentation.saturation = saturation }
  }
}

/// Two numbers, such as 0.75-1; or one, for a range of nothing else.
struct NumberRange: ExpressibleByArgument {
  var range: ClosedRange<Double>

  init?(argument: String) {
    let numbers = argument.split(separator: "-", omittingEmptySubsequences: false).map {
      Double($0)
    }
    guard let first = numbers.first, let low = first, let last = numbers.last, let high = last,
      numbers.count <= 2, low.isFinite, high.isFinite, low <= high
    else { return nil }
    range = low...high
  }
}
