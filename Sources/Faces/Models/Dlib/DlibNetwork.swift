import Foundation

/// One layer of a dlib network, in the order in which data flows.
package enum DlibLayer: Sendable, Equatable {
  /// Weights `(filters, channels, rows, columns)`, then one bias a filter.
  case convolution(weights: DlibTensor, bias: [Float], stride: [Int], padding: [Int])
  /// `gamma · x + beta`, a channel each.
  case affine(gamma: [Float], beta: [Float])
  case relu
  case maxPool(size: [Int], stride: [Int], padding: [Int])
  /// A size of 0 × 0 pools everything.
  case averagePool(size: [Int], stride: [Int], padding: [Int])
  /// Weights `(inputs, outputs)`, no bias.
  case dense(weights: DlibTensor)
  /// Remembers its input under a number.
  case tag(Int)
  /// Gives what was remembered, instead of its input.
  case skip(to: Int)
  /// Adds what was remembered; the smaller of both is padded with zeros.
  case add(Int)
}

/// A dlib network: how an image is normalised, the layers, and what its loss layer knows.
package struct DlibNetwork: Sendable {
  /// Taken from each pixel before it is divided by 256: red, green, blue.
  package var meanColor: [Float]
  package var layers: [DlibLayer]
  /// What the loss layer of an MMOD detector knows; nil for an embedding.
  var detector: DlibDetectorOptions?
}

/// The options that an MMOD detector was trained with (dlib/dnn/loss.h, `mmod_options`).
struct DlibDetectorOptions: Sendable, Equatable {
  /// Width and height of the window that a score stands for, in pixels.
  var windows: [[Int]]
  /// Two boxes are one when their intersection over union is above this ...
  var overlapIoU: Double
  /// ... or when this much of either is covered by the other.
  var overlapCovered: Double
}

extension DlibNetwork {
  /// dlib's face recognition ResNet: 150 × 150 face chip to 128 numbers.
  package static func faceRecognitionResNet(_ data: Data) throws(ModelFileError) -> DlibNetwork {
    let plain: [Shape] = [
      .tag(1), .convolution, .affine, .relu, .convolution, .affine, .add(1), .relu,
    ]
    let down: [Shape] = [
      .tag(1), .convolution, .affine, .relu, .convolution, .affine, .tag(2), .skip(to: 1),
      .averagePool, .add(2), .relu,
    ]
    let stages: [[Shape]] = [
      [.convolution, .affine, .relu, .maxPool],
      plain, plain, plain,
      down, plain, plain, plain,
      down, plain, plain,
      down, plain, plain,
      down,
      [.averagePool, .dense],
    ]
    return try read(data, shapes: stages.flatMap { $0 }, loss: .metric)
  }

  /// dlib's MMOD face detector: an image of any size to a map of scores.
  static func mmodFaceDetector(_ data: Data) throws(ModelFileError) -> DlibNetwork {
    let step: [Shape] = [.convolution, .affine, .relu]
    return try read(
      data, shapes: Array(repeating: step, count: 6).flatMap { $0 } + [.convolution], loss: .mmod)
  }

  /// What stands at a place in the network, before its numbers are read.
  private enum Shape {
    case convolution, affine, relu, maxPool, averagePool, dense
    case tag(Int)
    case skip(to: Int)
    case add(Int)

    /// Tags and skips have a version and nothing else.
    var isBare: Bool {
      switch self {
      case .tag, .skip: true
      default: false
      }
    }
  }

  private enum Loss { case metric, mmod }

