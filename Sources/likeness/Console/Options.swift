import ArgumentParser
import Faces
import Foundation
import GalleryCore
import LikenessKit

extension DetectorKind: ExpressibleByArgument {
  // Any name may be one that was added.
  public static var allValueStrings: [String] { [] }
}
extension Precision: ExpressibleByArgument {}
extension Metric: ExpressibleByArgument {}

extension EmbeddingFormat: ExpressibleByArgument {
  /// For a sentence: JSON, CSV or NPY.
  static var namesInWords: String { allCases.joinedWithOr { $0.rawValue.uppercased() } }

  /// - Throws: `ValidationError` where the answer goes to a terminal, which cannot show it.
  func checkTerminal() throws {
    guard !isText, isatty(STDOUT_FILENO) == 1 else { return }
    throw ValidationError(
      "an \(rawValue.uppercased()) file is not for a terminal: name a file with --output")
  }
}

/// How faces are found and embedded.
struct EngineArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The detector: yunet, mmod, or one added with likeness models add.",
      valueName: "name"))
  var detector: DetectorKind = .yunet
  @Option(
    help: ArgumentHelp(
      "The embedding model: sface, dlib, joined, or one made with likeness train or likeness models add. (default: the gallery's, else sface)",
      valueName: "name"))
  var model: String?
  @Option(
    help:
      "The number format of the networks. (default: bf16 where the processor has it and the model is as accurate in it, else f32)"
  )
  var precision: Precision?
  @Flag(
    help: "Average each embedding with that of the mirrored face: more accurate, at twice the time."
  )
  var mirror = false
  @Option(
    help: "How many photos to process in parallel; by default one for each available processor.")
  var jobs: Int?
  @Option(help: "Minimum detection score, from 0 to 1.")
  var minimumScore: Float?
  @Option(
    help:
      "Minimum face width in pixels. YuNet finds faces from 12 pixels; 24, 48 and so on save time.")
  var smallestFace: Double?
  @Option(
    help:
      "Shrink larger photos to this many pixels on the longer side before looking for faces. Photos of more than 16 megapixels are halved in any case."
  )
  var longestSide: Int?

  func validate() throws {
    if case .added(let name) = detector, !ModelStore().hasDetector(name) {
      throw ValidationError(
        "there is no detector '\(name)': take yunet, mmod, or one that likeness models lists")
    }
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs must be from 1 to 1024, not \(jobs)")
    }
    if let minimumScore, !(minimumScore > 0 && minimumScore < 1) {
      throw ValidationError("--minimum-score must lie between 0 and 1, not \(minimumScore)")
    }
    if let smallestFace, !(8...100_000).contains(smallestFace) {
      throw ValidationError("--smallest-face must be from 8 to 100000, not \(smallestFace)")
    }
    if let longestSide, longestSide < 64 {
      throw ValidationError("--longest-side must be at least 64, not \(longestSide)")
    }
  }

  func options() -> FaceEngineOptions {
    var options = FaceEngineOptions()
    options.detector = detector
    options.model = model
    options.precision = precision
    options.averagesMirrored = mirror
    options.jobs = jobs ?? ProcessorQuota.count
    if let minimumScore { options.minimumScore = minimumScore }
    if let smallestFace { options.smallestFace = smallestFace }
    return options
  }

  var limits: PhotoLimits {
    var limits = PhotoLimits.default
    if let longestSide { limits.longestSide = longestSide }
    return limits
  }
}

/// How the answer is given.
struct OutputArguments: ParsableArguments {
  @Flag(help: "Answer in JSON.")
  var json = false
  @Flag(help: "Print no progress and no notes.")
  var quiet = false
}
/// Which gallery is asked.
struct GalleryArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The gallery's folder, or milvus://HOST:PORT/NAME where it lives on a server.",
      valueName: "place"))
  var gallery: String?

  func validate() throws { _ = try Self.place(gallery) }

  /// As it was validated.
  var place: GalleryPlace { (try? Self.place(gallery)) ?? .folder(Likeness.defaultGallery) }

  /// - Throws: `ValidationError` for an address that is none
  static func place(_ gallery: String?) throws -> GalleryPlace {
    do {
      return try gallery.map { text throws(MilvusAddressError) in try GalleryPlace(text) }
        ?? .folder(Likeness.defaultGallery)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
