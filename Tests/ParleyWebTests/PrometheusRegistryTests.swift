import CoreMetrics
import ParleyStatements
import Testing

@testable import ParleyWeb

/// What Prometheus reads, and that it stays bounded.
struct PrometheusRegistryTests {
    private let registry = PrometheusRegistry(
        help: ["things_total": "Things that happened."], buckets: [0.01, 1])

    private func lines(_ name: String) -> [String] {
        registry.text.split(separator: "\n").map(String.init).filter { $0.hasPrefix(name) }
    }

    @Test func `a counter is one line for each combination of labels, under its sentence and type`()
    {
        for kind in ["a", "b", "a"] {
            Counter(label: "things_total", dimensions: [("kind", kind)], factory: registry)
                .increment()
        }
        #expect(
            registry.text.hasPrefix(
                """
                # HELP things_total Things that happened.
                # TYPE things_total counter
                things_total{kind="a"} 2
                things_total{kind="b"} 1

                """))
    }

    @Test func `a histogram counts what is up to each bound, all of it, and the sum in seconds`() {
        let timer = Timer(label: "wait_seconds", dimensions: [], factory: registry)
        for nanoseconds: Int64 in [10_000_000, 500_000_000, 3_000_000_000] {
            timer.recordNanoseconds(nanoseconds)
        }
        #expect(
            lines("wait_seconds") == [
                "wait_seconds_bucket{le=\"0.01\"} 1", "wait_seconds_bucket{le=\"1.0\"} 2",
                "wait_seconds_bucket{le=\"+Inf\"} 3", "wait_seconds_sum 3.51",
                "wait_seconds_count 3",
            ])
    }

    @Test func `a label's quotes, backslashes and ends of lines are escaped`() {
        Counter(label: "odd_total", dimensions: [("l", "a\"b\\c\nd")], factory: registry)
            .increment()
        #expect(lines("odd_total") == [#"odd_total{l="a\"b\\c\nd"} 1"#])
    }

    @Test func `one combination of labels past the limit is counted as dropped and not kept`() {
        for number in 0...PrometheusRegistry.seriesLimit {
            Counter(label: "many_total", dimensions: [("n", "\(number)")], factory: registry)
                .increment()
        }
        #expect(lines("many_total").count == PrometheusRegistry.seriesLimit)
        #expect(lines("parley_series_dropped_total") == ["parley_series_dropped_total 1"])
    }

    @Test func `every metric of a node has its sentence`() throws {
        let meters = Meters(uptime: { 7 })
        meters.committed(statements: 2, nanoseconds: 5)
        meters.deliveryFailed(to: try #require(PartyID("cn")))
        meters.answered("node.show", status: 200, since: 3)
        meters.connection("api", opened: true)
        meters.gaugeConnections()
        let names = meters.registry.text.split(separator: "\n")
            .filter { $0.hasPrefix("# TYPE ") }
            .map { $0.split(separator: " ")[2] }
            .filter { $0 != "parley_series_dropped_total" }
        #expect(names.count == 6)
        for name in names { #expect(Meters.help[String(name)] != nil, "\(name)") }
    }
}
