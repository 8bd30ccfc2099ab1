import Foundation
import Testing

@testable import LikenessCore

@Suite struct LifeDatesTests {
  @Test func `a date is a year, a month or a day`() throws {
    for (text, first, last) in [
      ("1961", "1961-01-01", "1961-12-31"), ("1961-08", "1961-08-01", "1961-08-31"),
      ("2000-02", "2000-02-01", "2000-02-29"), ("1900-02", "1900-02-01", "1900-02-28"),
      ("1961-08-04", "1961-08-04", "1961-08-04"),
    ] {
      let date = try #require(PartialDate(text))
      #expect("\(date.firstDay)" == first && "\(date.lastDay)" == last && "\(date)" == text)
      let data = try JSONEncoder().encode([date])
      #expect(String(decoding: data, as: UTF8.self) == "[\"\(text)\"]")
      #expect(try JSONDecoder().decode([PartialDate].self, from: data) == [date])
    }
    for text in [
      "", "61", "01961", "1961-", "1961-8", "1961-13", "1961-00", "1961-02-29", "1961-08-00",
      "1961-08-04-01", "1961/08/04", "-961", "+961", "0000", "１９６１", "1961-08-04 ", "born",
    ] {
      #expect(PartialDate(text) == nil, "\(text)")
    }
  }

  @Test func `days follow each other`() throws {
    var day = try #require(CalendarDay(year: 1999, month: 12, day: 31))
    var count = 0
    for year in 2000...2004 {
      for month in 1...12 {
        for number in 1...CalendarDay.days(of: month, year: year) {
          let next = try #require(CalendarDay(year: year, month: month, day: number))
          #expect(next.number == day.number + 1 && day < next)
          (day, count) = (next, count + 1)
        }
      }
    }
    #expect(count == 5 * 365 + 2)
  }

  @Test func `the time of a photo is read as cameras write it`() throws {
    let time = try #require(CaptureTime(exif: "2004:05:06 07:08:09"))
    #expect("\(time)" == "2004-05-06T07:08:09" && CaptureTime("2004-05-06T07:08:09") == time)
    for odd in [
      "2004-05-06T07:08:09", "2004:05:06 07:08:09.60:04:00", "2004:05:06 07:08:09+02:00",
      "2004:05:06 07:08:09Z",
    ] {
      #expect(CaptureTime(exif: odd) == time, "\(odd)")
    }
    let data = try JSONEncoder().encode([time])
    #expect(try JSONDecoder().decode([CaptureTime].self, from: data) == [time])
    for text in [
      "", "0000:00:00 00:00:00", "    :  :     :  :  ", "2004:05:06", "2004:13:06 07:08:09",
      "2004:02:30 07:08:09", "2004:05:06 24:00:00", "2004:05:06 07:08:61", "1825:05:06 07:08:09",
      "2004:05:06 07:08:091", "2004:05:06_07:08:09",
    ] {
      #expect(CaptureTime(exif: text) == nil, "\(text)")
    }
    #expect(CaptureTime("2004:05:06 07:08:09") == nil && CaptureTime("\(time)Z") == nil)
  }

  @Test func `people are on photos of their lives only`() throws {
    func rulesOut(_ born: String?, _ died: String?, _ day: String) throws -> Bool {
      let dates = LifeDates(
        born: born.flatMap { PartialDate($0) }, died: died.flatMap { PartialDate($0) })
      return dates.rulesOut(try #require(CaptureTime("\(day)T12:00:00")))
    }
    #expect(try rulesOut("1961-08-04", nil, "1961-08-03"))
    #expect(try !rulesOut("1961-08-04", nil, "1961-08-04"))
    #expect(try rulesOut("1961-08", nil, "1961-07-31") && !rulesOut("1961", nil, "1961-01-01"))
    // A day is left for a camera that is set to another time zone.
    #expect(try !rulesOut(nil, "2010-02-28", "2010-03-01"))
    #expect(try rulesOut(nil, "2010-02-28", "2010-03-02"))
    #expect(try !rulesOut(nil, "2010", "2011-01-01") && rulesOut(nil, "2010", "2011-01-02"))
    #expect(try !rulesOut(nil, nil, "1900-01-01"))
  }

  @Test func `nobody dies before being born`() {
    func isPossible(_ born: String, _ died: String) -> Bool {
      LifeDates(born: PartialDate(born), died: PartialDate(died)).isPossible
    }
    #expect(isPossible("1961", "1961") && isPossible("1961-08-04", "1961-08"))
    #expect(isPossible("1961-12", "1961") && !isPossible("1961", "1960-12-31"))
    #expect(!isPossible("1961-08-04", "1961-08-03"))
    #expect(LifeDates(born: PartialDate("1961-08"), died: nil).text == "born 1961-08")
    #expect(
      LifeDates(born: PartialDate("1961"), died: PartialDate("2010-01-02")).text
        == "born 1961, died 2010-01-02")
  }
}
