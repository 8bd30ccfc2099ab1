import ArgumentParser
import Foundation
import LikenessKit

struct Export: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the whole gallery for other programs: \(EmbeddingFormat.namesInWords).",
    discussion: """
      An NPY array (n, d) has the faces in the order of list faces --json. With --pca, principal \
      components replace the embeddings: (n, N), in CSV the columns pc1 to pcN, in JSON \
      components. They are those of scikit-learn, up to the sign of a component.

      In CSV, texts that a spreadsheet would take for a formula (they begin with =, +, - or @) have \
      an apostrophe before them.
      """)

  @Option(help: "The file format.")
  var format: EmbeddingFormat = .json
  @Option(name: .shortAndLong, help: ArgumentHelp("Write to a file.", valueName: "file"))
  var output: String?
  @Option(
    help: ArgumentHelp(
      "Write the first principal components of all embeddings instead of the embeddings.",
      valueName: "n"))
  var pca: Int?
  @Flag(
    help:
      "Before --pca, standardize each dimension: less its mean, over its standard deviation.")
  var standardize = false
  @OptionGroup var gallery: GalleryArguments

  func validate() throws {
    if let pca, pca < 1 { throw ValidationError("--pca must be at least 1, not \(pca)") }
    if standardize, pca == nil { throw ValidationError("--standardize is for --pca only") }
    if output == nil { try format.checkTerminal() }
  }

  func answer() throws {
    let components = pca.map { ComponentOptions(count: $0, isStandardized: standardize) }
    let likeness = Likeness(place: gallery.place)
    guard let output else {
      return try likeness.faces.export(as: format, components: components, to: Console.write)
    }
    // Asked to stop, it takes the file back that it has begun.
    let interruption = Interruption()
    do {
      try OutputFile.write(to: URL(fileURLWithPath: output)) { write in
        try likeness.faces.export(as: format, components: components) { piece in
          if interruption.isRequested { throw CancellationError() }
          try write(piece)
        }
      }
    } catch is CancellationError {
      Console.note("likeness: interrupted; nothing was written")
      throw ExitStatus.failed
    }
  }
}
