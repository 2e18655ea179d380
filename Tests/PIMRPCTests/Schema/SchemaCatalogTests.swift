import PIMCore
import Testing

@testable import PIMRPC

@Suite("Shapes read off types")
struct SchemaCatalogTests {
    private struct Everything: Codable {
        enum Colour: String, Codable, CaseIterable { case red, green }
        struct Inner: Codable { var depth: UInt8 }

        var flag: Bool
        var small: Int16
        var large: UInt64
        var ratio: Double
        var colour: Colour
        var inner: [Inner]
        var table: [String: Int]
        @ExplicitNull var always: String?
        var sometimes: String?
        @EmptyWhenUnknown var node: NodeID?
    }

    private func members(_ type: any Decodable.Type, _ role: SchemaCatalog.Role) throws -> [String: RPCObject.Member] {
        let members = try SchemaCatalog(role).members(of: type)
        return Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0) })
    }

    @Test func typesBecomeShapes() throws {
        let members = try members(Everything.self, .results).mapValues(\.schema)
        #expect(members["flag"] == .boolean)
        #expect(members["small"] == .integer(minimum: -32768, maximum: 32767))
        #expect(members["large"] == .integer(minimum: 0))
        #expect(members["ratio"] == .number)
        #expect(members["colour"] == .words(["red", "green"]))
        #expect(members["inner"]?.mentions.map { $0.hasSuffix("Inner") } == [true])
        #expect(members["table"] == .map(.integer()))
        #expect(members["always"] == .nullable(.text))
        #expect(members["sometimes"] == .text)
        #expect(members["node"] == .pattern("^([0-9a-f]{32})?$", name: "32 hex digits or empty"))
    }

    @Test func resultsHaveWhatIsWrittenWithoutAValue() throws {
        let optional = try members(Everything.self, .results).values.filter { !$0.isRequired }
        #expect(optional.map(\.name) == ["sometimes"])
    }

    @Test func parametersNeedWhatCannotBeReadWithout() throws {
        let optional = try members(Everything.self, .parameters).values.filter { !$0.isRequired }
        #expect(Set(optional.map(\.name)) == ["always", "sometimes", "node"])
    }

    @Test func digitsAreOfEitherCaseInParametersOnly() throws {
        let upper = JSONValue.string("A3F1B2C47D1E4A60C1B5F2339D32E0F8")
        let sent = SchemaCatalog(.results)
        let received = SchemaCatalog(.parameters)
        #expect(misfits(upper, try received.schema(of: NodeID.self), in: received) == [])
        #expect(misfits(upper, try sent.schema(of: NodeID.self), in: sent) != [])
    }

    @Test func aMemberForWhichNullMeansSomethingSaysSo() throws {
        let interval = try members(SetBroadcastParameters.self, .parameters)["outgoing_interval_s"]
        #expect(interval?.isRequired == false)
        #expect(interval?.schema == .nullable(.integer(minimum: 30)))
    }

    @Test func aMemberThatIsOnlyWrittenIsThere() throws {
        #expect(try members(ConversationSummary.self, .results)["peer_node_id_short"]?.isRequired == true)
    }

    @Test func aTypeThatReadsNothingHasNoMembers() throws {
        #expect(try members(NoParameters.self, .parameters).isEmpty)
        #expect(try SchemaCatalog(.results).schema(of: NoResult.self) == .null)
    }

    @Test func twoTypesOfOneNameAreRefused() throws {
        let catalog = SchemaCatalog(.results)
        _ = try catalog.add(RPCObject([.init("a", .text)]), as: "Thing")
        #expect(throws: SchemaCatalog.Failure.self) {
            try catalog.add(RPCObject([.init("a", .boolean)]), as: "Thing")
        }
    }

    /// The example is made by reading, so this sees members that are written and never read.
    @Test(arguments: RPC.stockMethods.map(\.name))
    func whatAMethodAnswersFitsItsShape(_ name: String) throws {
        let method = try #require(RPC.stockMethods.first { $0.name == name })
        let catalog = SchemaCatalog(.results)
        let schema = try catalog.schema(of: method.result)
        #expect(misfits(try example(of: method.result), schema, in: catalog) == [])
    }

    @Test(arguments: RPC.stockMethods.map(\.name))
    func anExampleOfParametersFitsTheirShape(_ name: String) throws {
        let method = try #require(RPC.stockMethods.first { $0.name == name })
        guard !(method.parameters is NoParameters.Type) else { return }
        let catalog = SchemaCatalog(.parameters)
        let schema = try catalog.add(RPCObject(catalog.members(of: method.parameters)), as: "params")
        #expect(misfits(try example(of: method.parameters), schema, in: catalog) == [])
    }

    @Test func everyEventOfMessagesFitsItsShape() throws {
        let record = try SchemaCatalog.example(of: MessageRecord.self)
        let conversation = try SchemaCatalog.example(of: ConversationSummary.self)
        let events: [MessageEvent] = [
            .received(record, in: conversation), .queued(record, in: conversation),
            .status(try SchemaCatalog.example(of: MessageEvent.StatusChange.self)), .conversationChanged(conversation),
            .historyCleared(peer: nil, deletedMessages: 3),
            .historyCleared(peer: NodeID(high: 1, low: 2), deletedMessages: 0),
            .peerSeen(try SchemaCatalog.example(of: MessageEvent.PeerSighting.self)), .resync,
        ]
        let catalog = SchemaCatalog(.results)
        let schema = try catalog.schema(of: MessageEvent.self)
        for event in events { #expect(misfits(try json(event), schema, in: catalog) == []) }
        #expect(misfits(try json(MessageEvent.unknown(kind: "other")), schema, in: catalog) != [])
    }

    @Test func everySubjectOfAPeersEventFitsItsShape() throws {
        let subjects: [PeersEvent.Subject] = [
            .neighbour(try SchemaCatalog.example(of: PeerSummary.self)),
            .discovered(try SchemaCatalog.example(of: DiscoveredPeer.self)),
        ]
        let catalog = SchemaCatalog(.results)
        let schema = try catalog.schema(of: PeersEvent.self)
        for subject in subjects {
            let event = PeersEvent(.stateChanged, subject, at: RPCTimestamp.milliseconds(unix: 0))
            #expect(misfits(try json(event), schema, in: catalog) == [])
        }
    }

    @Test func everyCodeIsDocumentedOnce() {
        let documented = RPCErrorDescription.all.map(\.code)
        #expect(Set(documented).count == documented.count)
        #expect(Set(RPCErrorDescription.all.map(\.name)).count == documented.count)
        let used = RPC.stockMethods.flatMap(\.errors) + RPCErrorDescription.ofEveryMethod
        #expect(Set(used).subtracting(documented) == [])
    }

    private func json(_ value: some Encodable) throws -> JSONValue {
        try RPCCoding.decode(JSONValue.self, from: RPCCoding.encode(value))
    }

    private func example(of type: any (Codable & Sendable).Type) throws -> JSONValue {
        func encoded<Value: Codable>(_ type: Value.Type) throws -> JSONValue {
            try json(SchemaCatalog.example(of: type))
        }
        return try encoded(type)
    }
}
