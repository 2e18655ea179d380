import PIMCore
import PIMRPC

/// The routing table as text.
struct RoutesReport {
    private let table: RouteTableResult

    init(_ table: RouteTableResult) {
        self.table = table
    }

    func lines(_ style: Style = .plain) -> [String] {
        guard !table.routes.isEmpty else { return ["no routes"] }
        var routes = TextTable([
            .init("DESTINATION"), .init("NODE"), .foreign("NAME"), .init("VIA"),
            .init("HOPS", isNumber: true), .init("AGE", isNumber: true), .init("GATEWAY"),
        ])
        for route in table.routes.sorted(by: { ($0.hops, $0.destination) < ($1.hops, $1.destination) }) {
            routes.add([
                route.destination, route.nodeID?.shortDescription ?? "", route.name ?? "", route.via.shortDescription,
                String(route.hops), Printable.duration(seconds: route.ageSeconds),
                route.isGateway ? "load \(route.load)" : "",
            ])
        }
        var lines = routes.lines(style)
        if !table.gateways.isEmpty {
            var gateways = TextTable([
                .init("GATEWAY"), .init("VIA"), .init("HOPS", isNumber: true), .init("SCORE", isNumber: true),
                .init("SELECTED"),
            ])
            for gateway in table.gateways.sorted(by: { ($0.score, $0.nodeID) < ($1.score, $1.nodeID) }) {
                gateways.add(
                    [
                        gateway.nodeID.shortDescription, gateway.via.shortDescription, String(gateway.hops),
                        String(gateway.score), gateway.selected ? "yes" : "",
                    ], tints: [4: .green])
            }
            lines += [""] + gateways.lines(style)
        }
        return lines
    }
}
