import PIMCore
import PIMPlugin
import Testing

@testable import PIMMessaging

@Suite struct MessagingSettingsTests {
    @Test func anEmptySectionMeansTheDefaults() throws {
        let settings = try MessagingSettings(PluginConfiguration())
        #expect(settings == MessagingSettings())
        #expect(settings.outboxLifetimeSeconds == 604_800)
        #expect(settings.outboxMessages == 10_000)
        #expect(settings.outboxBytes == 64 << 20)
        #expect(!settings.sendsReadReceipts)
    }

    @Test func everyKeyIsTaken() throws {
        let settings = try MessagingSettings(
            PluginConfiguration([
                "outbox_ttl_s": .integer(60), "outbox_max_messages": .integer(5), "outbox_max_bytes": .integer(9000),
                "read_receipts": .bool(true), "inbound_per_peer_per_s": .integer(7),
                "max_messages_per_peer": .integer(8), "max_bytes_per_peer": .integer(8192),
                "max_conversations": .integer(3),
            ]))
        #expect(settings.outboxLifetimeSeconds == 60)
        #expect(settings.outboxMessages == 5)
        #expect(settings.outboxBytes == 9000)
        #expect(settings.sendsReadReceipts)
        #expect(settings.inboundRate == 7)
        #expect(settings.messagesPerPeer == 8)
        #expect(settings.bytesPerPeer == 8192)
        #expect(settings.conversations == 3)
    }

    @Test func unknownKeyIsNamedAndChangesNothing() throws {
        let section = PluginConfiguration(["outbox_ttl": .integer(60), "read_receipts": .bool(true)])
        #expect(MessagingSettings.unknownKeys(in: section) == ["outbox_ttl"])
        #expect(try MessagingSettings(section).outboxLifetimeSeconds == MessagingSettings().outboxLifetimeSeconds)
    }

    private static let mistakes: [(String, JSONValue)] = [
        ("outbox_ttl_s", .string("week")), ("outbox_ttl_s", .integer(0)),
        ("outbox_max_bytes", .integer(100)), ("read_receipts", .integer(1)),
    ]

    @Test(arguments: mistakes) func mistakesAreNamed(key: String, value: JSONValue) {
        #expect {
            try MessagingPlugin(clock: TestClock()).checkConfiguration(PluginConfiguration([key: value]))
        } throws: { error in
            (error as? PIMError)?.category == .config && "\(error)".contains(key)
        }
    }
}
