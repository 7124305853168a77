import CoreMetrics
import Synchronization

/// What was measured, as Prometheus reads it: a swift-metrics backend that keeps sums, last values
/// and histograms, and writes them as its text format (version 0.0.4).
///
/// Bounded: a name has at most ``seriesLimit`` combinations of labels; what comes after is counted
/// in `parley_series_dropped_total` and otherwise forgotten.
final class PrometheusRegistry: MetricsFactory {
    static let seriesLimit = 2000
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    private let families = Mutex<[String: Family]>([:])
    private let dropped = SumSeries()
    /// By the name of the metric: the sentence above it.
    private let help: [String: String]
    /// Upper bounds in seconds.
    private let buckets: [Double]

    init(help: [String: String], buckets: [Double]) {
        self.help = help
        self.buckets = buckets
    }

    private enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    private struct Family {
        let kind: Kind
        var series: [String: any Series] = [:]
    }

    // MARK: Handlers

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter) { SumSeries() }
    }

    func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        series(label, dimensions, .gauge) { ValueSeries() }
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram) { HistogramSeries(buckets: buckets) }
    }

    // Series live as long as the process: what was counted stays counted.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    private func series<One: Series>(
        _ label: String, _ dimensions: [(String, String)], _ kind: Kind, _ make: () -> One
    ) -> One {
        let key = Self.labels(dimensions)
        return families.withLock { families in
            var family = families[label] ?? Family(kind: kind)
            if let held = family.series[key] as? One { return held }
            guard family.kind == kind, family.series.count < Self.seriesLimit else {
                dropped.increment(by: 1)
                return make()
            }
            let made = make()
            family.series[key] = made
            families[label] = family
            return made
        }
    }

    // MARK: Text

    var text: String {
        let families = families.withLock { $0 }
        var lines: [String] = []
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            if let sentence = help[name] { lines.append("# HELP \(name) \(sentence)") }
            lines.append("# TYPE \(name) \(family.kind.rawValue)")
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                lines += series.lines(name, labels)
            }
        }
        lines.append("# TYPE parley_series_dropped_total counter")
        lines += dropped.lines("parley_series_dropped_total", "")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }
}

/// One name with one combination of labels.
private protocol Series: Sendable {
    func lines(_ name: String, _ labels: String) -> [String]
}

extension Series {
    func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)" : "\(name){\(labels)} \(value)"
    }
}

private final class SumSeries: CounterHandler, Series {
    private let sum = Mutex<Int64>(0)

    func increment(by amount: Int64) { sum.withLock { $0 = $0.addingReportingOverflow(amount).0 } }
    func reset() { sum.withLock { $0 = 0 } }

    func lines(_ name: String, _ labels: String) -> [String] {
        [line(name, labels, String(sum.withLock { $0 }))]
    }
}

private final class ValueSeries: RecorderHandler, Series {
    private let last = Mutex<Double>(0)

    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { last.withLock { $0 = value } }

    func lines(_ name: String, _ labels: String) -> [String] {
        [line(name, labels, "\(last.withLock { $0 })")]
    }
}

private final class HistogramSeries: TimerHandler, Series {
    private struct Counts {
        var inBuckets: [Int64]
        var count: Int64 = 0
        var seconds = 0.0
    }

    private let buckets: [Double]
    private let counts: Mutex<Counts>

    init(buckets: [Double]) {
        self.buckets = buckets
        counts = Mutex(Counts(inBuckets: buckets.map { _ in 0 }))
    }

    func recordNanoseconds(_ duration: Int64) {
        let seconds = Double(duration) / 1e9
        let place = buckets.firstIndex { seconds <= $0 }
        counts.withLock { counts in
            if let place { counts.inBuckets[place] += 1 }
            counts.count += 1
            counts.seconds += seconds
        }
    }

    func lines(_ name: String, _ labels: String) -> [String] {
        let counts = counts.withLock { $0 }
        let before = labels.isEmpty ? "" : labels + ","
        var lines: [String] = []
        var sum: Int64 = 0
        for (bound, count) in zip(buckets, counts.inBuckets) {
            sum += count
            lines.append(line(name + "_bucket", before + "le=\"\(bound)\"", String(sum)))
        }
        lines.append(line(name + "_bucket", before + "le=\"+Inf\"", String(counts.count)))
        lines.append(line(name + "_sum", labels, "\(counts.seconds)"))
        lines.append(line(name + "_count", labels, String(counts.count)))
        return lines
    }
}
