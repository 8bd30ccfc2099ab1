import Foundation

/// A real browser without a window, driven through its DevTools protocol over two pipes.
///
/// It notes what a page writes to its console, every error, and every address that it asks for.
/// Chromium is among the packages that `Scripts/setup` installs; without it, making one throws.
public final class Browser {
  public enum Failure: Error, CustomStringConvertible {
    case missing
    case notStarted(String)
    case noAnswer(String)
    case refused(String, String)
    case script(String)

    public var description: String {
      switch self {
      case .missing: "there is no Chromium: run Scripts/setup"
      case .notStarted(let reason): "Chromium cannot be started: \(reason)"
      case .noAnswer(let method): "the browser does not answer \(method)"
      case .refused(let method, let reason): "the browser refuses \(method): \(reason)"
      case .script(let text): "the page's script failed: \(text)"
      }
    }
  }

  /// What went wrong on the page: exceptions, and errors and warnings on its console or log.
  public private(set) var problems: [String] = []
  /// Every address that the page asked for.
  public private(set) var requests: [String] = []
  /// As the page says it, in pixels of CSS.
  public let width: Int
  public let height: Int

  private var process: pid_t = 0
  private var input: Int32 = -1
  private var output: Int32 = -1
  private let profile: URL
  private var received = Data()
  private var lastID = 0
  private var session: String?

  /// - Parameters:
  ///   - isDark: which colours the page is asked for.
  ///   - hasGraphics: false for a browser without WebGL.
  ///   - isTouched: whether it has a touch screen.
  public init(
    width: Int = 1200, height: Int = 800, isDark: Bool = false, hasGraphics: Bool = true,
    isTouched: Bool = false
  ) throws {
    (self.width, self.height) = (width, height)
    profile = FileManager.default.temporaryDirectory
      .appendingPathComponent("browser-\(UUID().uuidString)")
    try start(hasGraphics: hasGraphics)
    let target = try call("Target.createTarget", ["url": "about:blank"])
    let attached = try call(
      "Target.attachToTarget", ["targetId": target["targetId"] ?? "", "flatten": true])
    session = attached["sessionId"] as? String
    for domain in ["Runtime", "Log", "Network", "Page"] { try call("\(domain).enable") }
    try call(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": isTouched])
    if isTouched { try call("Emulation.setTouchEmulationEnabled", ["enabled": true]) }
    try prefer(isDark: isDark)
  }

  deinit {
    if process > 0 {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    if input >= 0 { close(input) }
    if output >= 0 { close(output) }
    try? FileManager.default.removeItem(at: profile)
  }

  private static func program() throws -> String {
    let candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    guard let found = candidates.first(where: { access($0, X_OK) == 0 }) else {
      throw Failure.missing
    }
    return found
  }

  /// Foundation's processes have three files; the protocol is spoken on the fourth and the fifth.
  private func start(hasGraphics: Bool) throws {
    var arguments = [
      try Self.program(), "--headless=new", "--no-sandbox", "--remote-debugging-pipe",
      "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--mute-audio",
      "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
      "--accept-lang=en-US",
      "--user-data-dir=\(profile.path)",
    ]
    arguments +=
      hasGraphics
      ? ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"] : ["--disable-3d-apis"]
    var (toBrowser, fromBrowser): ([Int32], [Int32]) = ([0, 0], [0, 0])
    guard pipe(&toBrowser) == 0, pipe(&fromBrowser) == 0 else {
      throw Failure.notStarted(String(cString: strerror(errno)))
    }
    for descriptor in toBrowser + fromBrowser { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    // Out of the way of 3 and 4, which would lose their mark by being copied onto themselves.
    let theirs = [toBrowser[0], fromBrowser[1]].map { fcntl($0, F_DUPFD_CLOEXEC, 64) }
    close(toBrowser[0])
    close(fromBrowser[1])
    (input, output) = (toBrowser[1], fromBrowser[0])
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor: Int32 in 0...2 {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, theirs[0], 3)
    posix_spawn_file_actions_adddup2(&actions, theirs[1], 4)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    let code = posix_spawn(&process, arguments[0], &actions, nil, &words, environ)
    for descriptor in theirs { close(descriptor) }
    guard code == 0 else { throw Failure.notStarted(String(cString: strerror(code))) }
  }

  // MARK: The protocol

  /// Calls a method and waits for its answer; what happens meanwhile is noted.
  @discardableResult
  public func call(
    _ method: String, _ parameters: [String: Any] = [:], within seconds: Double = 60
  ) throws -> [String: Any] {
    lastID += 1
    let id = lastID
    var message: [String: Any] = ["id": id, "method": method, "params": parameters]
    if let session { message["sessionId"] = session }
    var data = try JSONSerialization.data(withJSONObject: message)
    data.append(0)
    try data.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = write(input, bytes.baseAddress! + sent, bytes.count - sent)
        guard count > 0 else { throw Failure.noAnswer(method) }
        sent += count
      }
    }
    let deadline = Date().addingTimeInterval(seconds)
    while let answer = try next(before: deadline) {
      guard answer["id"] as? Int == id else { continue }
      if let error = answer["error"] as? [String: Any] {
        throw Failure.refused(method, "\(error["message"] ?? error)")
      }
      return answer["result"] as? [String: Any] ?? [:]
    }
    throw Failure.noAnswer(method)
  }

  /// The next message, after it was noted; nil when the time is over or the browser has ended.
  private func next(before deadline: Date) throws -> [String: Any]? {
    while true {
      if let end = received.firstIndex(of: 0) {
        let message = received[received.startIndex..<end]
        received = Data(received[(end + 1)...])
        let parsed = try JSONSerialization.jsonObject(with: message) as? [String: Any] ?? [:]
        note(parsed)
        return parsed
      }
      let left = deadline.timeIntervalSinceNow
      guard left > 0 else { return nil }
      var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, Int32(left * 1000) + 1) > 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(output, &buffer, buffer.count)
      guard count > 0 else { return nil }
      received.append(contentsOf: buffer[0..<count])
    }
  }

