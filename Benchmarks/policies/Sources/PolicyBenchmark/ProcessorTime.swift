import Foundation

/// Processor time of this thread in microseconds: it depends less than the clock on the wall on
/// what else the machine does.
func processorTime() -> Double { time(CLOCK_THREAD_CPUTIME_ID) }

/// Microseconds on a clock.
func time(_ clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

/// Microseconds of one call, the median of several rounds.
func median(rounds: Int = 9, calls: Int = 1, of run: () -> Bool) -> Double {
    var samples: [Double] = []
    for _ in 0..<rounds {
        var succeeded = true
        let start = processorTime()
        for _ in 0..<calls {
            succeeded = run() && succeeded
        }
        samples.append((processorTime() - start) / Double(calls))
        precondition(succeeded, "a run gave the wrong answer")
    }
    return samples.sorted()[rounds / 2]
}

func rounded(_ value: Double) -> String {
    let hundredths = Int(value * 100 + 0.5)
    return "\(hundredths / 100).\("0\(hundredths % 100)".suffix(2))"
}

func report(_ name: String, _ value: Double, _ unit: String, limit: Double? = nil) {
    let verdict = limit.map { value <= $0 ? "  (limit \($0): met)" : "  (limit \($0): MISSED)" }
    let padded = name + String(repeating: " ", count: max(1, 48 - name.count))
    print("\(padded)\(rounded(value)) \(unit)\(verdict ?? "")")
}

/// Reports how long the best of three runs took, and the processor time of its threads.
func reportProof(_ name: String, limit: Double, of run: () -> Bool) {
    var best = (passed: Double.infinity, spent: 0.0)
    for _ in 0..<3 {
        let (start, spent) = (time(CLOCK_MONOTONIC), time(CLOCK_PROCESS_CPUTIME_ID))
        let isRight = run()
        precondition(isRight, "a run gave the wrong answer")
        let passed = time(CLOCK_MONOTONIC) - start
        if passed < best.passed { best = (passed, time(CLOCK_PROCESS_CPUTIME_ID) - spent) }
    }
    report(name, best.passed / 1e6, "s", limit: limit)
    report("    processor time of its threads", best.spent / 1e6, "s")
}
