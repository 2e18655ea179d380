import PIMCore
import PIMRPC

/// `diagnostics.trace` as text.
struct TraceReport {
    private let result: TraceResult

    init(_ result: TraceResult) {
        self.result = result
    }

    func lines(_ style: Style = .plain) -> [String] {
        var table = TextTable([
            .init("HOP", isNumber: true), .init("NODE"), .foreign("NAME"), .init("TIME", isNumber: true),
        ])
        for (index, hop) in result.hops.enumerated() {
            let time = hop.roundTripMilliseconds.map { "\(PingSummary.milliseconds($0)) ms" }
            table.add([
                String(index + 1), hop.nodeID.shortDescription, hop.name ?? "", time ?? "no answer",
            ])
        }
        let target = result.nodeID.shortDescription
        let reason = result.reason.map { ": \(Printable.line($0))" } ?? ""
        let end = result.reached ? [] : [style("\(target) was not reached\(reason)", .red)]
        return ["trace \(result.nodeID)"] + (result.hops.isEmpty ? [] : table.lines(style)) + end
    }
}
