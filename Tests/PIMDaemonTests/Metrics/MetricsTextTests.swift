import CoreMetrics
import Testing

@testable import PIMDaemon

@Suite("The text format of metrics")
struct MetricsTextTests {
    @Test func familiesHaveHelpAndType() {
        let families = [
            MetricFamily(
                "a_total", .counter, "One \\ two\nthree.",
                [
                    .init(labels: [.init("x", "1"), .init("y", "a\\b\"c\nd\r\ne")], value: .integer(UInt64.max)),
                    .init(value: .number(0.25)),
                ]),
            MetricFamily("nothing", .gauge, "Left out.", []),
            MetricFamily("b", .gauge, "B.", .number(1e21)),
        ]
        #expect(
            MetricsText.render(families) == """
                # HELP a_total One \\\\ two\\nthree.
                # TYPE a_total counter
                a_total{x="1",y="a\\\\b\\"c\\nd\r\\ne"} 18446744073709551615
                a_total 0.25
                # HELP b B.
                # TYPE b gauge
                b 1e+21

                """)
    }

    @Test(arguments: [
        (Double.infinity, "+Inf"), (-Double.infinity, "-Inf"), (Double.nan, "NaN"), (-0.5, "-0.5"), (3, "3.0"),
    ])
    func numbers(value: Double, text: String) {
        #expect(MetricsText.render([MetricFamily("n", .gauge, "N.", .number(value))]).hasSuffix("\nn \(text)\n"))
    }

    @Test(arguments: [
        ("plugin_my-counter", "plugin_my_counter"), ("9x", "_9x"), ("", "_"), ("a:b", "a:b"), ("ä", "__"),
        ("a\nb", "a_b"),
    ])
    func names(text: String, name: String) {
        #expect(MetricsText.name(text) == name)
        #expect(MetricsText.name("a:b", isLabel: true) == "a_b")
    }
}

@Suite("The back end of swift-metrics")
struct MetricsRegistryTests {
    private func text(_ registry: MetricsRegistry) -> String {
        MetricsText.render(registry.families { "About \($0)." })
    }

    @Test func whatIsCountedIsShown() {
        let registry = MetricsRegistry()
        let first = CoreMetrics.Counter(label: "c_total", dimensions: [("plugin", "a")], factory: registry)
        first.increment(by: 2)
        CoreMetrics.Counter(label: "c_total", dimensions: [("plugin", "a")], factory: registry).increment()
        CoreMetrics.Counter(label: "c_total", dimensions: [("plugin", "b")], factory: registry).increment(by: 5)
        Gauge(label: "g", dimensions: [], factory: registry).record(-1.5)
        Timer(label: "t", dimensions: [], factory: registry).recordNanoseconds(1_500_000_000)
        #expect(
            text(registry) == """
                # HELP c_total About c_total.
                # TYPE c_total counter
                c_total{plugin="a"} 3
                c_total{plugin="b"} 5
                # HELP g About g.
                # TYPE g gauge
                g -1.5
                # HELP t About t.
                # TYPE t summary
                t_sum 1.5
                t_count 1

                """)
        first.destroy()
        #expect(text(registry).contains("c_total{plugin=\"a\"} 3\n"))
    }

    @Test func aNameIsOfOneKind() {
        let registry = MetricsRegistry()
        CoreMetrics.Counter(label: "x", dimensions: [], factory: registry).increment()
        Gauge(label: "x", dimensions: [("a", "b")], factory: registry).record(7)
        #expect(text(registry).hasSuffix("# TYPE x counter\nx 1\n"))
    }

    @Test func namesMadeUpAsOneGoesDoNotFillTheMemory() {
        let registry = MetricsRegistry()
        for number in 0..<(MetricsRegistry.limit + 50) {
            CoreMetrics.Counter(label: "n_\(number)", dimensions: [], factory: registry).increment()
        }
        #expect(registry.families { _ in "" }.count == MetricsRegistry.limit)
        CoreMetrics.Counter(label: "n_0", dimensions: [], factory: registry).increment()
        #expect(text(registry).contains("\nn_0 2\n"))
    }

    @Test func countingFromManyThreadsLosesNothing() async {
        let registry = MetricsRegistry()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = CoreMetrics.Counter(label: "c", dimensions: [], factory: registry)
                    for _ in 0..<1000 { counter.increment() }
                }
            }
        }
        #expect(text(registry).hasSuffix("\nc 8000\n"))
    }
}

@Suite("One page of metrics for all")
struct MetricsPageTests {
    @Test func askingOftenCostsOnce() async throws {
        let registry = MetricsRegistry()
        let counter = CounterCell()
        let page = MetricsPage {
            counter.increment(by: 1)
            return MetricsText.render(registry.families { $0 })
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { _ = try? await page.text() } }
        }
        // A slow machine may need more than one second for a hundred questions, but no question each.
        #expect((1...20).contains(counter.value))
    }
}
