import Composition
import Faces
import GalleryCore
import GalleryMilvus
import LikenessCore
import LikenessEvaluation
import LikenessKit
import LikenessReports
import LikenessServer
import MetricLearning
import PhotoMetadata
import Projection
import VectorSearch

/// Errors that programs are told the same of.
struct ErrorSamples {
  /// Of the command line.
  var exit: Int32
  /// Of the HTTP API: status and code.
  var status: Int
  var code: String
  /// Of CompreFace's API: status and number.
  var compreFace: [Int]
  var retryAfter: Int?
  var errors: [any ClassifiedError]

  init(
    exit: Int32, _ status: Int, _ code: String, compreFace: [Int], retryAfter: Int? = nil,
    _ errors: any ClassifiedError...
  ) {
    (self.exit, self.status, self.code) = (exit, status, code)
    (self.compreFace, self.retryAfter, self.errors) = (compreFace, retryAfter, errors)
  }

  /// One of each case of each error.
  static let all = likeness + photos + metadata + gallery + questions + internals

  private static let likeness = [
    ErrorSamples(
      exit: 2, 422, "no_face", compreFace: [400, 28],
      LikenessError.noFace(path: "a"), LikenessError.onlyDoubtful(path: "a", count: 2)),
    ErrorSamples(
      exit: 2, 409, "doubtful_face", compreFace: [409, 0], LikenessError.doubtfulFace(7)),
    ErrorSamples(
      exit: 2, 404, "unknown_name", compreFace: [404, 42],
      LikenessError.unknownName("Ann", nearSpellings: ["Anne"])),
    ErrorSamples(
      exit: 2, 409, "ambiguous_name", compreFace: [409, 0],
      LikenessError.ambiguousName("ann", candidates: ["Ann", "ANN"])),
    ErrorSamples(
      exit: 2, 404, "unknown_photo", compreFace: [404, 0],
      LikenessError.unknownPhoto("a.jpg", candidates: [])),
    ErrorSamples(
      exit: 64, 422, "bad_box", compreFace: [400, 0], LikenessError.badBox(reason: "r")),
    ErrorSamples(
      exit: 2, 404, "unknown_face", compreFace: [404, 44], LikenessError.unknownFace(7)),
    ErrorSamples(
      exit: 2, 404, "unknown_person", compreFace: [404, 0], LikenessError.unknownPerson(7)),
    ErrorSamples(
      exit: 2, 409, "not_embedded", compreFace: [409, 0],
      LikenessError.notEmbedded(face: 7, reason: "no photo")),
    ErrorSamples(
      exit: 2, 409, "several_people", compreFace: [409, 0],
      LikenessError.severalPeople("Ann", [1, 2])),
    ErrorSamples(
      exit: 2, 409, "empty_gallery", compreFace: [409, 0], LikenessError.emptyGallery(path: "g"),
      GalleryError.missing(path: "g")),
    ErrorSamples(
      exit: 1, 422, "several_faces", compreFace: [400, 31],
      LikenessError.severalFaces(path: "a", count: 2)),
    ErrorSamples(
      exit: 1, 422, "wrong_dimensions", compreFace: [400, 37],
      LikenessError.dimensionMismatch(1, 2)),
    ErrorSamples(
      exit: 1, 409, "gallery_too_large", compreFace: [409, 0],
      LikenessError.tooLarge(path: "g", faces: 2, most: 1)),
    ErrorSamples(
      exit: 1, 503, "not_writable", compreFace: [503, 0], retryAfter: 30,
      LikenessError.notWritable(path: "g", reason: "r")),
    ErrorSamples(
      exit: 2, 422, "unusable", compreFace: [400, 0],
      LikenessError.unknownProbe("x", nearSpellings: []), LikenessError.noLabels(path: "g"),
      LikenessError.tooFewPairs(path: "p", reason: "r")),
    ErrorSamples(
      exit: 1, 422, "unusable", compreFace: [400, 0],
      LikenessError.badEmbedding(path: "e", reason: "r"),
      LikenessError.tooManyLinks(DistanceRule(below: 1), most: 1),
      LikenessError.copyOntoItself(path: "g"), LikenessError.notLFW(path: "l", missing: "m"),
      LikenessError.notLabelled(path: "l", reason: "r"),
      LikenessError.badTable(path: "t", reason: "r"),
      LikenessError.badPairs(path: "p", reason: "r"),
      LikenessError.notToldApart(model: "m", path: "p")),
    ErrorSamples(
      exit: 64, 422, "unusable", compreFace: [400, 0],
      LikenessError.badPattern("p", reason: "r")),
    // No request copies a gallery.
    ErrorSamples(
      exit: 1, 409, "unusable", compreFace: [409, 0],
      LikenessError.copyDiffers(path: "g", differences: ["a"])),
    ErrorSamples(
      exit: 1, 409, "sidecars_only", compreFace: [409, 0],
      LikenessError.filesKnownByContent(path: "g")),
  ]

