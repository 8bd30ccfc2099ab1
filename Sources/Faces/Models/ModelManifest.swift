import Foundation
import LikenessCore

/// The description beside a model's files: its origin, licence, input, output and calibration.
public struct ModelManifest: Codable, Sendable, Equatable {
  /// What a model is for.
  public enum Kind: String, Codable, Sendable {
    case embedding, detector, landmarks
    /// Two embeddings to the probability that they are one person.
    case head
  }

  /// A file of the model, with the digest that it is checked against.
  public struct File: Codable, Sendable, Equatable {
    /// The name in the model's folder.
    public var name: String
    /// Lower-case hexadecimal SHA-256 of its bytes.
    public var sha256: String

    package init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }
  }

  /// How an input tensor holds pixels.
  public enum Layout: String, Codable, Sendable, CaseIterable {
    /// `(n, height, width, 3)`, 8-bit.
    case nhwcUInt8 = "nhwc-uint8"
    /// `(n, height, width, 3)`, 32-bit floats.
    case nhwc
    /// `(n, 3, height, width)`, 32-bit floats.
    case nchw
  }

  /// How pictures are given to the network.
  public struct Input: Codable, Sendable, Equatable {
    /// Width and height in pixels; 0 where any will do.
    public var width: Int
    /// The height of the input in pixels; 0 where any will do.
    public var height: Int
    /// `RGB` or `BGR`.
    public var colorOrder: String
    /// A pixel p from 0 to 255 becomes `(p − mean) · scale`, a mean a channel.
    public var mean: [Float]
    /// What a pixel is multiplied by, after its channel's mean was taken away.
    public var scale: Float
    /// Whether the model file does that by itself.
    public var isNormalizedInside: Bool
    /// Of an embedding; nil for `dlib`.
    public var alignment: Alignment?
    /// Nil for `nhwcUInt8`.
    public var layout: Layout?
    /// Whether the network takes one picture at a time and no more.
    public var isSingle: Bool?

    package init(
      width: Int, height: Int, colorOrder: String, mean: [Float], scale: Float,
      isNormalizedInside: Bool, alignment: Alignment? = nil, layout: Layout? = nil,
      isSingle: Bool? = nil
    ) {
      self.width = width
      self.height = height
      self.colorOrder = colorOrder
      self.mean = mean
      self.scale = scale
      self.isNormalizedInside = isNormalizedInside
      self.alignment = alignment
      self.layout = layout
      self.isSingle = isSingle
    }
  }

  /// A range of an embedding's coordinates that stands for one attribute, such as identity.
  public struct Part: Codable, Sendable, Equatable {
    /// Of the part that people are told apart by.
    package static let identityName = "person"

    /// The attribute's name, such as `person`.
    public var name: String
    /// The first coordinate, from 0, and how many there are.
    public var start: Int
    /// How many coordinates there are.
    public var count: Int

    package init(name: String, start: Int, count: Int) {
      self.name = name
      self.start = start
      self.count = count
    }
  }

  /// What the network answers with.
  public struct Output: Codable, Sendable, Equatable {
    /// The length of an embedding; nil for other kinds.
    public var dimensions: Int?
    /// The metric that the model was trained for.
    public var metric: Metric?
    /// What an embedding is made of, where it is not one whole.
    public var parts: [Part]?
    /// Which of the network's outputs is the embedding; nil for the first.
    public var place: Int?
    /// Whether embeddings are brought to length 1, as those that are compared by cosine are; nil for no.
    public var isNormalized: Bool?

    /// The part that people are told apart by: the one of that name, else the first.
    package var identity: Part? { parts?.first { $0.name == Part.identityName } ?? parts?.first }

    package init(
      dimensions: Int?, metric: Metric?, parts: [Part]? = nil, place: Int? = nil,
      isNormalized: Bool? = nil
    ) {
      self.dimensions = dimensions
      self.metric = metric
      self.parts = parts
      self.place = place
      self.isNormalized = isNormalized
    }
  }

  /// The file that holds the head's layers, if there is a head; the embedding's own comes last.
  var headFile: File? { head == nil ? nil : files.first }

  /// The model's name and its folder's.
  public var name: String
  /// What the model is for.
  public var kind: Kind
  /// The files in the model's folder; the network's own comes last.
  public var files: [File]
  /// Where the model comes from, for display.
  public var source: String
  /// What may be done with the model: the licence's name.
  public var licence: String
  /// How pictures are given to the network.
  public var input: Input
  /// What the network answers with.
  public var output: Output
  /// Of an embedding that is several in a row, each brought to length 1: the names of their models.
  public var members: [String]?
  /// Whether the model's measured accuracy is the same in bf16, so that it is used where the processor has it.
  public var isAccurateInBF16: Bool?
  /// When two embeddings are one person; nil for other kinds.
  public var verification: Verification?
  /// Of a head, or of an embedding that was trained together with one: what it is made for and of.
  public var head: HeadDescription?
  /// What an MMOD network was trained to find.
  var detectorWindow: DetectorWindow?
  /// Of a detector that a user added: how its outputs are to be read.
  public var detectorForm: DetectorForm?

  init(
    name: String, kind: Kind, files: [File], source: String, licence: String, input: Input,
    output: Output, members: [String]? = nil, isAccurateInBF16: Bool? = nil,
    verification: Verification?, detectorWindow: DetectorWindow?
  ) {
    self.name = name
    self.kind = kind
    self.files = files
    self.source = source
    self.licence = licence
    self.input = input
    self.output = output
    self.members = members
    self.isAccurateInBF16 = isAccurateInBF16
    self.verification = verification
    self.detectorWindow = detectorWindow
  }

  /// What stands beside an embedding that was trained here; its file is added when it is written.
  package init(
    embedding name: String, source: String, licence: String, input: Input, output: Output,
    verification: Verification? = nil
  ) {
    self.init(
      name: name, kind: .embedding, files: [], source: source, licence: licence, input: input,
      output: output, verification: verification, detectorWindow: nil)
  }

  /// What stands beside a head that was trained here; its file is added when it is written.
  package init(
    head name: String, _ head: HeadDescription, source: String, licence: String, dimensions: Int
  ) {
    self.init(
      name: name, kind: .head, files: [], source: source, licence: licence,
      // It sees no pixels.
      input: .init(
        width: 0, height: 0, colorOrder: "", mean: [], scale: 1, isNormalizedInside: true),
      output: .init(dimensions: dimensions, metric: nil), verification: nil, detectorWindow: nil)
    self.head = head
  }

  /// What stands beside a detector that a user added; its file is added when it is written.
  init(
    detector name: String, _ form: DetectorForm, source: String, licence: String, input: Input
  ) {
    self.init(
      name: name, kind: .detector, files: [], source: source, licence: licence, input: input,
      output: .init(dimensions: nil, metric: nil), verification: nil, detectorWindow: nil)
    detectorForm = form
  }
}
