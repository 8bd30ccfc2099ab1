import ArgumentParser
import Foundation
import LikenessCore
import LikenessKit

/// People's names, from files of other programs and from their servers.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Import names and faces from another program.",
    discussion: """
      Names and boxes are taken, embeddings of other models are not: photos that the gallery has not got are added first, \
      and a name goes to the face that lies in its box. Where a photo has a list of names without boxes, whose face is whose \
      follows from all photos together, and faces that are not sure stay without a name.
      """,
    subcommands: [
      Takeout.self, DigiKam.self, PhotoPrism.self, Immich.self, Pickle.self, Table.self,
      Folders.self, Regions.self,
    ] + server)

  #if Server
    private static let server: [any ParsableCommand.Type] = [CompreFace.self]
  #else
    private static let server: [any ParsableCommand.Type] = []
  #endif

  struct Takeout: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Import the people of Google Photos from a Google Takeout.",
      discussion: """
        Takeout lists who is on a photo in a JSON file beside it, without saying which face is whose. Unpack the archives into one \
        folder first.
        """)

    @Argument(help: "Folders of the export.", completion: .directory) var folders: [String]
    @OptionGroup var arguments: ImportArguments

    func answer() throws {
      try arguments.answer { try TakeoutFolder.read(folders.map { URL(fileURLWithPath: $0) }) }
    }
  }

  struct DigiKam: AnsweringCommand {
    static let configuration = CommandConfiguration(
      commandName: "digikam", abstract: "Import confirmed faces from digiKam's database.",
      discussion: """
        If the photos lie elsewhere than digiKam has them, or on a volume that it knows by an id only, name the folder with \
        --photos. Confirmed faces come with their boxes; people tags of a photo without a box count as a list of names.
        """)

    @Argument(help: "The file digikam4.db, or the folder that it lies in.") var database: String
    @OptionGroup var arguments: ImportArguments

    func answer() throws {
      try arguments.answer { try DigiKamDatabase.read(URL(fileURLWithPath: database)) }
    }
  }

  struct PhotoPrism: AnsweringCommand {
    static let configuration = CommandConfiguration(
      commandName: "photoprism", abstract: "Import people from PhotoPrism.",
      discussion: """
        Takes the SQLite database (storage/index.db), a CSV table of markers joined with files, JSON answers of its API, or a \
        folder of JSON answers and YAML sidecars. Name the folder of originals with --photos.
        """)

    @Argument(help: "A file, or a folder of them.") var source: String
    @OptionGroup var arguments: ImportArguments

    func answer() throws {
      try arguments.answer { try PhotoPrismExport.read(URL(fileURLWithPath: source)) }
    }
  }

  struct Immich: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Import people from answers of immich's API.",
      discussion: """
        Takes JSON files: assets with their people (GET /api/assets/ID, or POST /api/search/metadata with withPeople), \
        people (GET /api/people), and the faces of an asset (GET /api/faces?id=ID) in a file called ID.json. Name the folder of the \
        library with --photos.
        """)

    @Argument(help: "A JSON file, or a folder of them.") var source: String
    @OptionGroup var arguments: ImportArguments

    func answer() throws {
      try arguments.answer { try ImmichExport.read(URL(fileURLWithPath: source)) }
    }
  }

  struct Pickle: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Import faces from a pickle of face_recognition or deepface.",
      discussion: """
        The pickle is read and never executed: one that holds anything but numbers, texts, lists and arrays is refused. deepface's \
        representations name photos and boxes. Encodings of face_recognition have no photos; they name the faces of a gallery of the \
        model dlib, which is theirs.
        """)

    @Argument(help: "The file.") var file: String
    @OptionGroup var arguments: ImportArguments

    func answer() throws {
      try arguments.answer { try PickledFaces.read(URL(fileURLWithPath: file)) }
    }
  }

  struct Table: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Import faces from a CSV table.",
      discussion: """
        The header line names the columns path, name, and x, y, w, h for the box: in pixels of the upright photo, or in parts of its \
        width and height where all four are at most 1. A line without a box says that somebody is on the photo.
        """)

    @Argument(help: "The file.") var file: String
    @OptionGroup var arguments: ImportArguments

    func answer() throws {
      try arguments.answer { try RegionTable.read(URL(fileURLWithPath: file)) }
    }
  }

  struct Folders: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Import photos from folders that are called as people.",
      discussion: """
        Unlike add --name-from folder, which names the most prominent face of each photo, this finds out which face of a photo is the \
        folder's person.
        """)

    @Argument(help: "The folder that the folders of people lie in.", completion: .directory)
    var folder: String
    @OptionGroup var arguments: ImportArguments

    func answer() throws {
      try arguments.answer { try FoldersOfNames.read(URL(fileURLWithPath: folder)) }
    }
  }
}
