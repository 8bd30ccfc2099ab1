import Foundation
import GRDB
import TestSupport
import Testing

@testable import LikenessKit

/// Files as other programs write them, and damaged ones.
@Suite struct ImportedFilesTests {
  private func write(_ text: String, _ name: String, in folder: URL) throws -> URL {
    let file = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file
  }

  // MARK: Takeout

  @Test(arguments: [
    ("a.jpg.json", "a.jpg", ["a.jpg", "b.jpg"], ["a.jpg"]),
    ("a.jpg.supplemental-metadata.json", "a.jpg", ["a.jpg"], ["a.jpg"]),
    ("a.jpg.supplem.json", "a.jpg", ["a.jpg"], ["a.jpg"]),
    ("a.jpg(1).json", "a.jpg", ["a.jpg", "a(1).jpg"], ["a(1).jpg"]),
    (
      "a.jpg.supplemental-metadata(2).json", "a.jpg", ["a.jpg", "a(2).jpg"], ["a(2).jpg"]
    ),
    ("a.jpg.json", "a.jpg", ["a.jpg", "a-edited.jpg"], ["a.jpg", "a-edited.jpg"]),
    (
      "IMG_20190101_123456789_BURST00000000COVER_TOP.json",
      "IMG_20190101_123456789_BURST00000000COVER_TOP_and_more.jpg",
      ["IMG_20190101_123456789_BURST00000000COVER_TOP_a.jpg"],
      ["IMG_20190101_123456789_BURST00000000COVER_TOP_a.jpg"]
    ),
    ("a.json", "b.jpg", ["b.jpg"], ["b.jpg"]), ("a.jpg.json", "a.jpg", ["c.jpg"], []),
  ])
  func photosOfTakeoutsFiles(
    _ json: String, _ title: String, _ photos: [String], _ expected: [String]
  ) {
    #expect(TakeoutFolder.photos(of: json, title: title, among: Set(photos)) == expected)
  }