  private static let photos = [
    ErrorSamples(
      exit: 1, 413, "too_large", compreFace: [413, 0],
      PhotoError.tooLarge(path: nil, bytes: 2, limit: 1),
      PhotoError.tooLargeToDecode(path: nil, detail: "d"),
      PhotoError.tooManyPixels(path: nil, width: 2, height: 2, limit: 1)),
    ErrorSamples(
      exit: 1, 413, "too_slow_to_decode", compreFace: [413, 0],
      PhotoError.tooSlowToDecode(path: nil, seconds: 1)),
    ErrorSamples(
      exit: 1, 404, "no_image", compreFace: [404, 44], PhotoError.noSuchFile(path: "a"),
      PhotoError.isDirectory(path: "a"), PhotoError.notReadable(path: "a", reason: "r"),
      LikenessError.photoUnavailable("a", reason: "r")),
    ErrorSamples(
      exit: 1, 422, "unreadable_photo", compreFace: [400, 28], PhotoError.empty(path: nil),
      PhotoError.notAnImage(path: nil), PhotoError.unsupportedFormat(path: nil, name: "PSD"),
      PhotoError.truncated(path: nil), PhotoError.damaged(path: nil, detail: "d"),
      PhotoError.notEncodable(detail: "d")),
    ErrorSamples(
      exit: 1, 503, "no_model", compreFace: [503, 0], retryAfter: 30,
      InferenceError.runtimeMissing(folder: "f"), InferenceError.runtimeUnusable("r"),
      InferenceError.modelRefused(path: "m", reason: "r"), InferenceError.failed("r"),
      ModelError.missing(model: "m", path: "p"), ModelError.altered(path: "p"),
      ModelError.unreadable(path: "p", reason: "r"),
      ModelError.notWritable(path: "p", reason: "r"), ModelError.notTrained("m", folder: "f"),
      ModelError.otherKind("m", .head),
      ModelError.refused(path: "p", reason: "r"), ModelError.exists("m"), ModelError.fixed("m"),
      ModelError.isMember("m", of: "j"), ModelError.notJoined("j", reason: "r"),
      ModelError.replaced("m"), ModelError.noDetector("d"), ModelError.noHead("h"),
      ModelError.otherEmbedding(head: "h", trainedOn: "a", model: "b")),
    ErrorSamples(
      exit: 64, 503, "no_model", compreFace: [503, 0], retryAfter: 30, ModelError.badName("/")),
  ]

  private static let metadata = [
    ErrorSamples(
      exit: 1, 422, "metadata", compreFace: [400, 28],
      MetadataError.malformed(path: "p", reason: "r")),
    ErrorSamples(
      exit: 1, 409, "metadata", compreFace: [409, 0],
      MetadataError.notEmbeddable(path: "p", reason: "r"),
      MetadataError.otherShape(path: "p"), MetadataError.changedMeanwhile(path: "p")),
    ErrorSamples(
      exit: 1, 404, "metadata", compreFace: [404, 0],
      MetadataError.notReadable(path: "p", reason: "r")),
    ErrorSamples(
      exit: 1, 503, "metadata", compreFace: [503, 0], retryAfter: 30,
      MetadataError.notWritable(path: "p", reason: "r"), MetadataError.noToolkit),
  ]