  /// dlib nests layers from the output inwards: first the version of each, then the input layer, then
  /// from the input outwards the numbers of each.
  private static func read(
    _ data: Data, shapes: [Shape], loss: Loss
  ) throws(ModelFileError) -> DlibNetwork {
    var reader = DlibReader(data)
    _ = try reader.expect(1, as: "a loss layer")
    let detector = try readLoss(loss, &reader)
    var versions: [Int] = []
    for (depth, shape) in shapes.reversed().enumerated() {
      let isFirst = depth == shapes.count - 1
      versions.append(
        shape.isBare
          ? try reader.expect(1, as: "a tag")
          : isFirst
            ? try reader.expect(2, 3, as: "the first layer")
            : try reader.expect(1, 2, as: "a layer"))
    }
    let meanColor = try readInput(&reader)
    var layers: [DlibLayer] = []
    for (index, shape) in shapes.enumerated() {
      layers.append(try readDetails(of: shape, &reader))
      guard !shape.isBare else { continue }
      for _ in 0..<3 { _ = try reader.boolean() }
      _ = try reader.tensor()  // gradient
      _ = try reader.tensor()  // cached output
      let version = versions[shapes.count - 1 - index]
      if index == 0 {
        _ = try reader.tensor()
        if version >= 3 { _ = try reader.integer() }
      } else if version == 2 {
        _ = try reader.tensor()
      }
    }
    guard reader.isAtEnd else {
      throw .malformed("what follows the network", offset: reader.offset)
    }
    return DlibNetwork(meanColor: meanColor, layers: layers, detector: detector)
  }

  private static func readLoss(
    _ loss: Loss, _ reader: inout DlibReader
  ) throws(ModelFileError) -> DlibDetectorOptions? {
    let name = try reader.string()
    switch (loss, name) {
    case (.metric, "loss_metric_"):
      return nil
    case (.metric, "loss_metric_2"):
      _ = try reader.float()
      _ = try reader.float()
      return nil
    case (.mmod, "loss_mmod_"):
      return try readDetectorOptions(&reader)
    default:
      throw .malformed("the loss layer '\(name)'", offset: reader.offset)
    }
  }

  private static func readDetectorOptions(
    _ reader: inout DlibReader
  ) throws(ModelFileError) -> DlibDetectorOptions {
    let version = try reader.expect(1, 2, 3, 4, as: "detector options")
    var windows: [[Int]] = []
    if version == 1 {
      windows.append([try reader.integer(), try reader.integer()])
    } else {
      for _ in 0..<(try reader.count()) {
        let windowVersion = try reader.expect(1, 2, as: "a detector window")
        windows.append([try reader.integer(), try reader.integer()])
        if windowVersion == 2 { _ = try reader.string() }
      }
    }
    for _ in 0..<3 { _ = try reader.float() }  // training losses and truth overlap
    let overlapIoU = try reader.float()
    let overlapCovered = try reader.float()
    for _ in 0..<2 { _ = try reader.float() }  // overlap with ignored regions
    if version >= 3 { _ = try reader.byte() }
    if version >= 4 {
      _ = try reader.boolean()
      _ = try reader.float()
    }
    return DlibDetectorOptions(
      windows: windows, overlapIoU: overlapIoU, overlapCovered: overlapCovered)
  }

  private static func readInput(_ reader: inout DlibReader) throws(ModelFileError) -> [Float] {
    let name = try reader.string()
    var color: [Float] = []
    for _ in 0..<3 { color.append(Float(try reader.float())) }
    switch name {
    case "input_rgb_image", "input_rgb_image_pyramid":
      break
    case "input_rgb_image_sized", "input_rgb_image_pyramid2":
      _ = try reader.integer()
      _ = try reader.integer()
    default:
      throw .malformed("the input layer '\(name)'", offset: reader.offset)
    }
    return color
  }