  @Test func takeoutListsPeople() throws {
    try TestFiles.withTemporaryFolder { folder in
      _ = try write("", "Photos from 2019/a.jpg", in: folder)
      _ = try write("", "Photos from 2019/b.jpg", in: folder)
      _ = try write(
        #"{"title": "a.jpg", "people": [{"name": "Ann"}, {"name": "Joe"}, {}]}"#,
        "Photos from 2019/a.jpg.supplemental-metadata.json", in: folder)
      _ = try write(#"{"title": "b.jpg"}"#, "Photos from 2019/b.jpg.json", in: folder)
      _ = try write("{", "Photos from 2019/c.jpg.json", in: folder)
      _ = try write(
        #"{"title": "d.jpg", "people": [{"name": "Ann"}]}"#, "Photos from 2019/d.jpg.json",
        in: folder)
      let names = try TakeoutFolder.read([folder])
      #expect(names.photos.map(\.names) == [["Ann", "Joe"]])
      #expect(names.photos.map { ($0.path as NSString).lastPathComponent } == ["a.jpg"])
      #expect(
        Set(names.leftOut.entries.map(\.reason)) == [
          "the photo lists nobody", "the JSON file is not one of a photo",
          "there is no photo beside the JSON file",
        ])
      let empty = folder.appendingPathComponent("empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
      #expect(throws: ImportError.self) { try TakeoutFolder.read([empty]) }
    }
  }

  // MARK: Tables

  @Test func tablesHaveBoxesInPixelsOrParts() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = try write(
        "path,x,y,w,h,name\na.jpg,1,2,30,40,Ann\na.jpg,0.1,0.2,0.3,0.4,\"Joe, jr.\"\nb.jpg,,,,,Ann\nb.jpg,1,1,9,9,\n",
        "faces.csv", in: folder)
      let names = try RegionTable.read(file)
      #expect(
        names.photos == [
          PhotoNames(
            path: "a.jpg",
            regions: [
              NamedRegion(
                name: "Ann", box: Box(x: 1, y: 2, width: 30, height: 40), unit: .pixels),
              NamedRegion(name: "Joe, jr.", box: Box(x: 0.1, y: 0.2, width: 0.3, height: 0.4)),
            ]),
          PhotoNames(path: "b.jpg", names: ["Ann"]),
        ])
      #expect(names.leftOut.entries.map(\.count) == [1])
    }
  }

  @Test(arguments: [
    ("", "no header line"), ("a,b\n", "the columns path and name"),
    ("path,name,x\na,b,1\n", "not all of them"), ("path,name\na\n", "line 2 has 1 fields"),
    ("path,x,y,w,h,name\na,1,2,3,four,Ann\n", "line 2 has a box"),
    ("path,name\n,Ann\n", "no photo"),
    ("path,name\n\"a,Ann\n", "line 2"), ("path,name\n", "names nobody"),
  ])
  func faultyTablesAreSaidInOneLine(_ text: String, _ message: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = try write(text, "faces.csv", in: folder)
      let error = #expect(throws: ImportError.self) { try RegionTable.read(file) }
      #expect(error.map { "\($0)".contains(message) && !"\($0)".contains("\n") } == true)
    }
  }

  // MARK: digiKam

  private func digiKam(in folder: URL) throws -> URL {
    let file = folder.appendingPathComponent("digikam4.db")
    let queue = try DatabaseQueue(path: file.path)
    try queue.write { database in
      try database.execute(
        sql: """
          CREATE TABLE AlbumRoots (id INTEGER PRIMARY KEY, label TEXT, status INTEGER NOT NULL, type INTEGER NOT NULL,
            identifier TEXT, specificPath TEXT, UNIQUE(identifier, specificPath));
          CREATE TABLE Albums (id INTEGER PRIMARY KEY, albumRoot INTEGER NOT NULL, relativePath TEXT NOT NULL, date DATE,
            caption TEXT, collection TEXT, icon INTEGER, UNIQUE(albumRoot, relativePath));
          CREATE TABLE Images (id INTEGER PRIMARY KEY, album INTEGER, name TEXT NOT NULL, status INTEGER NOT NULL,
            category INTEGER NOT NULL, modificationDate DATETIME, fileSize INTEGER, uniqueHash TEXT);
          CREATE TABLE Tags (id INTEGER PRIMARY KEY, pid INTEGER, name TEXT NOT NULL, icon INTEGER, iconkde TEXT);
          CREATE TABLE TagProperties (tagid INTEGER, property TEXT, value TEXT);
          CREATE TABLE ImageTags (imageid INTEGER NOT NULL, tagid INTEGER NOT NULL, UNIQUE(imageid, tagid));
          CREATE TABLE ImageTagProperties (imageid INTEGER, tagid INTEGER, property TEXT, value TEXT);
          INSERT INTO AlbumRoots VALUES (1, 'Pictures', 0, 1, 'volumeid:?path=/home/ann/My%20Pictures', '/'),
            (2, 'Disk', 0, 2, 'volumeid:?uuid=9a2c', '/photos');
          INSERT INTO Albums VALUES (1, 1, '/2019', NULL, NULL, NULL, NULL), (2, 2, '/', NULL, NULL, NULL, NULL);
          INSERT INTO Images VALUES (1, 1, 'a.jpg', 1, 1, NULL, 1, ''), (2, 2, 'b.jpg', 1, 1, NULL, 1, ''),
            (3, NULL, 'gone.jpg', 3, 1, NULL, 1, '');
          INSERT INTO Tags VALUES (10, 0, 'People', NULL, NULL), (11, 10, 'Ann', NULL, NULL), (12, 10, 'Joe', NULL, NULL),
            (13, 10, 'Unknown', NULL, NULL), (14, 10, 'Ignored', NULL, NULL);
          INSERT INTO TagProperties VALUES (11, 'person', 'Ann'), (12, 'person', 'Joe'), (13, 'person', NULL),
            (13, 'unknownPerson', NULL), (14, 'ignoredPerson', NULL);
          INSERT INTO ImageTags VALUES (1, 11), (1, 12), (2, 12), (3, 11);
          INSERT INTO ImageTagProperties VALUES (1, 11, 'tagRegion', '<rect x="10" y="20" width="30" height="40"/>'),
            (1, 13, 'autodetectedFace', '<rect x="1" y="2" width="3" height="4"/>'),
            (1, 14, 'tagRegion', '<rect x="1" y="2" width="3" height="4"/>'),
            (2, 12, 'tagRegion', 'oval'), (3, 11, 'tagRegion', '<rect x="1" y="2" width="3" height="4"/>'),
            ('x', X'00FF', 'tagRegion', 7);
          """)
    }
    try queue.close()
    return file
  }

  @Test func digiKamsConfirmedFaces() throws {
    try TestFiles.withTemporaryFolder { folder in
      let names = try DigiKamDatabase.read(try digiKam(in: folder))
      #expect(
        names.photos == [
          PhotoNames(
            path: "/home/ann/My Pictures/2019/a.jpg",
            regions: [
              NamedRegion(
                name: "Ann", box: Box(x: 10, y: 20, width: 30, height: 40), unit: .pixels)
            ], names: ["Joe"]),
          PhotoNames(path: "/photos/b.jpg", names: ["Joe"]),
        ])
      #expect(
        Set(names.leftOut.entries.map(\.reason)) == [
          "the face was not confirmed", "the face is to be ignored", "the box cannot be read",
          "the photo is in no album that is there",
        ])
      // The folder does as well as the file.
      #expect(try DigiKamDatabase.read(folder) == names)
    }
  }

  @Test func databasesThatAreNoneAreSaidInOneLine() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = try write("no database at all, but long enough", "digikam4.db", in: folder)
      #expect(throws: ImportError.self) { try DigiKamDatabase.read(file) }
      #expect(throws: ImportError.missing(path: "/nowhere.db")) {
        try DigiKamDatabase.read(URL(fileURLWithPath: "/nowhere.db"))
      }
      try FileManager.default.removeItem(at: file)
      let whole = try Data(contentsOf: try digiKam(in: folder))
      // Cut and broken files either still answer or say one line.
      var mutation = Mutation(seed: 4)
      for number in 0..<60 {
        let broken =
          number < 8 ? Data(whole.prefix(whole.count * number / 8)) : mutation(whole)
        try broken.write(to: file)
        do {
          _ = try DigiKamDatabase.read(file)
        } catch {
          #expect(error is ImportError && !"\(error)".contains("\n"))
        }
      }
    }
  }

  // MARK: PhotoPrism and immich

  @Test func photoPrismsMarkers() throws {
    try TestFiles.withTemporaryFolder { folder in
      let json = try write(
        """
        [{"UID": "p1", "Files": [{"Name": "2019/a.jpg", "Markers": [
          {"Type": "face", "Name": "Ann", "X": 0.1, "Y": 0.2, "W": 0.3, "H": 0.4},
          {"Type": "face", "Name": "", "X": 0.1, "Y": 0.2, "W": 0.3, "H": 0.4},
          {"Type": "face", "Name": "Joe", "Invalid": true, "X": 0.1, "Y": 0.2, "W": 0.3, "H": 0.4}]}]}]
        """, "answers/photos.json", in: folder)
      let expected = PhotoNames(
        path: "2019/a.jpg",
        regions: [NamedRegion(name: "Ann", box: Box(x: 0.1, y: 0.2, width: 0.3, height: 0.4))])
      #expect(try PhotoPrismExport.read(json).photos == [expected])
      let table = try write(
        "file_name,marker_type,marker_name,marker_invalid,x,y,w,h\n2019/a.jpg,face,Ann,0,0.1,0.2,0.3,0.4\n2019/a.jpg,face,,0,0,0,1,1\n",
        "markers.csv", in: folder)
      #expect(try PhotoPrismExport.read(table).photos == [expected])
      _ = try write(
        "TakenAt: 2019-01-01T00:00:00Z\nUID: p2\nOriginalName: DSC1.JPG\nDetails:\n  Subject: \"Ann, Joe\"\n  Keywords: beach\n",
        "sidecar/2019/b.yml", in: folder)
      let sidecars = try PhotoPrismExport.read(folder.appendingPathComponent("sidecar"))
      #expect(sidecars.photos.map(\.names) == [["Ann", "Joe"]])
      #expect(sidecars.photos.map(\.path) == ["/2019/b.jpg"])

      let database = folder.appendingPathComponent("index.db")
      try DatabaseQueue(path: database.path).write {
        try $0.execute(
          sql: """
            CREATE TABLE files (file_uid TEXT, file_name TEXT);
            CREATE TABLE subjects (subj_uid TEXT, subj_name TEXT);
            CREATE TABLE markers (marker_uid TEXT, file_uid TEXT, marker_type TEXT, marker_name TEXT, marker_invalid INTEGER,
              subj_uid TEXT, x REAL, y REAL, w REAL, h REAL);
            INSERT INTO files VALUES ('f1', '2019/a.jpg');
            INSERT INTO subjects VALUES ('s1', 'Ann');
            INSERT INTO markers VALUES ('m1', 'f1', 'face', '', 0, 's1', 0.1, 0.2, 0.3, 0.4),
              ('m2', 'f1', 'face', '', 0, '', 0.5, 0.2, 0.3, 0.4), ('m3', 'f1', 'label', 'x', 0, '', 0, 0, 1, 1);
            """)
      }
      let names = try PhotoPrismExport.read(database)
      #expect(names.photos == [expected])
      #expect(names.leftOut.entries.map(\.count) == [1, 1])
    }
  }

  @Test func immichsAnswers() throws {
    try TestFiles.withTemporaryFolder { folder in
      let face =
        #""imageWidth": 200, "imageHeight": 100, "boundingBoxX1": 20, "boundingBoxX2": 60, "boundingBoxY1": 10, "boundingBoxY2": 50"#
      _ = try write(
        """
        {"assets": {"total": 2, "items": [
          {"id": "a1", "originalPath": "/usr/src/app/upload/library/ann/a.jpg", "people":
            [{"id": "p1", "name": "Ann", "faces": [{"id": "f1", \(face)}]}, {"id": "p2", "name": ""}]},
          {"id": "a2", "originalPath": "/usr/src/app/upload/library/ann/b.jpg"}]}}
        """, "search.json", in: folder)
      // The faces of an asset say whose they are, and not which asset's.
      _ = try write(
        """
        [{"id": "f2", \(face), "person": {"id": "p3", "name": "Joe"}},
         {"id": "f3", \(face), "person": null}]
        """, "a2.json", in: folder)
      _ = try write("{", "broken.json", in: folder)
      let names = try ImmichExport.read(folder)
      let box = Box(x: 0.1, y: 0.1, width: 0.2, height: 0.4)
      #expect(
        names.photos == [
          PhotoNames(
            path: "/usr/src/app/upload/library/ann/a.jpg",
            regions: [NamedRegion(name: "Ann", box: box)]),
          PhotoNames(
            path: "/usr/src/app/upload/library/ann/b.jpg",
            regions: [NamedRegion(name: "Joe", box: box)]),
        ])
      #expect(
        Set(names.leftOut.entries.map(\.reason)) == [
          "the file cannot be read", "the face has no name",
        ])
      #expect(throws: ImportError.self) {
        try ImmichExport.read(folder.appendingPathComponent("broken.json"))
      }
    }
  }

  // MARK: Paths

  @Test func photosAreFoundByTheEndsOfTheirPaths() throws {
    try TestFiles.withTemporaryFolder { folder in
      for name in ["x/2019/a.jpg", "x/2020/a.jpg", "y/b.jpg", "z/b.jpg", "c.jpg"] {
        _ = try write("", name, in: folder)
      }
      let locator = try PhotoLocator(base: folder, folders: [folder])
      func file(_ name: String) -> PhotoLocator.Place {
        .file(folder.appendingPathComponent(name).standardizedFileURL)
      }
      #expect(locator.place(of: "/elsewhere/2020/a.jpg") == file("x/2020/a.jpg"))
      #expect(locator.place(of: "C:\\photos\\2019\\A.JPG") == file("x/2019/a.jpg"))
      #expect(locator.place(of: "/elsewhere/b.jpg") == .ambiguous)
      #expect(locator.place(of: "c.jpg") == file("c.jpg"))
      #expect(locator.place(of: "/elsewhere/d.jpg") == .missing)
    }
  }

  @Test func foldersAreCalledAsPeople() throws {
    try TestFiles.withTemporaryFolder { folder in
      for name in ["Ann/IMG_1.jpg", "Ann/holiday/IMG_2.jpg", "Joe.jpg", "IMG_3.jpg"] {
        _ = try write("", name, in: folder)
      }
      let names = try FoldersOfNames.read(folder)
      #expect(names.photos.map(\.names).sorted { $0[0] < $1[0] } == [["Ann"], ["Ann"], ["Joe"]])
      #expect(names.leftOut.entries.map(\.count) == [1])
    }
  }
}