  private static let gallery = [
    ErrorSamples(
      exit: 1, 503, "gallery_in_use", compreFace: [503, 0], retryAfter: 2,
      GalleryError.inUse(path: "g", pid: 1)),
    ErrorSamples(
      exit: 1, 503, "disk_full", compreFace: [503, 0], retryAfter: 60,
      GalleryError.diskFull(path: "g")),
    ErrorSamples(
      exit: 1, 503, "gallery_unreachable", compreFace: [503, 0], retryAfter: 5,
      GalleryError.unreachable(path: "g", detail: "d")),
    ErrorSamples(
      exit: 1, 409, "read_only", compreFace: [409, 0], GalleryError.readOnly(path: "g")),
    ErrorSamples(
      exit: 1, 404, "unknown_name", compreFace: [404, 42],
      GalleryError.unknownName(path: "g", name: "Ann")),
    ErrorSamples(
      exit: 1, 404, "unknown_face", compreFace: [404, 44],
      GalleryError.unknownFace(path: "g", face: 7)),
    ErrorSamples(
      exit: 1, 404, "unknown_photo", compreFace: [404, 0],
      GalleryError.unknownPhoto(path: "g", photo: 7)),
    ErrorSamples(
      exit: 1, 409, "face_exists", compreFace: [409, 0],
      GalleryError.faceExists(path: "g", face: 7)),
    ErrorSamples(
      exit: 1, 404, "unknown_person", compreFace: [404, 0],
      GalleryError.unknownPerson(path: "g", person: 7)),
    ErrorSamples(
      exit: 1, 409, "name_taken", compreFace: [400, 43],
      GalleryError.nameTaken(path: "g", name: "Ann"),
      GalleryError.personNameTaken(path: "g", name: "Ann", person: 7)),
    ErrorSamples(
      exit: 1, 409, "told_apart", compreFace: [409, 0],
      GalleryError.toldApart(path: "g", first: "person:1", second: "person:2", edit: nil)),
    ErrorSamples(
      exit: 1, 409, "several_names", compreFace: [409, 0],
      GalleryError.severalNames(path: "g", names: ["Ann", "Bob"])),
    ErrorSamples(
      exit: 1, 409, "not_last_edit", compreFace: [409, 0],
      GalleryError.notLastEdit(path: "g", edit: 7, last: nil)),
    ErrorSamples(
      exit: 64, 422, "unusable", compreFace: [400, 0],
      GalleryError.unusable(path: "g", detail: "d")),
    ErrorSamples(
      exit: 1, 409, "other_model", compreFace: [409, 0],
      GalleryError.modelMismatch(path: "g", gallery: "a", model: "b")),
    ErrorSamples(
      exit: 1, 500, "gallery_failed", compreFace: [500, 41], GalleryError.notAGallery(path: "g"),
      GalleryError.newerVersion(path: "g"), GalleryError.olderVersion(path: "g"),
      GalleryError.damaged(path: "g", detail: "d"), GalleryError.unfinished(path: "g"),
      GalleryError.failed(path: "g", detail: "d")),
  ]

  private static let questions = [
    ErrorSamples(
      exit: 64, 422, "bad_reference", compreFace: [400, 0],
      LikenessError.bareNumber("7", references: ["face:7"]), LikenessError.emptyReference,
      LikenessError.notAPerson("face:7")),
    ErrorSamples(
      exit: 1, 409, "key_name_taken", compreFace: [409, 0], APIKeyError.nameTaken("k")),
    ErrorSamples(exit: 1, 404, "unknown_key", compreFace: [404, 0], APIKeyError.unknown("k")),
    ErrorSamples(exit: 64, 422, "bad_key_name", compreFace: [400, 0], APIKeyError.badName("/")),
    ErrorSamples(
      exit: 64, 422, "bad_query", compreFace: [400, 0],
      ComposeError.syntax("q", position: 1, expected: "a", found: "b")),
    ErrorSamples(
      exit: 2, 404, "unknown_label", compreFace: [404, 0],
      ComposeError.unknownKey("k", keys: [], nearSpellings: []),
      ComposeError.unknownValue(key: "k", value: "v", values: [], nearSpellings: [])),
    ErrorSamples(
      exit: 2, 409, "ambiguous_label", compreFace: [409, 0],
      ComposeError.ambiguousValue(key: "k", value: "v", candidates: ["V"])),
    ErrorSamples(
      exit: 2, 422, "nothing_left", compreFace: [400, 0], ComposeError.nothingLeft("q")),
    ErrorSamples(
      exit: 2, 422, "one_value", compreFace: [400, 0],
      AlgebraError.oneValue(key: "k", value: "v")),
    ErrorSamples(
      exit: 2, 409, "no_map_possible", compreFace: [409, 0], ProjectionError.tooFewFaces(1),
      ProjectionError.allEqual(count: 3)),
    ErrorSamples(
      exit: 1, 409, "no_map_possible", compreFace: [409, 0],
      ProjectionError.perplexityTooLarge(9, count: 3), ProjectionError.perplexityTooSmall(0),
      ProjectionError.tooFewDimensions(found: 1, requested: 2),
      ProjectionError.tooManyComponents(3, faces: 2, dimensions: 2),
      ProjectionError.unsupportedDimensions(4), ProjectionError.interpolationInSpace,
      ProjectionError.dimensionMismatch(expected: 1, found: 2),
      ProjectionError.countMismatch(expected: 1, found: 2),
      ProjectionError.tooFewNeighbors(found: 1, needed: 2), ProjectionError.notFinite(row: 1),
      ProjectionError.notDecomposed(code: 1), ProjectionError.index(.notFinite)),
    ErrorSamples(exit: 1, 409, "cancelled", compreFace: [409, 0], MapError.interrupted),
  ]

