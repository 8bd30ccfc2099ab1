import ArgumentParser
import Foundation
import LikenessKit

struct Export: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the whole gallery for other programs: JSON, CSV or NPY.",
    discussion: "An NPY array (n, d) has the faces in the order of list faces --json.")

  @Option(help: "How it is written.")
  var format: EmbeddingFormat = .json
  @Option(name: .shortAndLong, help: ArgumentHelp("Write to a file.", valueName: "file"))
  var output: String?
  @OptionGroup var gallery: GalleryArguments

  func validate() throws {
    if format == .npy, output == nil, isatty(STDOUT_FILENO) == 1 {
      throw ValidationError("an NPY file is not for a terminal: name a file with --output")
    }
  }

  func answer() throws {
    let data = try Likeness(place: gallery.place).exported(as: format)
    if let output {
      try OutputFile.write(data, to: URL(fileURLWithPath: output))
    } else {
      Console.write(data)
    }
  }
}
