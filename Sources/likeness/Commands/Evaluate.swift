import ArgumentParser
import Faces
import Foundation
import LikenessKit

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how well faces are told apart, on a published data set.",
    subcommands: [LFW.self])

  struct LFW: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "lfw",
      abstract: "Labeled Faces in the Wild: verification in ten folds, TAR at FAR 1e-3, rank-1.")

    @Argument(help: "The folder with the photos and pairs.txt.")
    var folder: String
    @Flag(help: "Look only at the photos that the pairs name: quicker, without rank-1.")
    var pairsOnly = false
    @Flag(help: "Fit threshold and probability to the development pairs.")
    var calibrate = false

    func run() throws {
      var options = FaceEngineOptions()
      options.jobs = 2
      let evaluation = try LFWEvaluation(
        folder: URL(fileURLWithPath: folder), engine: FaceEngine(options))
      let report = try evaluation.run(allPhotos: !pairsOnly, calibrates: calibrate)
      print(report)
    }
  }
}
