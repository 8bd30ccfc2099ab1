import Foundation

/// Why a pickle is not read.
struct PickleError: Error, Equatable {
  var reason: String
}

/// Reads Python's pickles, protocols 0 to 5 (`Lib/pickletools.py`), without executing them: the machine knows how to make numbers,
/// texts, lists, tuples, dictionaries and NumPy's arrays, and refuses every other object before it is made.
struct PickleReader {
  /// More values are not read.
  static let mostValues = 30_000_000

  private let bytes: [UInt8]
  private var at = 0
  private var stack: [PickleValue] = []
  /// Where the stack was at each mark.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var values = 0
  private let arena = PickleArena()

  private init(_ data: Data) { bytes = [UInt8](data) }

  /// - Throws: `PickleError`
  static func document(_ data: Data) throws(PickleError) -> PickleDocument {
    var reader = PickleReader(data)
    return PickleDocument(value: try reader.run(), arena: reader.arena)
  }

  private mutating func run() throws(PickleError) -> PickleValue {
    guard bytes.count > 1 else { throw PickleError(reason: "it is empty") }
    while true {
      let code = try byte()
      if code == UInt8(ascii: ".") {
        guard marks.isEmpty, stack.count == 1 else {
          throw PickleError(reason: "it does not end with one value")
        }
        return stack[0]
      }
      try step(code)
      values += 1
      guard values <= Self.mostValues else {
        throw PickleError(reason: "it has more than \(Self.mostValues) values")
      }
    }
  }

  // MARK: Bytes

  private static let cutShort = PickleError(reason: "it ends too early")

  private mutating func byte() throws(PickleError) -> UInt8 {
    guard at < bytes.count else { throw Self.cutShort }
    at += 1
    return bytes[at - 1]
  }

  private mutating func take(_ count: Int) throws(PickleError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - at else { throw Self.cutShort }
    at += count
    return bytes[at - count..<at]
  }

  /// A number of so many bytes, the lowest first.
  private mutating func count(_ size: Int) throws(PickleError) -> Int {
    var value: UInt64 = 0
    for (place, byte) in try take(size).enumerated() { value |= UInt64(byte) << (8 * place) }
    guard let count = Int(exactly: value) else { throw Self.cutShort }
    return count
  }

  private mutating func line() throws(PickleError) -> String {
    guard let end = bytes[at...].firstIndex(of: 0x0A) else { throw Self.cutShort }
    defer { at = end + 1 }
    return String(decoding: bytes[at..<end], as: UTF8.self)
  }

  /// A line of Latin-1 with escapes such as `\u00e9` and `\U0001f600` for everything else.
  private mutating func rawUnicode() throws(PickleError) -> String {
    guard let end = bytes[at...].firstIndex(of: 0x0A) else { throw Self.cutShort }
    defer { at = end + 1 }
    var text = ""
    var place = at
    while place < end {
      let byte = bytes[place]
      place += 1
      var scalar = Unicode.Scalar(byte)
      if byte == UInt8(ascii: "\\"), place < end,
        let digits = [UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8][bytes[place]],
        end - place > digits,
        let value = UInt32(
          String(decoding: bytes[place + 1...place + digits], as: UTF8.self), radix: 16),
        let escaped = Unicode.Scalar(value)
      {
        scalar = escaped
        place += 1 + digits
      }
      text.unicodeScalars.append(scalar)
    }
    return text
  }

  private mutating func text(_ count: Int) throws(PickleError) -> PickleValue {
    .text(String(decoding: try take(count), as: UTF8.self))
  }

  private mutating func data(_ count: Int) throws(PickleError) -> PickleValue {
    .bytes(Data(try take(count)))
  }

  /// A number in two's complement.
  private mutating func long(_ size: Int) throws(PickleError) -> PickleValue {
    let digits = try take(size)
    guard let sign = digits.last else { return .integer(0) }
    guard digits.count <= 8 else { throw PickleError(reason: "a number of more than 64 bits") }
    var value: UInt64 = sign & 0x80 == 0 ? 0 : .max
    for byte in digits.reversed() { value = value << 8 | UInt64(byte) }
    return .integer(Int(truncatingIfNeeded: value))
  }

  // MARK: Stack

