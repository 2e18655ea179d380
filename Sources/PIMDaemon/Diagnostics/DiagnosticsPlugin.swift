internal import PIMCore
internal import PIMHost
internal import PIMPlugin
internal import PIMRPC
internal import Synchronization

/// Answers other nodes that want to know whether this one is there and which way it sends what goes to a third one, and asks
/// them the same: `diagnostics.ping` and `diagnostics.trace`. Every daemon has it; `[plugins.diagnostics] enabled = false`
/// takes it away.
///
/// Only nodes that have proven themselves are answered, and an answer is hardly longer than its question.
final class DiagnosticsPlugin: DaemonPlugin {
    let name = RPC.diagnosticsNamespace
    let payloadKinds = [DiagnosticsMessage.questionKind, DiagnosticsMessage.answerKind]
    let minimumSecurity = PayloadSecurity.endToEnd
    let failurePolicy = PluginFailurePolicy.optional
    private let context = Mutex<PluginContext?>(nil)
    private let questions = OpenQuestions()
    private let distant = Mutex(DistantTrips())
    /// No way is longer; protects against nodes that send a trace on for ever.
    private static let longestWay = 32

    var rpcMethods: [PluginRPCMethod] {
        [
            PluginRPCMethod("ping", summary: RPC.ping.summary) { [self] in try await ping($0) },
            PluginRPCMethod("trace", summary: RPC.trace.summary) { [self] in try await trace($0) },
        ]
    }

    func start(_ context: PluginContext) async throws {
        self.context.withLock { $0 = context }
    }

    func handlePayload(_ payload: InboundPayload) async throws {
        guard let context = context.withLock({ $0 }) else { return }
        guard payload.kind == DiagnosticsMessage.questionKind else {
            let (number, answer) = try DiagnosticsMessage.answer(payload.body)
            return questions.take(answer, to: number, from: payload.source)
        }
        let (number, question) = try DiagnosticsMessage.question(payload.body)
        let answer: DiagnosticsMessage.Answer =
            switch question {
            case .ping(let filling): .pong(filling: filling)
            case .way(let node): context.peers.route(to: node).map { .way(by: $0.nextHop) } ?? .noWay
            }
        _ = context.control.send(
            OutboundPayload(
                kind: DiagnosticsMessage.answerKind, body: DiagnosticsMessage.encode(answer, number: number),
                minimumSecurity: .endToEnd),
            to: payload.source)
    }

    private func ping(_ parameters: PingParameters) async throws -> PingResult {
        let context = try running("ping")
        let size = try Self.check(parameters.size ?? 56, 0...DiagnosticsMessage.maximumFilling, "size")
        let patience = try Self.patience(parameters.timeoutMilliseconds ?? 5000)
        guard let route = context.peers.route(to: parameters.nodeID) else {
            throw RPCError(.peerNotFound, "ping: there is no route to \(parameters.nodeID.shortDescription)")
        }
        let filling = [UInt8](repeating: 0x50, count: size)
        let (answer, time) = try await ask(.ping(filling: filling), of: parameters.nodeID, patience, context)
        guard case .pong(let back)? = answer else {
            throw RPCError(.noAnswer, "ping: \(parameters.nodeID.shortDescription) does not answer")
        }
        return PingResult(
            nodeID: parameters.nodeID, name: Self.name(of: parameters.nodeID, context), roundTripMilliseconds: time,
            hops: Int(route.hops), via: route.nextHop, size: back.count)
    }

