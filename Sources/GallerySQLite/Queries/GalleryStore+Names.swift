import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// Looks up a name as typed by a user, among those that faces go by, those that the user gave to people, and those
  /// without faces. What is called the same in several ways is one name.
  public func resolve(_ text: String) throws(GalleryError) -> NameLookup {
    NameLookup(text, among: Array(try read { try Self.allNames($0) }))
  }

  /// The names that texts mean, each as `resolve` finds it; where several differ in case or accents only, all of them.
  public func names(meantBy texts: [String]) throws(GalleryError) -> Set<String> {
    NameLookup.names(meantBy: texts, among: try read { try Self.allNames($0) })
  }

  /// Those of some texts that are such a name as they are written, through the indexes of names.
  public func names(writtenAs texts: [String]) throws(GalleryError) -> Set<String> {
    let exact = Set(texts.map(\.precomposedStringWithCanonicalMapping))
    guard !exact.isEmpty else { return [] }
    return try read { db in
      // As `allNames` has it.
      let isName = try db.cachedStatement(
        sql: """
          SELECT EXISTS (SELECT 1 FROM person WHERE name = :name)
          OR EXISTS (
            SELECT 1 FROM name WHERE name.name = :name AND (
              NOT EXISTS (
                SELECT 1 FROM face JOIN person_face ON person_face.face = face.id
                JOIN person ON person.id = person_face.person
                WHERE face.name = name.id AND person.name IS NOT NULL)
              OR EXISTS (
                SELECT 1 FROM face LEFT JOIN person_face ON person_face.face = face.id
                LEFT JOIN person ON person.id = person_face.person
                WHERE face.name = name.id AND \(Self.goesBy) = name.name)))
          """)
      return try exact.filter { try Bool.fetchOne(isName, arguments: ["name": $0]) ?? false }
    }
  }

  /// A name that faces were added by is none where all of them go by those of their people. Only the names of such faces
  /// are looked into: there may be very many names.
  static func allNames(_ db: Database) throws -> Set<String> {
    try String.fetchSet(
      db,
      sql: """
        SELECT name FROM person WHERE name IS NOT NULL
        UNION
        SELECT name.name FROM name
        WHERE name.id NOT IN (
          SELECT face.name FROM person JOIN person_face ON person_face.person = person.id
          JOIN face ON face.id = person_face.face
          WHERE person.name IS NOT NULL AND face.name IS NOT NULL)
        OR EXISTS (
          SELECT 1 FROM face LEFT JOIN person_face ON person_face.face = face.id
          LEFT JOIN person ON person.id = person_face.person
          WHERE face.name = name.id AND \(goesBy) = name.name)
        """)
  }

  /// The faces that go by a name, see `goesBy`, through the indexes of names.
  static func faces(named name: String, _ db: Database) throws -> [FaceID] {
    try FaceID.fetchAll(
      db,
      sql: """
        SELECT person_face.face FROM person JOIN person_face ON person_face.person = person.id
        WHERE person.name = :name
        UNION
        SELECT id FROM (
          SELECT face.id AS id, \(goesBy) AS goes_by
          FROM name JOIN face ON face.name = name.id
          LEFT JOIN person_face ON person_face.face = face.id
          LEFT JOIN person ON person.id = person_face.person
          WHERE name.name = :name)
        WHERE goes_by = :name
        ORDER BY 1
        """, arguments: ["name": name.precomposedStringWithCanonicalMapping])
  }
}