  private static func readDetails(
    of shape: Shape, _ reader: inout DlibReader
  ) throws(ModelFileError) -> DlibLayer {
    switch shape {
    case .tag(let number): return .tag(number)
    case .skip(let number): return .skip(to: number)
    default: break
    }
    let name = try reader.string()
    switch (shape, name) {
    case (.convolution, "con_4"), (.convolution, "con_5"), (.convolution, "con_6"):
      return try readConvolution(name, &reader)
    case (.affine, "affine_"), (.affine, "affine_2"):
      let values = try reader.tensor().values
      let channels = try reader.aliasTensor().reduce(1, *)
      _ = try reader.aliasTensor()
      _ = try reader.integer()
      if name == "affine_2" { _ = try reader.boolean() }
      guard values.count == 2 * channels else {
        throw .malformed("an affine layer of \(values.count) numbers", offset: reader.offset)
      }
      return .affine(gamma: Array(values[..<channels]), beta: Array(values[channels...]))
    case (.affine, "bn_con2"):
      return try readBatchNormalisation(&reader)
    case (.relu, "relu_"):
      return .relu
    case (.relu, "relu_2"):
      _ = try reader.boolean()
      return .relu
    case (.maxPool, "max_pool_2"), (.averagePool, "avg_pool_2"):
      var numbers: [Int] = []
      for _ in 0..<6 { numbers.append(try reader.integer()) }
      let (size, stride, padding) = (numbers[0...1], numbers[2...3], numbers[4...5])
      return name == "max_pool_2"
        ? .maxPool(size: Array(size), stride: Array(stride), padding: Array(padding))
        : .averagePool(size: Array(size), stride: Array(stride), padding: Array(padding))
    case (.dense, "fc_2"), (.dense, "fc_3"):
      let outputs = try reader.integer()
      let inputs = try reader.integer()
      let values = try reader.tensor().values
      _ = try reader.aliasTensor()
      _ = try reader.aliasTensor()
      _ = try reader.integer()
      for _ in 0..<4 { _ = try reader.float() }
      if name == "fc_3" { _ = try reader.boolean() }
      guard inputs > 0, outputs > 0, values.count.isMultiple(of: inputs),
        values.count / inputs == outputs
      else {
        throw .malformed("a dense layer with a bias", offset: reader.offset)
      }
      return .dense(weights: DlibTensor(shape: [inputs, outputs], values: values))
    case (.add(let number), "add_prev_"):
      return .add(number)
    default:
      throw .malformed("the layer '\(name)'", offset: reader.offset)
    }
  }

  /// A batch normalisation, as the affine layer that it is once training has ended.
  private static func readBatchNormalisation(
    _ reader: inout DlibReader
  ) throws(ModelFileError) -> DlibLayer {
    let values = try reader.tensor().values
    let channels = try reader.aliasTensor().reduce(1, *)
    _ = try reader.aliasTensor()
    _ = try reader.tensor()  // means of the last batch
    _ = try reader.tensor()  // and its inverse deviations
    let means = try reader.tensor().values
    let variances = try reader.tensor().values
    for _ in 0..<2 { _ = try reader.integer() }
    for _ in 0..<4 { _ = try reader.float() }
    let epsilon = Float(try reader.float())
    guard values.count == 2 * channels, means.count == channels, variances.count == channels else {
      throw .malformed("a batch normalisation of \(values.count) numbers", offset: reader.offset)
    }
    let gamma = (0..<channels).map { values[$0] / (variances[$0] + epsilon).squareRoot() }
    let beta = (0..<channels).map { values[channels + $0] - means[$0] * gamma[$0] }
    return .affine(gamma: gamma, beta: beta)
  }

  private static func readConvolution(
    _ name: String, _ reader: inout DlibReader
  ) throws(ModelFileError) -> DlibLayer {
    let values = try reader.tensor().values
    var numbers: [Int] = []
    for _ in 0..<7 { numbers.append(try reader.integer()) }
    let weightShape = try reader.aliasTensor()
    let biasCount = try reader.aliasTensor().reduce(1, *)
    for _ in 0..<4 { _ = try reader.float() }
    if name != "con_4" { _ = try reader.boolean() }
    if name == "con_6" { _ = try reader.boolean() }
    let weightCount = weightShape.reduce(1, *)
    guard weightCount > 0, biasCount == numbers[0], values.count == weightCount + biasCount else {
      throw .malformed("a convolution of \(values.count) numbers", offset: reader.offset)
    }
    return .convolution(
      weights: DlibTensor(shape: weightShape, values: Array(values[..<weightCount])),
      bias: Array(values[weightCount...]), stride: Array(numbers[3...4]),
      padding: Array(numbers[5...6]))
  }
}
