import Foundation
import Synchronization

/// What Prometheus reads: how many requests of which kind, how long they took, what the server is at.
final class ServerMetrics: Sendable {
  private struct Route: Hashable {
    var method: String
    var route: String
    var status: Int
  }

  /// How many took at most so many seconds each.
  private struct Histogram {
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    var counts = [Int](repeating: 0, count: bounds.count)
    var count = 0
    var sum = 0.0

    mutating func add(_ seconds: Double) {
      count += 1
      sum += seconds
      // From above: most requests are quick, and Prometheus wants sums.
      for place in Self.bounds.indices.reversed() {
        guard seconds <= Self.bounds[place] else { break }
        counts[place] += 1
      }
    }
  }

  private struct State {
    var requests: [Route: Int] = [:]
    var durations: [String: Histogram] = [:]
    var photos = 0
    var faces = 0
    var underWay = 0
  }

  private let state = Mutex(State())
  private let started = Date()

  func began() { state.withLock { $0.underWay += 1 } }

  func ended(method: String, route: String, status: Int, seconds: Double) {
    state.withLock { state in
      state.underWay -= 1
      state.requests[Route(method: method, route: route, status: status), default: 0] += 1
      state.durations[route, default: Histogram()].add(seconds)
    }
  }

  func count(photos: Int, faces: Int) {
    state.withLock { state in
      state.photos += photos
      state.faces += faces
    }
  }

  /// In Prometheus' text format 0.0.4.
  func text(
    queues: [(name: String, load: Int)], connections: Int, galleryFaces: Int?
  ) -> String {
    let state = state.withLock { $0 }
    var lines: [String] = []
    func head(_ name: String, _ type: String, _ help: String) {
      lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
    }
    head("likeness_requests_total", "counter", "Requests that were answered.")
    for (route, count) in state.requests.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      lines.append(
        "likeness_requests_total{method=\"\(route.method)\",route=\"\(route.route)\",status=\"\(route.status)\"} \(count)"
      )
    }
    head("likeness_request_seconds", "histogram", "How long requests took.")
    for (route, histogram) in state.durations.sorted(by: { $0.key < $1.key }) {
      for (bound, count) in zip(Histogram.bounds, histogram.counts) {
        lines.append("likeness_request_seconds_bucket{route=\"\(route)\",le=\"\(bound)\"} \(count)")
      }
      lines += [
        "likeness_request_seconds_bucket{route=\"\(route)\",le=\"+Inf\"} \(histogram.count)",
        "likeness_request_seconds_sum{route=\"\(route)\"} \(histogram.sum)",
        "likeness_request_seconds_count{route=\"\(route)\"} \(histogram.count)",
      ]
    }
    head("likeness_requests_under_way", "gauge", "Requests that are being answered.")
    lines.append("likeness_requests_under_way \(state.underWay)")
    head("likeness_connections", "gauge", "Connections that are open.")
    lines.append("likeness_connections \(connections)")
    head("likeness_queue_load", "gauge", "Work under way or waiting.")
    for queue in queues {
      lines.append("likeness_queue_load{queue=\"\(queue.name)\"} \(queue.load)")
    }
    head("likeness_photos_seen_total", "counter", "Photos that were looked at.")
    lines.append("likeness_photos_seen_total \(state.photos)")
    head("likeness_faces_seen_total", "counter", "Faces that were found on them.")
    lines.append("likeness_faces_seen_total \(state.faces)")
    if let galleryFaces {
      head("likeness_gallery_faces", "gauge", "Faces in the gallery.")
      lines.append("likeness_gallery_faces \(galleryFaces)")
    }
    head("process_start_time_seconds", "gauge", "When the server was started.")
    lines.append("process_start_time_seconds \(started.timeIntervalSince1970)")
    if let bytes = Self.residentBytes {
      head("process_resident_memory_bytes", "gauge", "Memory in use.")
      lines.append("process_resident_memory_bytes \(bytes)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static var residentBytes: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return nil
    }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? Int(fields[1]).map { $0 * sysconf(Int32(_SC_PAGESIZE)) } : nil
  }
}