  private func note(_ message: [String: Any]) {
    let parameters = message["params"] as? [String: Any] ?? [:]
    switch message["method"] as? String {
    case "Runtime.exceptionThrown":
      let details = parameters["exceptionDetails"] as? [String: Any]
      let exception = details?["exception"] as? [String: Any]
      problems.append("exception: \(exception?["description"] ?? details?["text"] ?? "unknown")")
    case "Runtime.consoleAPICalled":
      let type = parameters["type"] as? String ?? ""
      guard ["error", "warning", "assert"].contains(type) else { return }
      problems.append("console.\(type): \(parameters["args"] ?? "")")
    case "Log.entryAdded":
      let entry = parameters["entry"] as? [String: Any] ?? [:]
      guard ["error", "warning"].contains(entry["level"] as? String) else { return }
      problems.append("log: \(entry["text"] ?? "") \(entry["url"] ?? "")")
    case "Network.requestWillBeSent":
      let request = parameters["request"] as? [String: Any]
      requests.append(request?["url"] as? String ?? "")
    default: break
    }
  }

  // MARK: What a person does

  /// Chooses which colours the page is asked for.
  public func prefer(isDark: Bool) throws {
    try call(
      "Emulation.setEmulatedMedia",
      [
        "features": [
          ["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"],
          ["name": "prefers-reduced-motion", "value": "no-preference"],
        ]
      ])
  }

  /// Opens a file and waits until an expression is true.
  public func open(_ page: URL, fragment: String = "", until ready: String) throws {
    try call("Page.navigate", ["url": page.absoluteString + fragment])
    try wait(until: ready)
  }

  /// The value of an expression, or of the promise that it is.
  @discardableResult
  public func value(_ expression: String) throws -> Any? {
    let answer = try call(
      "Runtime.evaluate",
      ["expression": expression, "awaitPromise": true, "returnByValue": true])
    if let details = answer["exceptionDetails"] as? [String: Any] {
      let exception = details["exception"] as? [String: Any]
      throw Failure.script("\(exception?["description"] ?? details["text"] ?? expression)")
    }
    return (answer["result"] as? [String: Any])?["value"]
  }

  public func text(_ expression: String) throws -> String { try value(expression) as? String ?? "" }

  public func number(_ expression: String) throws -> Double {
    (try value(expression) as? NSNumber)?.doubleValue ?? .nan
  }

  public func isTrue(_ expression: String) throws -> Bool {
    (try value(expression) as? NSNumber)?.boolValue ?? false
  }

  /// Waits until an expression is true. Machines under load are slow, so it waits long.
  public func wait(until expression: String, within seconds: Double = 60) throws {
    let deadline = Date().addingTimeInterval(seconds)
    // While another page is coming, there is nothing to ask.
    while (try? isTrue(expression)) != true {
      guard Date() < deadline else {
        throw Failure.noAnswer("until \(expression); \(problems.joined(separator: "; "))")
      }
      usleep(50_000)
    }
  }

  public func movePointer(_ x: Double, _ y: Double, isPressed: Bool = false) throws {
    try call(
      "Input.dispatchMouseEvent",
      [
        "type": "mouseMoved", "x": x, "y": y, "button": isPressed ? "left" : "none",
        "buttons": isPressed ? 1 : 0,
      ])
  }

