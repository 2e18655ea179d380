import Attacks
import PIMCore
import PIMPlugin
import Testing

@testable import PIMPluginHost

/// A payload whose source is a claim, for a plugin that asked for more (`design/extensions.md` §6).
@Suite struct PayloadSecurityAttackTests {
    @Test(
        arguments: [
            (.unauthenticated, .link), (.unauthenticated, .endToEnd), (.link, .endToEnd),
        ] as [(PayloadSecurity, PayloadSecurity)])
    func aPluginGetsNothingBelowWhatItAskedFor(sent: PayloadSecurity, wanted: PayloadSecurity) {
        let outcome = attack(on: .pluginSecurity) {
            let mailbox = Mailbox(capacity: 4, rankedSources: 1, minimumSecurity: wanted)
            mailbox.open()
            let payload = InboundPayload(
                source: .sample(1), kind: "probe.msg", body: [1], arrival: .routed, security: sent)
            return mailbox.deliver(payload).outcome == .queued
        }
        #expect(outcome == .prevented)
    }
}