  private mutating func pop() throws(PickleError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw PickleError(reason: "a value is missing")
    }
    return value
  }

  private func top() throws(PickleError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.last else {
      throw PickleError(reason: "a value is missing")
    }
    return value
  }

  private mutating func popMark() throws(PickleError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw PickleError(reason: "a mark is missing") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func pop(_ count: Int) throws(PickleError) -> [PickleValue] {
    var values: [PickleValue] = []
    for _ in 0..<count { values.append(try pop()) }
    return values.reversed()
  }

  private func remembered(_ number: Int) throws(PickleError) -> PickleValue {
    guard let value = memo[number] else {
      throw PickleError(reason: "it refers to a value that is not there")
    }
    return value
  }

  // MARK: Instructions

  private mutating func step(_ code: UInt8) throws(PickleError) {
    switch code {
    case 0x80:
      let version = try byte()
      guard version <= 5 else { throw PickleError(reason: "it is of protocol \(version)") }
    case 0x95: _ = try take(8)
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popMark()
    case UInt8(ascii: "2"): stack.append(try top())
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case UInt8(ascii: "g"): stack.append(try remembered(try number(line())))
    case UInt8(ascii: "h"): stack.append(try remembered(Int(try byte())))
    case UInt8(ascii: "j"): stack.append(try remembered(try count(4)))
    case UInt8(ascii: "p"): memo[try number(line())] = try top()
    case UInt8(ascii: "q"): memo[Int(try byte())] = try top()
    case UInt8(ascii: "r"): memo[try count(4)] = try top()
    case 0x94: memo[memo.count] = try top()
    default:
      if try !scalar(code), try !container(code), try !object(code) {
        throw PickleError(
          reason: "it is no pickle, or has an instruction that is not read (\(code))")
      }
    }
  }

  private func number(_ text: String) throws(PickleError) -> Int {
    let digits = text.hasSuffix("L") ? String(text.dropLast()) : text
    guard let number = Int(digits) else { throw PickleError(reason: "a number that is none") }
    return number
  }

  private mutating func scalar(_ code: UInt8) throws(PickleError) -> Bool {
    switch code {
    case UInt8(ascii: "I"):
      let text = try line()
      stack.append(
        text == "01" ? .bool(true) : text == "00" ? .bool(false) : .integer(try number(text)))
    case UInt8(ascii: "L"): stack.append(.integer(try number(line())))
    case UInt8(ascii: "J"):
      stack.append(.integer(Int(Int32(truncatingIfNeeded: try count(4)))))
    case UInt8(ascii: "K"): stack.append(.integer(try count(1)))
    case UInt8(ascii: "M"): stack.append(.integer(try count(2)))
    case 0x8A: stack.append(try long(count(1)))
    case 0x8B: stack.append(try long(count(4)))
    case UInt8(ascii: "F"):
      guard let value = Double(try line()) else {
        throw PickleError(reason: "a number that is none")
      }
      stack.append(.number(value))
    case UInt8(ascii: "G"):
      let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      stack.append(.number(Double(bitPattern: bits)))
    case UInt8(ascii: "S"):
      let text = try line().trimmingCharacters(in: .whitespaces)
      guard text.count > 1, let quote = text.first, quote == text.last, "\"'".contains(quote) else {
        throw PickleError(reason: "a text without quotes")
      }
      // What is escaped in it is no part of names and paths.
      stack.append(.text(String(text.dropFirst().dropLast())))
    case UInt8(ascii: "V"): stack.append(.text(try rawUnicode()))
    case UInt8(ascii: "T"): stack.append(try data(count(4)))
    case UInt8(ascii: "U"): stack.append(try data(count(1)))
    case UInt8(ascii: "X"): stack.append(try text(count(4)))
    case 0x8C: stack.append(try text(count(1)))
    case 0x8D: stack.append(try text(count(8)))
    case UInt8(ascii: "B"): stack.append(try data(count(4)))
    case UInt8(ascii: "C"): stack.append(try data(count(1)))
    case 0x8E, 0x96: stack.append(try data(count(8)))
    default: return false
    }
    return true
  }

  private mutating func container(_ code: UInt8) throws(PickleError) -> Bool {
    switch code {
    case UInt8(ascii: "]"): stack.append(.list(arena.add(PickleList())))
    case UInt8(ascii: "l"): stack.append(.list(arena.add(PickleList(try popMark()))))
    case UInt8(ascii: "a"):
      let value = try pop()
      try append([value])
    case UInt8(ascii: "e"):
      let values = try popMark()
      try append(values)
    case UInt8(ascii: ")"): stack.append(.tuple(arena.add(PickleList())))
    case UInt8(ascii: "t"): stack.append(.tuple(arena.add(PickleList(try popMark()))))
    case 0x85, 0x86, 0x87:
      stack.append(.tuple(arena.add(PickleList(try pop(Int(code) - 0x84)))))
    case UInt8(ascii: "}"): stack.append(.dictionary(arena.add(PickleDictionary())))
    case UInt8(ascii: "d"):
      let dictionary = arena.add(PickleDictionary())
      let values = try popMark()
      stack.append(.dictionary(dictionary))
      try set(values)
    case UInt8(ascii: "s"):
      let pair = try pop(2)
      try set(pair)
    case UInt8(ascii: "u"):
      let values = try popMark()
      try set(values)
    default: return false
    }
    return true
  }

  private func append(_ values: [PickleValue]) throws(PickleError) {
    guard case .list(let list) = try top() else {
      throw PickleError(reason: "a value is added to what is no list")
    }
    list.entries += values
  }

  private func set(_ values: [PickleValue]) throws(PickleError) {
    guard case .dictionary(let dictionary) = try top(), values.count % 2 == 0 else {
      throw PickleError(reason: "a value is put into what is no dictionary")
    }
    for place in stride(from: 0, to: values.count, by: 2) {
      dictionary.entries.append((values[place], values[place + 1]))
    }
  }

  private mutating func object(_ code: UInt8) throws(PickleError) -> Bool {
    switch code {
    case UInt8(ascii: "c"):
      let module = try line()
      try name(module, line())
    case 0x93:
      let pair = try pop(2)
      guard let module = pair[0].text, let symbol = pair[1].text else {
        throw PickleError(reason: "an object without a name")
      }
      try name(module, symbol)
    case UInt8(ascii: "R"):
      let pair = try pop(2)
      guard case .global(let global) = pair[0], case .tuple(let arguments) = pair[1] else {
        throw PickleError(reason: "it makes an object of what is no class")
      }
      stack.append(try PickleObjects.made(global, arguments.entries, arena))
    case UInt8(ascii: "b"):
      let state = try pop()
      try PickleObjects.fill(try top(), with: state)
    case 0x81, 0x92, UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "P"), UInt8(ascii: "Q"),
      0x82, 0x83, 0x84, 0x97, 0x98:
      throw PickleError(reason: "it makes objects other than numbers, texts, lists and arrays")
    default: return false
    }
    return true
  }

  private mutating func name(_ module: String, _ symbol: String) throws(PickleError) {
    guard let global = PickleGlobal(module, symbol) else {
      // No more of it than a line shows.
      throw PickleError(
        reason: "it wants \(module.prefix(60)).\(symbol.prefix(60)), which is not run")
    }
    stack.append(.global(global))
  }
}
