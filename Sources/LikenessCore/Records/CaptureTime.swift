/// When a photo was taken, by the camera's own clock, which has no time zone; as text `2004-05-06T07:08:09`.
public struct CaptureTime: Sendable, Hashable, CodedAsText {
  /// The day.
  public let day: CalendarDay
  private let hour: Int
  private let minute: Int
  private let second: Int

  /// The year of the oldest photo that there is. Earlier dates are of cameras whose clock was never set.
  private static let firstYear = 1826

  /// - Parameters:
  ///   - separators: before the second to the last number.
  ///   - endings: what may begin a rest that does not count.
  private init?(_ text: String, separators: [Set<Character>], endings: Set<Character> = []) {
    let widths = [4, 2, 2, 2, 2, 2]
    var rest = text[...]
    var numbers: [Int] = []
    for (place, width) in widths.enumerated() {
      if place > 0 {
        guard let separator = rest.popFirst(), separators[place - 1].contains(separator) else {
          return nil
        }
      }
      guard let number = CalendarDay.parsed(rest.prefix(width), digits: width) else { return nil }
      numbers.append(number)
      rest = rest.dropFirst(width)
    }
    guard rest.first.map(endings.contains) ?? true, numbers[0] >= Self.firstYear, numbers[3] < 24,
      numbers[4] < 60,
      numbers[5] < 60,
      let day = CalendarDay(year: numbers[0], month: numbers[1], day: numbers[2])
    else { return nil }
    self.day = day
    (hour, minute, second) = (numbers[3], numbers[4], numbers[5])
  }

  /// From a text such as `2004-05-06T07:08:09`; nil for any other.
  public init?(_ text: String) {
    self.init(text, separators: [["-"], ["-"], ["T"], [":"], [":"]])
  }

  /// From the text of an EXIF tag, such as `2004:05:06 07:08:09`; nil where that says no time, as of zeros or blanks.
  public init?(exif text: String) {
    // Some programs write dates with hyphens, or with a T, or add parts of a second and the time zone, against the standard.
    let date: Set<Character> = [":", "-"]
    self.init(
      text, separators: [date, date, [" ", "T"], [":"], [":"]],
      endings: [".", "+", "-", "Z", " "])
  }

  /// The date and the time as ISO 8601 has them, without a time zone.
  public var description: String {
    "\(day)T" + [hour, minute, second].map { CalendarDay.padded($0, 2) }.joined(separator: ":")
  }
}
