import ArgumentParser
import Faces
import Foundation
import LikenessKit

extension ModelManifest.Alignment: ExpressibleByArgument {}
extension ModelManifest.Layout: ExpressibleByArgument {}
extension ModelAddition.Preset: ExpressibleByArgument {}

/// What can be added.
enum AddedKind: String, CaseIterable, ExpressibleByArgument {
  case embedding, detector

  var kind: ModelManifest.Kind { self == .embedding ? .embedding : .detector }
}

enum ColorOrder: String, CaseIterable, ExpressibleByArgument {
  case rgb = "RGB"
  case bgr = "BGR"
}

extension Models {
  struct Add: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add an ONNX model of your own: one that embeds faces, or one that finds them.",
      discussion: """
        What the file says is read from it: size, layout, the numbers of an embedding. Say the rest where it is \
        not as usual: faces aligned as ArcFace's, RGB, (p - 127.5) / 127.5, compared by cosine. AdaFace is \
        --preset adaface (BGR); FaceNet is --preset facenet. The file is run on drawn faces before it is accepted.

        Detectors have \(DetectorForm.allCases.map(\.summary).joined(separator: " or ")), and take \
        pictures of any size. likeness detect --detector NAME uses one, and so does every command \
        that looks for faces; whether a detection is a face at all is still judged by YuNet.

        A model that embeds is used by --model NAME, once it is calibrated with probabilities of its own.
        """)

    @Argument(help: "The ONNX file, with all of its weights.")
    var file: String
    @Option(help: "The model's name, by which every command takes it.")
    var name: String
    @Option(help: "What the model does; by default as its outputs say.")
    var kind: AddedKind?
    @Option(help: "The conventions it follows where nothing else is said. (default: arcface)")
    var preset: ModelAddition.Preset?
    @Option(
      help:
        "Width and height of its input, in pixels, if the file leaves them open.")
    var size: Int?
    @Option(help: "Which colour comes first.")
    var colorOrder: ColorOrder?
    @Option(
      help: ArgumentHelp(
        "What is subtracted from pixels of 0 to 255: a number, or one for each channel.",
        valueName: "m[,m,m]"))
    var mean: String?
    @Option(help: "What pixels are multiplied by after that.")
    var scale: Float?
    @Option(help: "How the input holds pixels, where the file does not say.")
    var layout: ModelManifest.Layout?
    @Option(help: "How faces are cut out.")
    var alignment: ModelManifest.Alignment?
    @Option(help: "The metric of its embeddings. (default: cosine)")
    var metric: Metric?
    @Option(
      help: ArgumentHelp(
        "The output that is the embedding, where there are several.", valueName: "name"))
    var embeddingOutput: String?
    @Option(help: "Its licence.")
    var licence: String?
    @Option(help: "Where it comes from. (default: the file's name)")
    var source: String?
    @Flag(help: "The network normalizes pixels from 0 to 255 by itself.")
    var normalizedInside = false
    @Flag(help: "Replace a model of this name; galleries made with it say so.")
    var replace = false
    @OptionGroup var output: OutputArguments

    func validate() throws {
      _ = try means()
      if let size, !(32...512).contains(size) {
        throw ValidationError("--size must be from 32 to 512, not \(size)")
      }
      if let scale, !(scale.isFinite && scale > 0) {
        throw ValidationError("--scale must be above 0, not \(scale)")
      }
      if normalizedInside, mean != nil || scale != nil {
        throw ValidationError("--normalized-inside leaves nothing for --mean and --scale to do")
      }
      if kind == .detector, let other = try addition().onlyForEmbeddings.first {
        throw ValidationError("a detector has no \(other)")
      }
    }

    private func means() throws -> [Float]? {
      guard let mean else { return nil }
      let numbers = mean.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
      guard [1, 3].contains(numbers.count), numbers.allSatisfy({ $0?.isFinite == true }) else {
        throw ValidationError("--mean must be a number or three with commas, not '\(mean)'")
      }
      return numbers.compactMap { $0 }
    }

    private func addition() throws -> ModelAddition {
      var addition = ModelAddition(name: name)
      addition.kind = kind?.kind
      addition.preset = preset
      addition.size = size
      addition.colorOrder = colorOrder?.rawValue
      addition.mean = try means()
      addition.scale = scale
      addition.layout = layout
      addition.alignment = alignment
      addition.metric = metric
      addition.output = embeddingOutput
      addition.licence = licence
      addition.source = source
      addition.isNormalizedInside = normalizedInside
      addition.replaces = replace
      return addition
    }

    func answer() throws {
      let manifest = try ModelStore().add(URL(fileURLWithPath: file), addition())
      if output.json { return try Console.json(manifest) }
      Console.print("\(name): " + Self.description(of: manifest))
      if manifest.kind == .embedding { Console.noteCalibration(of: name, output) }
      if licence == nil, !output.quiet {
        Console.note(
          "likeness: its licence is not stated: look what may be done with it (--licence)")
      }
    }

    private static func description(of manifest: ModelManifest) -> String {
      let input = manifest.input
      let pixels =
        input.isNormalizedInside || input.mean == [0, 0, 0] && input.scale == 1
        ? "\(input.colorOrder) from 0 to 255"
        : "\(input.colorOrder), (p - \(Self.text(input.mean))) × \(input.scale)"
      if let form = manifest.detectorForm {
        return "a detector of \(form.title)'s form; \(pixels)"
      }
      return "an embedding of \(manifest.output.dimensions ?? 0) numbers, from faces of "
        + "\(input.width) × \(input.height) aligned as \((input.alignment ?? .dlib).rawValue)'s; \(pixels)"
        + (input.isSingle == true ? "; one face at a time" : "")
    }

    private static func text(_ mean: [Float]) -> String {
      Set(mean).count == 1 ? "\(mean[0])" : "\(mean)"
    }
  }
}
