import LikenessCore

extension ModelAddition {
  /// The conventions of a family of networks that embed: what a file does not say itself. A new one is a value here, and its
  /// place in `allCases`.
  public struct Preset: RegisteredChoice {
    public static let arcface = Preset(
      "arcface", summary: "RGB, (p - 127.5) / 127.5: InsightFace's ArcFace, AuraFace, most others")
    public static let adaface = Preset(
      "adaface", summary: "the same in BGR: AdaFace", colorOrder: "BGR")
    public static let facenet = Preset(
      "facenet",
      summary: "RGB, (p - 127.5) / 128, 160 × 160, with more of the head: FaceNet",
      scale: 1 / 128, size: 160, alignment: .dlib)
    public static let raw = Preset(
      "raw", summary: "RGB from 0 to 255: the network normalises by itself", mean: 0, scale: 1)

    public static let allCases = [arcface, adaface, facenet, raw]

    public let rawValue: String
    public let summary: String
    let colorOrder: String
    let mean: [Float]
    let scale: Float
    /// Width and height of its faces where the file leaves them open, in pixels.
    let size: Int
    let alignment: ModelManifest.Alignment

    init(
      _ name: String, summary: String, colorOrder: String = "RGB", mean: Float = 127.5,
      scale: Float = 1 / 127.5, size: Int = 112, alignment: ModelManifest.Alignment = .arcFace
    ) {
      (rawValue, self.summary, self.colorOrder) = (name, summary, colorOrder)
      (self.mean, self.scale) = ([mean, mean, mean], scale)
      (self.size, self.alignment) = (size, alignment)
    }
  }
}
