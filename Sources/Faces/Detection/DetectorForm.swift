import LikenessCore

/// A form of outputs by which networks say where faces are: what scores, boxes and landmarks mean.
///
/// A new one is a file with the network that reads it and a type that conforms to this, and its line in
/// `DetectorForm.registered`. `likeness models add` recognises the form of a file by its outputs.
protocol DetectorOutputs: Sendable {
  /// As manifests have it.
  var name: String { get }
  /// What the family is called.
  var title: String { get }
  /// Of which outputs, in a few words: "Detectors have …".
  var summary: String { get }
  /// The number of detections at a cell of the grid.
  var anchors: Int { get }
  /// The number of scores of a detection, which are multiplied.
  var scores: Int { get }
  /// The minimum product of scores of a face by default.
  var faceScore: Float { get }
  /// How pixels become the network's input, unless said otherwise.
  var standardInput: (colorOrder: String, mean: [Float], scale: Float) { get }

  /// - Parameters:
  ///   - model: compiled for inputs of any size.
  ///   - places: of its outputs, a stride each.
  func network(
    _ model: CompiledModel, _ input: ModelManifest.Input, _ places: [DetectorForm.Places]
  ) -> any FaceNetwork
}

/// How the outputs of a detector are to be read.
public struct DetectorForm: RegisteredChoice {
  /// Every form there is: a new one is its file and a line here.
  static let registered: [any DetectorOutputs] = [
    YuNetOutputs(),
    SCRFDOutputs(),
  ]

  public static var allCases: [Self] { registered.map { Self($0) } }

  let form: any DetectorOutputs

  init(_ form: any DetectorOutputs) { self.form = form }

  public var rawValue: String { form.name }
  public var summary: String { form.summary }
  /// What the family is called.
  public var title: String { form.title }

  /// Outputs of a network.
  var outputs: Int { FaceGrid.strides.count * (form.scores + 2) }

  /// Which output says what for one stride, by place.
  struct Places: Equatable {
    var scores: [Int]
    var box: Int
    var landmarks: Int
  }

  /// Identifies each output by the number of its values at a cell of the grid: 1, 4 or 10.
  /// - Parameters:
  ///   - shapes: of all outputs for a picture.
  ///   - width: the picture's, as `height`.
  /// - Returns: for each stride; nil where the outputs are not those of this form.
  func places(ofOutputs shapes: [[Int]], width: Int, height: Int) -> [Places]? {
    guard shapes.count == outputs else { return nil }
    let places = FaceGrid.strides.compactMap { stride -> Places? in
      let rows = form.anchors * FaceGrid.cells(stride, width: width, height: height)
      func outputs(_ numbers: Int) -> [Int] {
        shapes.indices.filter {
          shapes[$0].last == numbers && shapes[$0].reduce(1, *) == rows * numbers
        }
      }
      let (scores, boxes, landmarks) = (outputs(1), outputs(4), outputs(10))
      guard scores.count == form.scores, boxes.count == 1, landmarks.count == 1 else { return nil }
      return Places(scores: scores, box: boxes[0], landmarks: landmarks[0])
    }
    return places.count == FaceGrid.strides.count ? places : nil
  }
}
