import Composition
import Faces
import Foundation
import GalleryCore
import LikenessCore
import LikenessEvaluation
import LikenessKit
import MetricLearning
import Projection
import Testing

@testable import LikenessServer
@testable import likeness

/// What commands and servers make of every error there is.
@Suite struct ErrorTableTests {
  @Test func `an error's kind decides the exit code`() {
    for row in ErrorSamples.all {
      for error in row.errors {
        #expect(error.kind.codes.exit == row.exit, "\(String(reflecting: error))")
        #expect(!"\(error)".isEmpty && !"\(error)".contains("\n"))
      }
    }
  }

  @Test func `an error's kind decides what a server answers`() {
    for row in ErrorSamples.all {
      for error in row.errors {
        let answer = ServerError(error)
        #expect(answer.status.code == row.status, "\(String(reflecting: error))")
        #expect(answer.code == row.code, "\(String(reflecting: error))")
        #expect(answer.retryAfter == row.retryAfter, "\(String(reflecting: error))")
        let compreFace = CompreFaceError(answer)
        #expect(
          [compreFace.status.code, compreFace.code] == row.compreFace,
          "\(String(reflecting: error))")
      }
    }
  }

  @Test func `every kind is of some error`() {
    let kinds = Set(ErrorSamples.all.flatMap(\.errors).map(\.kind))
    #expect(kinds == Set(ErrorKind.allCases))
  }

  /// Each type's cases, counted where it is declared: one that is added has to be among the samples.
  @Test func `no case of an error is left out`() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources").standardizedFileURL
    var samples: [String: Int] = [:]
    for error in ErrorSamples.all.flatMap(\.errors) {
      samples["\(type(of: error))", default: 0] += 1
    }
    var found = 0
    let files = try #require(FileManager.default.enumerator(atPath: sources.path))
    for case let path as String in files where path.hasSuffix(".swift") {
      let text = try String(
        contentsOf: sources.appendingPathComponent(path), encoding: .utf8)
      for match in text.matches(of: /public enum (\w+): ClassifiedError[^{]*\{\n((?:  .*\n|\n)*)\}/)
      {
        let cases = match.2.matches(of: /(?m)^  case \w+/).count
        #expect(samples[String(match.1)] == cases, "\(match.1)")
        found += 1
      }
    }
    #expect(found >= 20)
  }

  /// Errors state facts; the command line adds what to do, in its own terms.
  @Test(
    arguments: [
      (
        LikenessError.onlyDoubtful(path: "a.jpg", count: 1),
        "a.jpg: no face found; 1 doubtful detection, use --include-doubtful to take it"
      ),
      (
        LikenessError.onlyDoubtful(path: "a.jpg", count: 3),
        "a.jpg: no face found; 3 doubtful detections, use --include-doubtful to take them"
      ),
      (LikenessError.noFace(path: "a.jpg"), "a.jpg: no face found"),
      (
        LikenessError.doubtfulFace(7),
        "face:7 is doubtful and linked to nobody: likeness label face:7 person=NAME says whose face it is"
      ),
      (
        LikenessError.unknownPhoto("a.jpg", candidates: []),
        "the photo a.jpg is not in the gallery: likeness list photos shows what is"
      ),
      (
        LikenessError.unknownPhoto("a.jpg", candidates: ["b/a.jpg", "c/a.jpg"]),
        "a.jpg may be \"b/a.jpg\", \"c/a.jpg\": write the whole path"
      ),
      (
        LikenessError.unknownPerson(7),
        "person:7 is not in the gallery: likeness people shows who is"
      ),
      (
        LikenessError.unknownFace(7),
        "face:7 is not in the gallery: likeness list faces shows what is"
      ),
      (
        LikenessError.notEmbedded(face: 7, reason: "no photo"),
        "face:7 has no embedding of the gallery's model (no photo): likeness gallery upgrade makes one "
          + "when its photo is back"
      ),
      (
        LikenessError.emptyGallery(path: "g"),
        "the gallery g has no faces yet: add photos with likeness add"
      ),
      (GalleryError.missing(path: "g"), "there is no gallery at g: make one with likeness add"),
      (
        GalleryError.personNameTaken(path: "g", name: "Ann", person: 7),
        "person:7 is called Ann already: if both are one person, merge them with likeness people merge; "
          + "otherwise choose another name"
      ),
      (
        GalleryError.toldApart(path: "g", first: "person:1", second: "person:2", edit: nil),
        "person:1 and person:2 were told apart: likeness people undo takes edits back, and --anyway merges them all "
          + "the same"
      ),
      (
        GalleryError.severalNames(path: "g", names: ["Ann", "Bob"]),
        "these people have different names, Ann, Bob: say with --name which one they keep"
      ),
      (
        AlgebraError.oneValue(key: "age", value: "old"),
        "old is the only age that faces are labelled with, so nothing tells what makes it: label some "
          + "with another, or use --recipe additive"
      ),
      (
        ComposeError.unknownKey("age", keys: [], nearSpellings: []),
        "no face has a label \"age\": label faces with likeness label"
      ),
      (
        ModelError.notTrained("m", folder: "f"),
        "there is no model 'm' in f: likeness models lists those that are here"
      ),
      (
        ModelError.noDetector("d"),
        "there is no detector 'd': likeness models lists those that are here"
      ),
      (
        ModelError.exists("m"),
        "there is a model 'm' already: take another name, or --replace it"
      ),
      (
        ModelError.isMember("m", of: "j"),
        "'m' is a part of the model 'j': likeness models remove j first"
      ),
      (
        ModelError.noHead("h"),
        "h is not a head, nor was one trained with it: likeness train --head siamese makes a head, and "
          + "--loss siamese an embedding with one"
      ),
      (
        ModelError.otherEmbedding(head: "h", trainedOn: "a", model: "b"),
        "the head 'h' was trained on embeddings of a, these are of b: train one for them with likeness "
          + "train --head siamese"
      ),
      (
        DetectionLabelError.severalFormats(path: "p", [.yolo, .voc]),
        "p has labels in several formats: choose one, --format yolo or voc"
      ),
      (
        DetectionLabelError.noLabels(path: "p", format: .voc),
        "p: no photo has Pascal VOC labels; say where they are with --labels"
      ),
      (
        DatasetError.noFaces(photos: 2, firstReason: "r"),
        "too few faces on 2 photos (r); for photos that are nothing but faces, take them whole: --crop "
          + "whole"
      ),
      (
        TrainingError.notANumber(epoch: 1, batch: 2, photos: ["a"]),
        "the loss is not a number in epoch 1, batch 2 (with a): lower --learning-rate"
      ),
      (
        TrainingError.occupied(path: "p"),
        "p is there already: take another folder with --out, or go on with --resume p"
      ),
      (
        BackupError.onServer(path: "milvus://h/g"),
        "milvus://h/g is on a Milvus server: backups are of galleries in folders; use the backup of the server itself, or "
          + "copy the gallery to a folder with likeness gallery copy and back that up"
      ),
      (
        BackupError.needsPassphrase(path: "b"),
        "the backup b is encrypted, and no passphrase was given: name a file that it is in with "
          + "--passphrase-file"
      ),
      (
        APIKeyError.missing(path: "p"),
        "p is gone: put it back, or make new keys with likeness keys add NAME"
      ),
      (APIKeyError.unknown("k"), "there is no key called k: likeness keys list shows all"),
      (
        ServerStartError.needsKey(host: "h"),
        "others could reach h without a key: make one first with likeness keys add NAME, or listen on "
          + "127.0.0.1"
      ),
      (CocoaError(.fileNoSuchFile), CocoaError(.fileNoSuchFile).localizedDescription),
    ] as [(any Error, String)])
  func `the command line adds what helps`(error: any Error, line: String) {
    #expect(Console.line(for: error) == line)
  }

  @Test func `a server answers in facts`() {
    func message(_ error: any Error) -> String { ServerError(error).message }
    #expect(
      message(AlgebraError.oneValue(key: "age", value: "old"))
        == "old is the only age that faces are labelled with, so nothing tells what makes it.")
    #expect(message(LikenessError.unknownFace(7)) == "There is no such face.")
    #expect(
      message(LikenessError.unknownName("Ann", nearSpellings: ["Anne"]))
        == "nobody called \"Ann\" is in the gallery; did you mean \"Anne\"?")
    #expect(
      message(LikenessError.onlyDoubtful(path: "/home/a.jpg", count: 2))
        == "No face was found on the photo; 2 finds are doubtful.")
    #expect(message(GalleryError.missing(path: "/home/g")) == "The gallery has no faces yet.")
    #expect(
      message(ProjectionError.tooFewFaces(1))
        == "No map can be made: there is one face only: a picture needs two.")
  }
}
