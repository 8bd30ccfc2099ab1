/// The tables of people, of what the user said about them, and of the graph that they are made of.
enum PeopleTables {
  static let sql = """
    CREATE TABLE person (
      id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again
      name TEXT UNIQUE,                      -- given by the user, NFC; NULL if nobody did
      created REAL NOT NULL                  -- seconds since 1970
    );
    CREATE TABLE person_face (
      face INTEGER PRIMARY KEY REFERENCES face ON DELETE CASCADE,
      person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
      pinned INTEGER NOT NULL DEFAULT 0      -- 1 if the user said so
    );
    CREATE INDEX person_face_person ON person_face (person);

    -- What the user did, and the rows as they were before it: rows of tables, not a text, so that
    -- what is removed goes from here too.
    CREATE TABLE people_edit (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      time REAL NOT NULL,                    -- seconds since 1970
      kind TEXT NOT NULL,
      description TEXT NOT NULL
    );
    CREATE TABLE people_edit_face (
      edit INTEGER NOT NULL REFERENCES people_edit ON DELETE CASCADE,
      face INTEGER NOT NULL REFERENCES face ON DELETE CASCADE,
      person INTEGER,                        -- before; NULL if of nobody
      pinned INTEGER NOT NULL,
      person_after INTEGER NOT NULL,
      PRIMARY KEY (edit, face)
    ) WITHOUT ROWID;
    CREATE INDEX people_edit_face_face ON people_edit_face (face);
    CREATE TABLE people_edit_person (
      edit INTEGER NOT NULL REFERENCES people_edit ON DELETE CASCADE,
      person INTEGER NOT NULL,
      name TEXT,
      created REAL NOT NULL,
      PRIMARY KEY (edit, person)
    ) WITHOUT ROWID;
    CREATE TABLE people_edit_apart (
      edit INTEGER NOT NULL REFERENCES people_edit ON DELETE CASCADE,
      low INTEGER NOT NULL,
      high INTEGER NOT NULL,
      told_by INTEGER,
      PRIMARY KEY (edit, low, high)
    ) WITHOUT ROWID;

    CREATE TABLE apart (                     -- two people who are not one
      low INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
      high INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
      told_by INTEGER REFERENCES people_edit ON DELETE SET NULL,
      PRIMARY KEY (low, high),
      CHECK (low < high)
    ) WITHOUT ROWID;
    CREATE INDEX apart_high ON apart (high);

    CREATE TABLE same_link (                 -- two faces that look alike
      low INTEGER NOT NULL REFERENCES face ON DELETE CASCADE,
      high INTEGER NOT NULL REFERENCES face ON DELETE CASCADE,
      distance REAL NOT NULL,
      PRIMARY KEY (low, high),
      CHECK (low < high)
    ) WITHOUT ROWID;
    CREATE INDEX same_link_high ON same_link (high);
    """
}
