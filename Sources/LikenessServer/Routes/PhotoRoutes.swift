import Foundation
import Hummingbird
import LikenessKit

/// Photos: add, list, show, remove.
enum PhotoRoutes {
  static var endpoints: [Endpoint] {
    [
      Endpoint(.get, "/api/v1/photos", .read, list),
      Endpoint(.post, "/api/v1/photos", .write, add),
      Endpoint(.get, "/api/v1/photos/:photo", .read) { call in
        let id = try call.id("photo")
        return try await call.ask { likeness in
          let (photo, faces) = try likeness.photoEntry(id)
          return PhotoAnswer(photo, items: faces.map { FaceAnswer($0) })
        }
      },
      Endpoint(.delete, "/api/v1/photos/:photo", .write) { call in
        let id = try call.id("photo")
        return try await call.change { ReceiptAnswer(try $0.remove(photo: id)) }
      },
      Endpoint(.get, "/api/v1/photos/:photo/image", .read) { call in
        try await picture(call, side: try call.integer("side", default: 1600, in: 16...4096))
      },
      Endpoint(.get, "/api/v1/photos/:photo/thumbnail", .read, isAudited: false) { call in
        try await picture(call, side: 320)
      },
    ]
  }

  private struct PhotoPage: Encodable, Sendable {
    var photos: [PhotoAnswer]
    @OrNull var next: Int64?
    var total: Int
  }

  private static func list(_ call: Call) async throws -> Response {
    let (after, limit) = try call.page()
    return try await call.ask { likeness in
      let page = try likeness.photos(after: after, limit: limit)
      return PhotoPage(
        photos: page.items.map { PhotoAnswer($0) }, next: page.next, total: page.total)
    }
  }

  /// Encoded anew: no place where it was taken, no serial number of a camera.
  private static func picture(_ call: Call, side: Int) async throws -> Response {
    let id = try call.id("photo")
    let likeness = call.likeness
    var limits = PhotoLimits.default
    limits.longestSide = max(side, 64)
    return try await call.picture("photo-\(id)-\(side)") { [limits] in
      // One that was removed is not shown again, whatever a browser kept.
      try likeness.photo(id, limits: limits).fitted(longestSide: side).jpegData(quality: 85)
    } isThere: {
      _ = try likeness.photoEntry(id)
    }
  }

  /// What became of one uploaded file.
  private struct AddedAnswer: Encodable, Sendable {
    enum Status: String, Encodable, Sendable {
      case added
      case already
      case noFace = "no_face"
      case unreadable
    }

    var file: String
    var status: Status
    @OrNull var photo: Int64?
    @OrNull var reason: String?
    var faces: [FaceAnswer] = []
  }

  private struct AddAnswer: Encodable, Sendable {
    var photos: [AddedAnswer]
    var added: Int
    var already: Int
    var noFace: Int
    var unreadable: Int
    /// Finds in all photos that are likely no faces.
    var doubtful: Int

    init(_ photos: [AddedAnswer]) {
      self.photos = photos
      doubtful = photos.flatMap(\.faces).count(where: \.doubtful)
      func count(_ status: AddedAnswer.Status) -> Int { photos.count { $0.status == status } }
      (added, already) = (count(.added), count(.already))
      (noFace, unreadable) = (count(.noFace), count(.unreadable))
    }
  }