  public func press(_ x: Double, _ y: Double) throws {
    try button("mousePressed", x, y)
  }

  public func release(_ x: Double, _ y: Double) throws {
    try button("mouseReleased", x, y)
  }

  public func click(_ x: Double, _ y: Double) throws {
    try movePointer(x, y)
    try press(x, y)
    try release(x, y)
  }

  /// Clicks in the middle of an element.
  public func click(_ selector: String) throws {
    let middle = try middle(of: selector)
    try click(middle.x, middle.y)
  }

  /// The middle of an element, which is brought into view where it is not, once it stays in its place with nothing before it
  /// and all pictures are there: a page that is still being laid out would have the click go elsewhere.
  private func middle(of selector: String) throws -> (x: Double, y: Double) {
    let box = """
      (async () => {
        let last = null, still = 0;
        for (let look = 0; look < 80; look += 1) {
          const e = document.querySelector('\(selector)');
          e.scrollIntoView({ block: 'nearest', behavior: 'instant' });
          const b = e.getBoundingClientRect();
          const middle = [b.left + b.width / 2, b.top + b.height / 2];
          const isLoading = [...document.images].some((i) => !i.complete && i.loading !== 'lazy');
          const stays = last !== null && last[0] === middle[0] && last[1] === middle[1];
          still = stays && !isLoading && e.contains(document.elementFromPoint(...middle)) ? still + 1 : 0;
          if (still === 4) return middle;
          last = middle;
          await new Promise((resolve) => setTimeout(resolve, 25));
        }
        return last;
      })()
      """
    guard let middle = try value(box) as? [NSNumber], middle.count == 2 else {
      throw Failure.script("no \(selector)")
    }
    return (middle[0].doubleValue, middle[1].doubleValue)
  }

  /// Puts files into a field, as if they had been chosen.
  public func choose(_ files: [URL], for selector: String) throws {
    let answer = try call(
      "Runtime.evaluate", ["expression": "document.querySelector('\(selector)')"])
    guard let field = (answer["result"] as? [String: Any])?["objectId"] as? String else {
      throw Failure.script("no \(selector)")
    }
    try call("DOM.setFileInputFiles", ["files": files.map(\.path), "objectId": field])
  }

  /// Drags files in from outside and drops them in the middle of an element.
  public func drop(_ files: [URL], on selector: String) throws {
    let place = try middle(of: selector)
    let dragged: [String: Any] = [
      "items": [Any](), "files": files.map(\.path), "dragOperationsMask": 1,
    ]
    for type in ["dragEnter", "dragOver", "drop"] {
      try call(
        "Input.dispatchDragEvent", ["type": type, "x": place.x, "y": place.y, "data": dragged])
    }
  }

  private func button(_ type: String, _ x: Double, _ y: Double) throws {
    try call(
      "Input.dispatchMouseEvent",
      [
        "type": type, "x": x, "y": y, "button": "left",
        "buttons": type == "mousePressed" ? 1 : 0, "clickCount": 1,
      ])
  }

  /// Turns the wheel; up, as with a negative number, is into the picture.
  public func wheel(_ x: Double, _ y: Double, by delta: Double) throws {
    try call(
      "Input.dispatchMouseEvent",
      ["type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": delta])
  }

  /// Presses and releases a key.
  /// - Parameter key: as JavaScript calls it: "a", "Enter", "ArrowLeft".
  public func type(key: String) throws {
    var event: [String: Any] = ["type": "keyDown", "key": key]
    if key.count == 1 { event["text"] = key }
    // Without it, forms are not sent and buttons not pressed.
    if key == "Enter" { event["text"] = "\r" }
    let codes = [
      "Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39,
      "ArrowDown": 40,
    ]
    if let code = codes[key] { event["windowsVirtualKeyCode"] = code }
    try call("Input.dispatchKeyEvent", event)
    event["type"] = "keyUp"
    event["text"] = nil
    try call("Input.dispatchKeyEvent", event)
  }

  public func type(text: String) throws {
    for character in text { try type(key: String(character)) }
  }

  /// Fingers on a touch screen, at their places; none lifts them.
  public func touch(_ type: String, _ fingers: [(x: Double, y: Double)]) throws {
    try call(
      "Input.dispatchTouchEvent",
      [
        "type": type,
        "touchPoints": fingers.enumerated().map { ["x": $1.x, "y": $1.y, "id": $0] },
      ])
  }

  /// What is seen, as a PNG file.
  public func screenshot() throws -> Data {
    let answer = try call("Page.captureScreenshot", ["format": "png"])
    return Data(base64Encoded: answer["data"] as? String ?? "") ?? Data()
  }
}