  /// No request brings these about, or only where the server itself is at fault.
  private static let internals = [
    ErrorSamples(
      exit: 64, 500, "internal", compreFace: [500, 41],
      MapError.noPicture(dimensions: 5), ReportError.noSuchPage(2, pages: 1),
      CompreFaceImportError.badAddress("a")),
    ErrorSamples(
      exit: 2, 500, "internal", compreFace: [500, 41],
      DetectionLabelError.noLabels(path: "p", format: nil), DetectionLabelError.noPhotos(path: "p"),
      ImportError.noNames(path: "p", detail: "")),
    ErrorSamples(
      exit: 1, 500, "internal", compreFace: [500, 41],
      MapError.occupied(path: "p"),
      DetectionLabelError.malformed(path: "p", line: 1, reason: "r"),
      DetectionLabelError.unreadable(path: "p", reason: "r"),
      DetectionLabelError.otherShape(path: "p", labelled: "1x2", photo: "2x1"),
      DetectionLabelError.severalFormats(path: "p", [.yolo, .voc]),
      IndexError.dimensionMismatch(expected: 1, found: 2), IndexError.notFinite,
      IndexError.full(capacity: 1), IndexError.outOfMemory(bytes: 1),
      IndexError.damaged(path: "p", reason: "r"), IndexError.newerVersion(path: "p", version: 2),
      IndexError.cannotRead(path: "p", reason: "r"),
      IndexError.cannotWrite(path: "p", reason: "r"),
      MilvusError.unreachable("m", reason: "r"), MilvusError.notAllowed("m", reason: "r"),
      MilvusError.badCertificate(path: "p", reason: "r"), MilvusError.full("m", reason: "r"),
      MilvusError.refused("m", code: 1, reason: "r"), MilvusError.unexpected("m", detail: "d"),
      GraphExportError.notWritable(path: "p", reason: "r"),
      ImportError.missing(path: "p"), ImportError.unreadable(path: "p", reason: "r"),
      ImportError.notSupported(path: "p", reason: "r"),
      EmbeddingMisfit("r"), EnrolmentError.removedMeanwhile, EnrolmentError.modelChanged,
      ModelFileError.truncated(offset: 1), ModelFileError.malformed("m", offset: 1),
      ModelFileError.notONNX,
      APIKeyError.unreadable(path: "p"), APIKeyError.missing(path: "p"),
      BackupError.onServer(path: "p"), BackupError.insideGallery(path: "p"),
      BackupError.inProgress(path: "p"), BackupError.notReplaceable(path: "p"),
      BackupError.changing(path: "p"), BackupError.interrupted,
      BackupError.unreadable(path: "p", reason: "r"), BackupError.notABackup(path: "p"),
      BackupError.newerVersion(path: "p"), BackupError.needsPassphrase(path: "p"),
      BackupError.notEncrypted(path: "p"), BackupError.emptyPassphrase,
      BackupError.wrongPassphrase(path: "p"), BackupError.damaged(path: "p", detail: "d"),
      BackupError.occupied(path: "p"),
      CompreFaceImportError.unreachable("a", reason: "r"),
      CompreFaceImportError.refused("a", status: 500, message: "m"),
      CompreFaceImportError.notCompreFace("a"),
      ServerStartError.needsKey(host: "h"),
      ServerStartError.cannotListen(host: "h", port: 1, reason: "r"),
      ServerStartError.badCertificate(path: "p", reason: "r")),
    ErrorSamples(
      exit: 1, 500, "internal", compreFace: [500, 41],
      DatasetError.missing(path: "p"), DatasetError.noPhotos(path: "p"),
      DatasetError.badName(path: "p"), DatasetError.outsideOfFolders(path: "p"),
      DatasetError.missingColumn(path: "p", column: "c", columns: []),
      DatasetError.badLine(path: "p", line: 1, reason: "r"),
      DatasetError.missingPhoto(path: "p", line: 1, photo: "a"),
      DatasetError.unreadable(path: "p", reason: "r"),
      DatasetError.unknownAttribute("a", known: []),
      DatasetError.unknownValue(attribute: "a", value: "v", values: []),
      DatasetError.oneValue(attribute: "a", value: "v"),
      DatasetError.nothingShared(attribute: "a"), DatasetError.emptySplit("r"),
      DatasetError.noFaces(photos: 2, firstReason: "r"),
      StateError.missing("w"), StateError.unexpected("w"),
      StateError.mismatch("w", found: "a", expected: "b"),
      SafetensorsError.unreadable(path: "p", reason: "r"),
      SafetensorsError.notWritable(path: "p", reason: "r"),
      TrainingError.notANumber(epoch: 1, batch: 2, photos: ["a"]),
      TrainingError.notWritable(path: "p", reason: "r"), TrainingError.occupied(path: "p"),
      TrainingError.notARun(path: "p", reason: "r"),
      TrainingError.otherPhotos(path: "p", reason: "r"),
      ExportError.unsupported(layer: "l"), TorchError.missing(folder: "f"),
      TorchError.unusable(path: "p", reason: "r")),
  ]
}
