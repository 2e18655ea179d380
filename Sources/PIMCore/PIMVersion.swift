/// The version of this package, as `pim --version` and `rpc.hello` tell it.
public enum PIMVersion {
    public static let current = "0.1.0"
}
