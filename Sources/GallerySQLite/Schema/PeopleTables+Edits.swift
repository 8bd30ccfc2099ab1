extension PeopleTables {
  /// What else the user can say of people and faces, and who said it.
  static let edits = """
    ALTER TABLE person ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
    -- The face that stands for the person; NULL for the best one.
    ALTER TABLE person ADD COLUMN cover INTEGER REFERENCES face ON DELETE SET NULL;
    ALTER TABLE people_edit ADD COLUMN who TEXT;  -- NULL where it was not noted
    ALTER TABLE people_edit_person ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE people_edit_person ADD COLUMN cover INTEGER REFERENCES face ON DELETE SET NULL;
    CREATE INDEX person_hidden ON person (id) WHERE hidden;
    CREATE INDEX person_cover ON person (cover) WHERE cover IS NOT NULL;
    CREATE INDEX people_edit_person_cover ON people_edit_person (cover) WHERE cover IS NOT NULL;

    CREATE TABLE rejected_face (             -- a face that is not of a person
      face INTEGER NOT NULL REFERENCES face ON DELETE CASCADE,
      person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
      told_by INTEGER REFERENCES people_edit ON DELETE SET NULL,
      PRIMARY KEY (face, person)
    ) WITHOUT ROWID;
    CREATE INDEX rejected_face_person ON rejected_face (person);
    CREATE TABLE people_edit_rejected (
      edit INTEGER NOT NULL REFERENCES people_edit ON DELETE CASCADE,
      face INTEGER NOT NULL REFERENCES face ON DELETE CASCADE,
      person INTEGER NOT NULL,
      told_by INTEGER,
      PRIMARY KEY (edit, face, person)
    ) WITHOUT ROWID;
    CREATE INDEX people_edit_rejected_face ON people_edit_rejected (face);

    CREATE TABLE hidden_face (               -- a face that is in no answer unless asked for
      face INTEGER PRIMARY KEY REFERENCES face ON DELETE CASCADE
    );
    CREATE TABLE people_edit_hidden (
      edit INTEGER NOT NULL REFERENCES people_edit ON DELETE CASCADE,
      face INTEGER NOT NULL REFERENCES face ON DELETE CASCADE,
      before INTEGER NOT NULL,               -- 1 if it was hidden
      PRIMARY KEY (edit, face)
    ) WITHOUT ROWID;
    CREATE TABLE people_edit_confirmed (
      edit INTEGER NOT NULL REFERENCES people_edit ON DELETE CASCADE,
      face INTEGER NOT NULL REFERENCES face ON DELETE CASCADE,
      confidence REAL NOT NULL,              -- before
      PRIMARY KEY (edit, face)
    ) WITHOUT ROWID;
    CREATE INDEX people_edit_confirmed_face ON people_edit_confirmed (face);
    CREATE INDEX people_edit_hidden_face ON people_edit_hidden (face);
    """

  /// When people were born and died, as 1961, 1961-08 or 1961-08-04; NULL where the user did not say so.
  static let dates = """
    ALTER TABLE person ADD COLUMN born TEXT;
    ALTER TABLE person ADD COLUMN died TEXT;
    CREATE INDEX person_dates ON person (id) WHERE born IS NOT NULL OR died IS NOT NULL;
    ALTER TABLE people_edit_person ADD COLUMN born TEXT;
    ALTER TABLE people_edit_person ADD COLUMN died TEXT;
    """
}
