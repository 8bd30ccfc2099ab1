/// A date as far as it is known: a year, a month or a day; as text `1961`, `1961-08` or `1961-08-04`.
public struct PartialDate: Sendable, Hashable, CodedAsText {
  /// The first day that it may be.
  public let firstDay: CalendarDay
  /// The last day that it may be.
  public let lastDay: CalendarDay
  /// As it was given.
  public let description: String

  /// From a text such as `1961`, `1961-08` or `1961-08-04`; nil for any other, and for a day that there is not.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = zip(parts, [4, 2, 2]).compactMap { CalendarDay.parsed($0, digits: $1) }
    guard (1...3).contains(parts.count), numbers.count == parts.count else { return nil }
    let year = numbers[0]
    let (firstMonth, lastMonth) = numbers.count > 1 ? (numbers[1], numbers[1]) : (1, 12)
    let lastDay = numbers.count > 2 ? numbers[2] : CalendarDay.days(of: lastMonth, year: year)
    guard
      let first = CalendarDay(
        year: year, month: firstMonth, day: numbers.count > 2 ? numbers[2] : 1),
      let last = CalendarDay(year: year, month: lastMonth, day: lastDay)
    else { return nil }
    (firstDay, self.lastDay, description) = (first, last, text)
  }
}

/// When a person was born and died, as far as it is known: the person can be on photos of the time in between only.
public struct LifeDates: Sendable, Hashable {
  /// The date of birth; nil if it is not known.
  public var born: PartialDate?
  /// The date of death; nil if it is not known, or the person is alive.
  public var died: PartialDate?

  /// A person's dates.
  public init(born: PartialDate? = nil, died: PartialDate? = nil) {
    (self.born, self.died) = (born, died)
  }

  /// Whether neither is known.
  public var isEmpty: Bool { born == nil && died == nil }

  /// Whether the birth may be before the death.
  public var isPossible: Bool {
    guard let born, let died else { return true }
    return born.firstDay <= died.lastDay
  }

  /// Whether a photo of that time cannot show the person: it was taken before the birth, or more than a day after the death,
  /// as a camera may be set to another time zone.
  public func rulesOut(_ time: CaptureTime) -> Bool {
    if let born, time.day < born.firstDay { return true }
    guard let died else { return false }
    return time.day.number > died.lastDay.number + 1
  }

  /// In words: "born 1961-08-04, died 2010"; empty if neither is known.
  public var text: String {
    [born.map { "born \($0)" }, died.map { "died \($0)" }].compactMap(\.self)
      .joined(separator: ", ")
  }
}
