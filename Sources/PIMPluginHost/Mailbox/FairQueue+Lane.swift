internal import PIMCore
internal import PIMPlugin

extension FairQueue {
    /// One place for a payload, linked with its neighbours in the lane it belongs to, or in the list of free slots.
    struct Slot {
        var payload: InboundPayload?
        var older: Int32
        var newer: Int32
    }

    /// The payloads of one source, oldest first.
    struct Lane {
        var source: NodeID
        var standing: Standing
        var oldest: Int32 = FairQueue.none
        var newest: Int32 = FairQueue.none
        var count: Int32 = 0
        /// The lane behind this one in the round; `none` at its end.
        var following: Int32 = FairQueue.none
        /// A handler works on a payload of this source and the next one must wait for it.
        var isClaimed = false
    }

    /// Whether the source of a payload is known. What comes in the name of a source without a proof waits apart from what
    /// that source has proven to send.
    enum Standing: Int {
        case proven
        case claimed

        init(_ security: PayloadSecurity) {
            self = security > .unauthenticated ? .proven : .claimed
        }

        var other: Standing { self == .proven ? .claimed : .proven }
    }

    /// The sources of one standing.
    struct Sources {
        var count = 0
        var laneOf: [NodeID: Int32] = [:]
        /// The round: lanes that have payloads and are not claimed, the next one to serve first.
        var firstInRound = FairQueue.none
        var lastInRound = FairQueue.none
    }

    /// The end of a list.
    static var none: Int32 { -1 }
}
