internal import PIMCore

/// A number that the kernel changes with every change of its nftables: who remembers it knows whether anybody has touched any
/// rules since.
public struct RulesetGeneration: Sendable, Hashable {
    private var number: UInt32

    /// The present one; `nil` where the kernel does not tell, or not this process.
    public static func current() -> RulesetGeneration? {
        #if os(Linux)
            // NETLINK_NETFILTER; of its subsystem nf_tables (10) NFT_MSG_GETGEN (16), answered by NFT_MSG_NEWGEN (15) with
            // NFTA_GEN_ID (1), big-endian. The fixed part is a `struct nfgenmsg`.
            let request = NetlinkWriter(
                10 << 8 | 16, flags: Rtnetlink.Flags.request | Rtnetlink.Flags.acknowledge, fixed: [0, 0, 0, 0])
            guard let kernel = try? Rtnetlink(protocol: 12),
                let answers = try? kernel.ask(request, "ask for the generation of rules"),
                let answer = answers.first(where: { $0.kind == 10 << 8 | 15 }),
                let value = answer.attributes(after: 4)[1].flatMap({ NetlinkMessage.number(in: $0, at: 0) as UInt32? })
            else { return nil }
            return RulesetGeneration(number: UInt32(bigEndian: value))
        #else
            return nil
        #endif
    }
}