  private static func add(_ call: Call) async throws -> Response {
    try await call.withForm { form in
      let files = form.all("file").filter { !($0.fileName == nil && $0.data.isEmpty) }
      guard !files.isEmpty else { throw ServerError.missingPart("file") }
      guard files.count <= call.configuration.filesPerRequest else {
        throw ServerError(
          .contentTooLarge, "too_many_files",
          "A request may bring \(call.configuration.filesPerRequest) files at most.")
      }
      let name = try form["name"].flatMap { try Self.name($0) }
      let labels = try form["labels"].map { try Self.labels($0) } ?? [:]
      var answers: [AddedAnswer] = []
      for file in files {
        let title = Self.title(file.fileName)
        do {
          answers.append(try await add(file.data, title: title, name: name, labels: labels, call))
        } catch let error as PhotoError {
          answers.append(
            AddedAnswer(file: title, status: .unreadable, reason: ServerError(error).message))
          // One bad file among others is no reason to refuse them.
          if files.count == 1 { throw error }
        }
      }
      let answer = AddAnswer(answers)
      if answer.unreadable == files.count {
        throw ServerError(
          .unprocessableContent, "unreadable_photo", answers.compactMap(\.reason).first ?? "")
      }
      return try JSONAnswer.response(answer)
    }
  }

  private static func add(
    _ data: Data, title: String, name: String?, labels: [String: String], _ call: Call
  ) async throws -> AddedAnswer {
    let added = try await call.services.add(
      PhotoUpload(data: data, title: title, name: name, labels: labels), call.photoLimits)
    let likeness = call.likeness
    let faces = try await call.services.questions.run {
      try likeness.faceEntries(added.faces).map { FaceAnswer($0) }
    }
    let doubtful = faces.count(where: \.doubtful)
    let hasFace = doubtful < faces.count
    return AddedAnswer(
      file: title, status: !hasFace ? .noFace : added.isNew ? .added : .already,
      photo: added.photo, reason: hasFace ? nil : LikenessError.noFaceInWords(doubtful: doubtful),
      faces: faces)
  }

  /// What a file is called, of what a client said: no folders, one line, not too long.
  static func title(_ name: String?) -> String {
    let last = (name ?? "").split { $0 == "/" || $0 == "\\" }.last.map { String($0) } ?? ""
    let plain = String(
      String.UnicodeScalarView(
        last.unicodeScalars.filter {
          ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
            $0.properties.generalCategory)
        }))
    let short = String(plain.prefix(150)).trimmingCharacters(in: .whitespaces)
    return short.allSatisfy { $0 == "." } ? "photo" : short.precomposedStringWithCanonicalMapping
  }

  private static func name(_ part: MultipartForm.Part) throws -> String? {
    guard let text = part.text else { throw ServerError.badParameter("name", "text in UTF-8") }
    let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return name.isEmpty ? nil : try PersonName(name).text
  }

  private static func labels(_ part: MultipartForm.Part) throws -> [String: String] {
    guard let labels = try? JSONDecoder().decode([String: String].self, from: part.data) else {
      throw ServerError.badParameter("labels", "a JSON object of texts")
    }
    return labels
  }
}

extension ServerServices {
  /// Finds the faces of a photo and keeps them, each on its own threads.
  func add(_ upload: PhotoUpload, _ limits: PhotoLimits) async throws -> AddedPhoto {
    try await add(upload, limits) { $0 }
  }

  /// The same, with a look at what was found in between.
  func add(
    _ upload: PhotoUpload, _ limits: PhotoLimits,
    _ check: @escaping @Sendable (PreparedPhoto) throws -> PreparedPhoto
  ) async throws -> AddedPhoto {
    let (likeness, keeping) = (likeness, keeping)
    while true {
      let prepared = try await photos.run {
        try check(try likeness.prepare(upload, keeping: keeping, limits: limits))
      }
      do {
        return try await add(prepared)
      } catch is PhotoUploadError {
        // Somebody removed the very photo just now, or gave the gallery another model: it is looked at as a new one.
        continue
      }
    }
  }

  private var keeping: PhotoKeeping { configuration.storesPhotos ? .photo : .embeddings }

  private func add(_ prepared: PreparedPhoto) async throws -> AddedPhoto {
    let (likeness, keeping) = (likeness, keeping)
    metrics.count(photos: 1, faces: prepared.faces)
    let added = try await changes.run { try likeness.add([prepared], keeping: keeping) }
    guard let first = added.first else { throw ServerError.stopping }
    return first
  }
}