    private func trace(_ parameters: TraceParameters) async throws -> TraceResult {
        let context = try running("trace")
        let target = parameters.nodeID
        let patience = try Self.patience(parameters.timeoutMilliseconds ?? 3000)
        guard let route = context.peers.route(to: target) else {
            throw RPCError(.peerNotFound, "trace: there is no route to \(target.shortDescription)")
        }
        var hops: [TraceResult.Hop] = []
        func result(_ reason: String?) -> TraceResult {
            TraceResult(nodeID: target, hops: hops, reached: reason == nil, reason: reason)
        }
        var node = route.nextHop
        while hops.count < Self.longestWay {
            let question: DiagnosticsMessage.Question = node == target ? .ping(filling: []) : .way(to: target)
            let (answer, time) = try await ask(question, of: node, patience, context)
            hops.append(
                TraceResult.Hop(
                    nodeID: node, name: Self.name(of: node, context), roundTripMilliseconds: answer.map { _ in time }))
            switch answer {
            case nil: return result("\(node.shortDescription) does not answer")
            case .noWay: return result("\(node.shortDescription) knows no way")
            case .pong: return result(node == target ? nil : "\(node.shortDescription) answers nonsense")
            case .way(let next):
                guard !hops.contains(where: { $0.nodeID == next }) else {
                    return result("\(node.shortDescription) sends it back to \(next.shortDescription)")
                }
                node = next
            }
        }
        return result("the way is longer than \(Self.longestWay) nodes")
    }

    /// How far nodes behind others are, as far as it is known; whoever asks is taken for somebody who looks at them, and
    /// they are asked now and then (``DistantTrips``).
    ///
    /// - Parameter nodes: The nearest first.
    func roundTrips(to nodes: [NodeID]) -> [NodeID: Duration] {
        guard let context = context.withLock({ $0 }) else { return [:] }
        let (known, turn) = distant.withLock { distant in
            let turn = distant.look(at: nodes, at: BootClock.now())
            return (nodes.compactMap { node in distant.trip(to: node).map { (node, $0) } }, turn)
        }
        for node in turn {
            context.run("round trip") { [self] in
                let trip = try? await distance(to: node, context)
                distant.withLock { $0.note(trip, to: node) }
            }
        }
        return Dictionary(known) { first, _ in first }
    }

    /// As ``roundTrips(to:)`` for all that were looked at lately, without asking anybody.
    var knownRoundTrips: [NodeID: Duration] { distant.withLock { $0.known(at: BootClock.now()) } }

    /// The shorter one of two round trips: the first may have had to wait for a session. `nil` without an answer.
    private func distance(to node: NodeID, _ context: PluginContext) async throws -> Duration? {
        var shortest: Duration?
        for _ in 0..<2 {
            let (answer, milliseconds) = try await ask(.ping(filling: []), of: node, .seconds(5), context)
            guard answer != nil else { return shortest }
            let trip = Duration.microseconds(Int64(milliseconds * 1000))
            shortest = min(shortest ?? trip, trip)
        }
        return shortest
    }

    private func ask(
        _ question: DiagnosticsMessage.Question, of node: NodeID, _ patience: Duration, _ context: PluginContext
    ) async throws -> (answer: DiagnosticsMessage.Answer?, milliseconds: Double) {
        let began = ContinuousClock.now
        let answer = try await questions.ask(node, within: patience) { number in
            // What cannot be sent is not answered; the session may still be being made.
            _ = context.control.send(
                OutboundPayload(
                    kind: DiagnosticsMessage.questionKind, body: DiagnosticsMessage.encode(question, number: number),
                    minimumSecurity: .endToEnd),
                to: node)
        }
        let took = ContinuousClock.now - began
        return (answer, (took / .microseconds(1)).rounded() / 1000)
    }

    private func running(_ method: String) throws(RPCError) -> PluginContext {
        guard let context = context.withLock({ $0 }) else {
            throw RPCError(.notReady, "\(method): the plugin is not running")
        }
        return context
    }

    private static func patience(_ milliseconds: Int) throws(RPCError) -> Duration {
        .milliseconds(try check(milliseconds, 1...60_000, "timeout_ms"))
    }

    private static func check(_ value: Int, _ range: ClosedRange<Int>, _ name: String) throws(RPCError) -> Int {
        guard range.contains(value) else {
            throw RPCError(.invalidParams, "“\(name)” is \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private static func name(of node: NodeID, _ context: PluginContext) -> String? {
        context.peers.name(of: node).flatMap { $0.isEmpty ? nil : $0 }
    }
}
