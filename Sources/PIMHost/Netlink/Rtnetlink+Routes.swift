#if os(Linux)
    public import PIMCore
    import SystemPackage

    extension Rtnetlink {
        private enum Route {
            static let new: UInt16 = 24
            static let delete: UInt16 = 25
            static let get: UInt16 = 26
            static let fixedSize = 12
            static let destination: UInt16 = 1
            static let interface: UInt16 = 4
            static let gateway: UInt16 = 5
            static let metric: UInt16 = 6
            static let table: UInt16 = 15
            static let mark: UInt16 = 16
            /// RTPROT_STATIC: put there by an administrator.
            static let byHand: UInt8 = 4
            static let anyScope: UInt8 = 255
            static let linkScope: UInt8 = 253
            static let onLink: UInt32 = 4
        }

        /// Adds a route, or puts it in the place of one with its destination and metric, in one step.
        public func replaceRoute(_ route: IPRoute) throws(PIMError) {
            let scope = route.gateway == nil && route.kind == .unicast && route.destination.family == .v4
            var request = NetlinkWriter(
                Route.new, flags: Flags.request | Flags.acknowledge | Flags.create | Flags.replace,
                fixed: Self.fixed(route, protocol: Route.byHand, scope: scope ? Route.linkScope : 0))
            Self.describe(route, in: &request)
            try perform(request, "set the route \(route)")
        }

        /// Removes a route.
        ///
        /// - Returns: Whether there was one.
        @discardableResult
        public func deleteRoute(_ route: IPRoute) throws(PIMError) -> Bool {
            try Self.tolerating([.noSuchProcess, .noSuchFileOrDirectory]) { () throws(PIMError) in
                var request = NetlinkWriter(
                    Route.delete, flags: Flags.request | Flags.acknowledge,
                    fixed: Self.fixed(route, protocol: 0, scope: Route.anyScope))
                Self.describe(route, in: &request)
                try perform(request, "remove the route \(route)")
            }
        }

        /// The routes of one table, those of a kind this daemon never makes left out.
        public func routes(_ family: IPFamily, table: UInt32) throws(PIMError) -> [IPRoute] {
            var fixed = [UInt8](repeating: 0, count: Route.fixedSize)
            fixed[0] = family.number
            var request = NetlinkWriter(Route.get, flags: Flags.request | Flags.dump, fixed: fixed)
            request.attribute(Route.table, table)
            var answers: [NetlinkMessage] = []
            // A table without a single route does not exist.
            try Self.tolerating([.noSuchFileOrDirectory]) { () throws(PIMError) in
                answers = try ask(request, "list the routes of table \(table)")
            }
            return answers.compactMap(Self.route).filter { $0.table == table && $0.destination.family == family }
        }

        /// Which way a packet to an address would leave this machine.
        ///
        /// - Parameter mark: The mark of the socket that sends it.
        /// - Returns: `nil` when there is no way, or an unreachable one.
        public func lookUp(_ address: IPNetwork, mark: UInt32 = 0) throws(PIMError) -> IPRoute? {
            var fixed = [UInt8](repeating: 0, count: Route.fixedSize)
            fixed[0] = address.family.number
            fixed[1] = UInt8(address.family.addressSize * 8)
            var request = NetlinkWriter(Route.get, flags: Flags.request | Flags.acknowledge, fixed: fixed)
            request.attribute(Route.destination, address.bytes)
            if mark != 0 { request.attribute(Route.mark, mark) }
            var answers: [NetlinkMessage] = []
            let noWay: [Errno] = [.networkUnreachable, .noRouteToHost, .permissionDenied]
            try Self.tolerating(noWay) { () throws(PIMError) in
                answers = try ask(request, "look up the way to \(address)")
            }
            return answers.compactMap(Self.route).first.flatMap { $0.kind == .unreachable ? nil : $0 }
        }

        /// `struct rtmsg`.
        private static func fixed(_ route: IPRoute, protocol: UInt8, scope: UInt8) -> [UInt8] {
            // Tables beyond a byte are named in an attribute alone.
            let table = route.table < 256 ? UInt8(route.table) : 0
            let flags: UInt32 = route.isOnLink ? Route.onLink : 0
            return [
                route.destination.family.number, UInt8(route.destination.length), 0, 0, table, `protocol`, scope,
                route.kind.rawValue,
            ] + withUnsafeBytes(of: flags) { Array($0) }
        }

        private static func describe(_ route: IPRoute, in request: inout NetlinkWriter) {
            request.attribute(Route.destination, route.destination.bytes)
            request.attribute(Route.table, route.table)
            if let interface = route.interface { request.attribute(Route.interface, interface) }
            if let gateway = route.gateway {
                request.attribute(Route.gateway, IPNetwork.v4(gateway, length: 32).bytes)
            }
            if route.metric != 0 { request.attribute(Route.metric, route.metric) }
        }

        private static func route(_ message: NetlinkMessage) -> IPRoute? {
            guard message.kind == Route.new, let family = message.byte(at: 0).flatMap(IPFamily.init(number:)),
                let length = message.byte(at: 1), let table = message.byte(at: 4),
                let kind = message.byte(at: 7).flatMap(IPRoute.Kind.init(rawValue:)), let flags = message.number(at: 8)
            else { return nil }
            let attributes = message.attributes(after: Route.fixedSize)
            let number = { (kind: UInt16) -> UInt32? in
                attributes[kind].flatMap { NetlinkMessage.number(in: $0, at: 0) }
            }
            let destination =
                attributes[Route.destination].flatMap { IPNetwork(family, $0, length: Int(length)) }
                ?? IPNetwork.everything(family)
            var gateway: IPv4Address?
            if case .v4(let address, _)? = attributes[Route.gateway].flatMap({ IPNetwork(.v4, $0, length: 32) }) {
                gateway = address
            }
            // An IPv6 route that leads nowhere is said to lead to the loopback interface.
            let leadsNowhere = kind == .unreachable || kind == .throw
            return IPRoute(
                to: destination, kind: kind, interface: leadsNowhere ? nil : number(Route.interface), gateway: gateway,
                isOnLink: flags & Route.onLink != 0, table: number(Route.table) ?? UInt32(table),
                metric: number(Route.metric) ?? 0)
        }
    }
#endif
