import TestSupport
import Testing

@testable import likeness

@Suite struct ConsoleTests {
  @Test func cellsOfTablesStayInTheirLine() {
    var table = Table(rightAligned: [1])
    table.add("Ann\nBob", "1", "esc\u{1B}[31mred")
    table.add("Zoë", "12", "tab\there")
    #expect(
      table.text == #"""
        Ann\nBob   1  esc\u{1B}[31mred
        Zoë       12  tab\there
        """#)
  }

  @Test func messagesShowControlCharacters() throws {
    let run = try ProgramRun(["detect", "/nonexistent/esc\u{1B}[31m.jpg"])
    #expect(run.status != 0, "\(run.errors)")
    #expect(run.errors.contains(#"/nonexistent/esc\u{1B}[31m.jpg"#), "\(run.errors)")
    #expect(!run.errors.contains("\u{1B}"), "\(run.errors)")
  }
}
