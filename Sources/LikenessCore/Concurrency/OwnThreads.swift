import Dispatch

/// Threads for asynchronous work that others wait for, however busy the pool of all other tasks is.
public final class OwnThreads: TaskExecutor {
  private let queue = DispatchQueue(label: "likeness.own-threads", attributes: .concurrent)

  public init() {}

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
