/// A record of a gallery by its number, as users write it: `face:12`, `photo:3`, `person:7`.
public enum RecordReference: Hashable, Sendable {
  case face(FaceID)
  case photo(PhotoID)
  case person(PersonID)

  /// Nil for a text that is not of this form.
  public init?(_ text: String) {
    if let face = FaceID(reference: text) {
      self = .face(face)
    } else if let photo = PhotoID(reference: text) {
      self = .photo(photo)
    } else if let person = PersonID(reference: text) {
      self = .person(person)
    } else {
      return nil
    }
  }

  /// What a number may be meant for that does not say of what it is, `12` or `#12`; nil for any other text.
  public static func references(of text: String, _ kinds: [any RecordID.Type]) -> [String]? {
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return kinds.map { "\($0.kind):\(digits)" }
  }
}
