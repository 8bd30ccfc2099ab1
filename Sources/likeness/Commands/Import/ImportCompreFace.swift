#if Server
  import ArgumentParser
  import Faces
  import Foundation
  import LikenessKit
  import LikenessServer

  extension Import {
    struct CompreFace: AnsweringCommand {
      static let configuration = CommandConfiguration(
        commandName: "compreface",
        abstract: "Import subjects and their images from a running CompreFace.",
        discussion: """
          The images are downloaded and processed again, since embeddings of other models cannot be \
          compared with these. Images that are in the gallery already are skipped, so that an \
          interrupted import resumes where it stopped.
          """)

      @Argument(help: "The server's address, such as http://localhost:8000.")
      var address: String
      @Option(help: "The key of the recognition service whose faces are wanted.")
      var key: String
      @Flag(help: "Keep embeddings only: neither the images nor pictures of the faces.")
      var noStorePhotos = false
      @OptionGroup var gallery: GalleryArguments
      @OptionGroup var engine: EngineArguments
      @OptionGroup var output: OutputArguments

      private struct Answer: Encodable {
        var added = 0
        var already = 0
        var noFace = 0
        var unreadable = 0
        var subjects = 0
        var skipped: [EnrolmentSummary.Skipped] = []
        var interrupted = false
      }

      func answer() throws {
        let interruption = Interruption()
        let client = try CompreFaceClient(address, key: key)
        let subjects = try client.subjects()
        let examples = try client.examples()
        let likeness = Likeness(place: gallery.place, options: engine.options(), keepsOpen: true)
        try likeness.recover()
        var options = EnrolmentOptions()
        options.limits = engine.limits
        options.nameSource = .none
        options.keeping = noStorePhotos ? .embeddings : .photo
        var answer = Answer(subjects: subjects.count)
        var bar = ProgressBar(unit: "images", isQuiet: output.quiet)
        for (number, example) in examples.enumerated() {
          guard !interruption.isRequested else {
            answer.interrupted = true
            break
          }
          do {
            try add(example, client, likeness, options, &answer)
          } catch let error as PhotoError {
            answer.unreadable += 1
            answer.skipped.append(.init(photo: example.id, reason: "\(error)"))
          } catch CompreFaceImportError.refused(_, let status, let message)
            where ![401, 403, 429].contains(status)
          {
            // One image that is lost there is no reason to leave the others.
            answer.unreadable += 1
            answer.skipped.append(
              .init(photo: example.id, reason: "the server answers \(status) \(message)"))
          }
          bar.update(number + 1, of: examples.count)
        }
        // Those without an image are names as well.
        if !answer.interrupted {
          for name in subjects where try likeness.names.spelling(of: name) == nil {
            try likeness.names.add(name)
          }
        }
        if output.json { return try Console.json(answer) }
        for skipped in answer.skipped where !output.quiet {
          Console.note("\(skipped.photo): \(skipped.reason)")
        }
        Console.print(
          "added \(answer.added), already there \(answer.already), no face \(answer.noFace), "
            + "unreadable \(answer.unreadable); \(answer.subjects) subjects"
            + (answer.interrupted ? "; interrupted, the next run goes on" : ""))
        if answer.interrupted { throw ExitStatus.failed }
      }

      private func add(
        _ example: CompreFaceClient.Example, _ client: CompreFaceClient, _ likeness: Likeness,
        _ options: EnrolmentOptions, _ answer: inout Answer
      ) throws {
        guard let data = try client.image(example) else {
          answer.unreadable += 1
          answer.skipped.append(
            .init(photo: example.id, reason: "the server did not keep the image"))
          return
        }
        let upload = PhotoUpload(data: data, title: "\(example.id).jpg", name: example.subject)
        for added in try likeness.add([upload], options) {
          if !added.isNew {
            answer.already += 1
          } else if added.faces.count == added.doubtful {
            answer.noFace += 1
            answer.skipped.append(
              .init(
                photo: example.id, reason: LikenessError.noFaceInWords(doubtful: added.doubtful)))
          } else {
            answer.added += 1
          }
        }
      }
    }
  }
#endif
