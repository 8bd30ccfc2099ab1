import Faces
import Foundation

/// An ONNX detector that takes every cell of 32 pixels that is bright in one colour for a face, of just that cell.
public struct MadeDetector: Sendable {
  public enum Fault: Sendable, CaseIterable {
    case fewOutputs, shapes, beyondOne, seesGrey, blind, notANumber, oneSize
  }

  public var form: DetectorForm
  /// The channel of the input that counts, from 0.
  public var channel: Int
  /// Above this a cell is a face, in the input's own units.
  public var threshold: Float
  public var fault: Fault?
  /// Where the five points lie in the cell.
  public static let points: [Float] = [0.3, 0.35, 0.7, 0.35, 0.5, 0.55, 0.35, 0.75, 0.65, 0.75]

  public init(_ form: DetectorForm, channel: Int = 0, threshold: Float) {
    (self.form, self.channel, self.threshold) = (form, channel, threshold)
  }

  /// The file.
  public func onnx() -> Data {
    var graph = ONNXGraph(name: "made")
    let sides: [ONNXGraph.Dimension] =
      fault == .oneSize ? [.fixed(640), .fixed(640)] : [.named("h"), .named("w")]
    let picture = graph.input("input", .float32, [.fixed(1), .fixed(3)] + sides)
    var outputs: [(kind: Int, name: String, numbers: Int)] = []
    for (level, stride) in [8, 16, 32].enumerated() {
      var score = brightness(of: picture, stride: stride, in: &graph)
      // Finer levels see nothing.
      let factor: Float = fault == .blind || stride < 32 ? 0 : form == .yunet ? 0.3 : 40
      let limit = fault == .seesGrey ? -1 : threshold
      score = graph.node("Sub", [score, graph.constant([limit], shape: [1])])
      score = graph.node("Mul", [score, graph.constant([factor], shape: [1])])
      let least: Float = fault == .blind || stride < 32 ? -20 : 0
      score = graph.node("Add", [score, graph.constant([least], shape: [1])])
      if fault != .beyondOne { score = graph.node("Sigmoid", [score]) }
      if fault == .notANumber, level == 2 {
        score = graph.node("Sqrt", [graph.node("Sub", [score, graph.constant([2], shape: [1])])])
      }
      let rows = self.rows(score, stride: stride, in: &graph)
      func add(_ kind: Int, _ name: String, _ values: [Float]?) {
        let numbers = values?.count ?? 1
        var value = rows
        if let values {
          let nothing = graph.constant([Float](repeating: 0, count: numbers), shape: [1, numbers])
          value = graph.node("Mul", [rows, nothing])
          value = graph.node("Add", [value, graph.constant(values, shape: [1, numbers])])
        }
        if form == .yunet {
          value = graph.node("Unsqueeze", [value, graph.constant([0])])
        }
        outputs.append(
          (kind, graph.node("Identity", [value], output: "\(name)_\(stride)"), numbers))
      }
      let points = fault == .shapes ? Array(Self.points.dropLast(2)) : Self.points
      if form == .yunet {
        add(0, "cls", nil)
        add(1, "obj", nil)
        // The middle of the cell, and the logarithm of its width.
        add(2, "bbox", [0.5, 0.5, 0, 0])
        add(3, "kps", points)
      } else {
        add(0, "score", nil)
        // From the cell's corner to the four sides.
        add(1, "bbox", [0, 0, 1, 1])
        add(2, "kps", points)
      }
    }
    // All scores first, as the published files have them.
    let sorted = [0, 1, 2, 3].flatMap { kind in outputs.filter { $0.kind == kind } }
    for output in fault == .fewOutputs ? Array(sorted.dropLast()) : sorted {
      graph.output(
        output.name, .float32,
        (form == .yunet ? [.fixed(1)] : []) + [
          .named("rows_\(output.name)"), .fixed(output.numbers),
        ])
    }
    return graph.serialized()
  }

  /// The mean of the channel in each cell, `(1, 1, rows, columns)`.
  private func brightness(of picture: String, stride: Int, in graph: inout ONNXGraph) -> String {
    let weights = (0..<3).flatMap { channel in
      [Float](
        repeating: channel == self.channel ? 1 / Float(stride * stride) : 0,
        count: stride * stride)
    }
    return graph.node(
      "Conv", [picture, graph.constant(weights, shape: [1, 3, stride, stride])],
      ["strides": .integers([stride, stride]), "kernel_shape": .integers([stride, stride])])
  }

  /// A score a row, the anchors of a cell beside each other; `(rows, 1)`.
  private func rows(_ score: String, stride: Int, in graph: inout ONNXGraph) -> String {
    var score = score
    if form == .scrfd {
      // The second anchor sees less.
      let second = graph.node("Mul", [score, graph.constant([0.5], shape: [1])])
      score = graph.node("Concat", [score, second], ["axis": .integer(1)])
    }
    score = graph.node("Transpose", [score], ["perm": .integers([0, 2, 3, 1])])
    let cells = 640 / stride * (640 / stride) * (form == .scrfd ? 2 : 1)
    return graph.node(
      "Reshape", [score, graph.constant(fault == .oneSize ? [cells, 1] : [-1, 1])])
  }
}
