/// Where the labels of photos stand.
public enum DatasetLayout: String, Sendable, CaseIterable, Codable {
  /// A folder for each person.
  case folders
  /// Names such as `KM.HA1.4.tiff`: person, expression with the number of the photo, number.
  case names
  /// A CSV file: a column of paths, and one for each attribute.
  case table
  /// No labels: for a teacher, who needs none.
  case unlabelled
}
