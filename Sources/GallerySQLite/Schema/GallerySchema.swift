import GRDB

/// The tables of a gallery, and how older ones become today's.
enum GallerySchema {
  /// "LIKE": marks the SQLite file as a gallery.
  static let applicationID: Int32 = 0x4c49_4b45

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 photos, names, faces") { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(
        sql: """
          CREATE TABLE photo (
            id INTEGER PRIMARY KEY,
            digest TEXT NOT NULL UNIQUE,      -- SHA-256 of the file, hexadecimal
            path TEXT NOT NULL,               -- where it was last seen
            bytes INTEGER NOT NULL,
            modified REAL NOT NULL,           -- seconds since 1970, of the file
            width INTEGER NOT NULL,           -- upright, full size
            height INTEGER NOT NULL,
            turned INTEGER NOT NULL,          -- degrees clockwise until a face was found
            added REAL NOT NULL               -- seconds since 1970
          );
          CREATE INDEX photo_path ON photo (path);
          CREATE TABLE name (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE         -- NFC
          );
          CREATE TABLE face (
            id INTEGER PRIMARY KEY,
            photo INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,         -- 0 for the most prominent of its photo
            name INTEGER REFERENCES name ON DELETE RESTRICT,
            x REAL NOT NULL, y REAL NOT NULL, width REAL NOT NULL, height REAL NOT NULL,
            score REAL NOT NULL,
            landmarks BLOB NOT NULL,          -- 5 × (x, y), little-endian f32
            size REAL NOT NULL, sharpness REAL NOT NULL, yaw REAL NOT NULL,
            pitch REAL NOT NULL, roll REAL NOT NULL, inside REAL NOT NULL,
            embedding BLOB NOT NULL,          -- d × little-endian f32
            UNIQUE (photo, ordinal)
          );
          CREATE INDEX face_name ON face (name);
          CREATE TABLE thumbnail (
            face INTEGER PRIMARY KEY REFERENCES face ON DELETE CASCADE,
            jpeg BLOB NOT NULL
          );
          CREATE TABLE meta (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL
          ) WITHOUT ROWID;
          INSERT INTO meta VALUES ('revision', '0');
          """)
    }
    migrator.registerMigration("2 origins") { db in
      try db.execute(
        sql: """
          ALTER TABLE photo ADD COLUMN detector TEXT;  -- that found the faces; NULL if unknown
          ALTER TABLE name ADD COLUMN created REAL;    -- seconds since 1970
          -- A file beside the gallery can tell whether it belongs to this one.
          INSERT INTO meta VALUES ('id', lower(hex(randomblob(16))));
          INSERT INTO meta VALUES ('created', strftime('%Y-%m-%dT%H:%M:%SZ'));
          """)
    }
    migrator.registerMigration("3 changes") { db in
      try db.execute(
        sql: """
          -- What an index that was made of an earlier revision has to look at again.
          CREATE TABLE face_change (
            face INTEGER PRIMARY KEY,         -- there now or not
            revision INTEGER NOT NULL         -- in which it came or went last
          );
          CREATE INDEX face_change_revision ON face_change (revision);
          -- A gallery that was put back from a copy comes to the same numbers, not to the same marks.
          CREATE TABLE revision_mark (
            revision INTEGER PRIMARY KEY,     -- in which faces came or went
            mark TEXT NOT NULL                -- at random
          );
          CREATE TRIGGER face_came AFTER INSERT ON face BEGIN
            INSERT INTO face_change
              SELECT NEW.id, CAST(value AS INTEGER) + 1 FROM meta WHERE key = 'revision'
              ON CONFLICT (face) DO UPDATE SET revision = excluded.revision;
            INSERT INTO revision_mark
              SELECT CAST(value AS INTEGER) + 1, lower(hex(randomblob(8))) FROM meta
              WHERE key = 'revision' ON CONFLICT (revision) DO NOTHING;
          END;
          CREATE TRIGGER face_went AFTER DELETE ON face BEGIN
            INSERT INTO face_change
              SELECT OLD.id, CAST(value AS INTEGER) + 1 FROM meta WHERE key = 'revision'
              ON CONFLICT (face) DO UPDATE SET revision = excluded.revision;
            INSERT INTO revision_mark
              SELECT CAST(value AS INTEGER) + 1, lower(hex(randomblob(8))) FROM meta
              WHERE key = 'revision' ON CONFLICT (revision) DO NOTHING;
          END;
          """)
    }
    migrator.registerMigration("4 people") { db in try db.execute(sql: PeopleTables.sql) }
    migrator.registerMigration("5 maps") { db in
      try db.execute(
        sql: """
          -- Where the faces lie on the maps that were made, so that new ones join them there.
          CREATE TABLE map (
            id INTEGER PRIMARY KEY,
            settings TEXT NOT NULL UNIQUE,    -- method, dimensions and the like, as JSON
            details TEXT NOT NULL,            -- how it went, as JSON
            axes BLOB,                        -- of a projection: d × little-endian f32 each; else NULL
            created REAL NOT NULL             -- seconds since 1970
          );
          CREATE TABLE map_point (
            map INTEGER NOT NULL REFERENCES map ON DELETE CASCADE,
            face INTEGER NOT NULL REFERENCES face ON DELETE CASCADE,
            position BLOB NOT NULL,           -- a little-endian f32 for each dimension
            placed INTEGER NOT NULL,          -- 1 if the map was made without it
            PRIMARY KEY (map, face)
          ) WITHOUT ROWID;
          CREATE INDEX map_point_face ON map_point (face);
          """)
    }
    migrator.registerMigration("6 labels") { db in
      try db.execute(
        sql: """
          -- What somebody said about a face: expression = happy.
          CREATE TABLE face_label (
            face INTEGER NOT NULL REFERENCES face ON DELETE CASCADE,
            key TEXT NOT NULL,                -- NFC, as value
            value TEXT NOT NULL,
            PRIMARY KEY (face, key)
          ) WITHOUT ROWID;
          CREATE INDEX face_label_key ON face_label (key, value);
          """)
    }
    migrator.registerMigration("7 attribute vectors") { db in
      try db.execute(
        sql: """
          -- What a model with a head for it says of a face's attribute.
          CREATE TABLE attribute_vector (
            face INTEGER NOT NULL REFERENCES face ON DELETE CASCADE,
            key TEXT NOT NULL,                -- such as expression
            vector BLOB NOT NULL,             -- little-endian f32
            PRIMARY KEY (face, key)
          ) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("8 titles") { db in
      try db.execute(
        sql: """
          ALTER TABLE photo ADD COLUMN title TEXT;  -- of one that came without a file; NULL else
          """)
    }
    migrator.registerMigration("9 confidence") { db in
      try db.execute(
        sql: """
          -- The probability that it is a face at all; NULL if nobody measured it.
          ALTER TABLE face ADD COLUMN confidence REAL;
          CREATE INDEX face_confidence ON face (confidence);
          -- To those who leave doubtful faces out, one that the user confirms is as one that came.
          CREATE TRIGGER face_confirmed AFTER UPDATE OF confidence ON face BEGIN
            INSERT INTO face_change
              SELECT NEW.id, CAST(value AS INTEGER) + 1 FROM meta WHERE key = 'revision'
              ON CONFLICT (face) DO UPDATE SET revision = excluded.revision;
            INSERT INTO revision_mark
              SELECT CAST(value AS INTEGER) + 1, lower(hex(randomblob(8))) FROM meta
              WHERE key = 'revision' ON CONFLICT (revision) DO NOTHING;
          END;
          """)
    }
    migrator.registerMigration("10 missing embeddings") { db in
      try db.execute(
        sql: """
          -- Faces that have no embedding of the gallery's model: that of their row is empty.
          CREATE TABLE missing_embedding (
            face INTEGER PRIMARY KEY REFERENCES face ON DELETE CASCADE,
            reason TEXT NOT NULL,             -- in words
            model TEXT,                       -- of the last embedding that it had; NULL if it had none
            model_file TEXT,                  -- what tells it from another of its name
            embedding BLOB NOT NULL           -- the last one, little-endian f32
          );
          """)
    }
    migrator.registerMigration("11 rejected and hidden faces, covers") { db in
      try db.execute(sql: PeopleTables.edits)
    }
    migrator.registerMigration("12 drawn faces") { db in
      try db.execute(
        sql: """
          -- 1 where the user drew the box of a face that no detector had found.
          ALTER TABLE face ADD COLUMN drawn INTEGER NOT NULL DEFAULT 0;
          """)
    }
    migrator.registerMigration("13 dates and lighting") { db in
      try db.execute(
        sql: """
          -- By the camera's clock, as 2004-05-06T07:08:09; empty if the file does not say it, NULL if nobody looked.
          ALTER TABLE photo ADD COLUMN taken TEXT;
          CREATE INDEX photo_taken_unread ON photo (path) WHERE taken IS NULL;
          -- Of the luma, in grey values; NULL if nobody measured it.
          ALTER TABLE face ADD COLUMN brightness REAL;
          ALTER TABLE face ADD COLUMN contrast REAL;
          """)
      try db.execute(sql: PeopleTables.dates)
    }
    migrator.registerMigration("14 neighbours on maps") { db in
      try db.execute(
        sql: """
          -- The nearest faces, the nearest first: ids as little-endian i64, each with its distance as a little-endian f32;
          -- NULL where nobody looked for them.
          ALTER TABLE map_point ADD COLUMN neighbors BLOB;
          """)
    }
    migrator.registerMigration("15 candidate names") { db in
      try db.execute(
        sql: """
          -- Whom a photo shows as its file says, which does not say where.
          CREATE TABLE candidate_name (
            photo INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
            place INTEGER NOT NULL,           -- among the photo's, from 0
            name TEXT NOT NULL,               -- NFC
            PRIMARY KEY (photo, place)
          ) WITHOUT ROWID;
          CREATE INDEX candidate_name_name ON candidate_name (name);
          """)
    }
    return migrator
  }
}
