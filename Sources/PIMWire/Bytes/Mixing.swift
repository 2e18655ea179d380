extension UInt64 {
    /// The finalizer of splitmix64: spreads every bit over all of them. With a secret seed mixed in, others cannot choose
    /// values that collide. Not for cryptography.
    @inlinable
    public var mixed: UInt64 {
        var value = self &+ 0x9e37_79b9_7f4a_7c15
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
