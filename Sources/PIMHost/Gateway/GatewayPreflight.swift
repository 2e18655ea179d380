/// Judges whether this machine can be a gateway, and says how to make it one.
public enum GatewayPreflight {
    /// Every check, in the order in which people should go through them.
    public static func checks(_ facts: GatewayFacts) -> [GatewayCheck] {
        guard facts.isLinux else {
            return [
                GatewayCheck(
                    .platform, isOK: false, "a gateway needs Linux", fix: "run the gateway on a Linux machine")
            ]
        }
        return [
            GatewayCheck(.platform, isOK: true, "Linux, with the kernel's own address translation"),
            meshInterface(facts), capability(facts), nft(facts), rules(facts), onlyGateway(facts), noHold(facts),
            forwarding(facts), exists(facts),
            running(facts), address(facts), ipv6(facts), defaultRoute(facts), firewall(facts),
        ]
    }

    private static func onlyGateway(_ facts: GatewayFacts) -> GatewayCheck {
        facts.hasOtherGateway
            ? GatewayCheck(
                .onlyGateway, isOK: false, "another daemon of this machine has the rules of a gateway (table inet pim)",
                fix: "end that one; if there is none, remove what it left: nft delete table inet pim")
            : GatewayCheck(.onlyGateway, isOK: true, "no other daemon of this machine is a gateway")
    }

    private static func noHold(_ facts: GatewayFacts) -> GatewayCheck {
        facts.isTrafficHeld
            ? GatewayCheck(
                .noHold, isOK: false,
                "the kill switch holds this machine's traffic, which would leave by the uplink of a gateway",
                fix: "let it go first: pim route off")
            : GatewayCheck(.noHold, isOK: true, "no kill switch holds this machine's traffic")
    }

    private static func meshInterface(_ facts: GatewayFacts) -> GatewayCheck {
        if facts.isInterfaceEnabled, !facts.isInterfaceUp {
            return GatewayCheck(
                .meshInterface, isOK: false, "the mesh interface \(facts.meshInterface) is not up",
                fix: "switch it on: ip link set \(facts.meshInterface) up")
        }
        return facts.isInterfaceEnabled
            ? GatewayCheck(.meshInterface, isOK: true, "the mesh interface is \(facts.meshInterface)")
            : GatewayCheck(
                .meshInterface, isOK: false,
                "interface.enabled is false: packets of the mesh reach a gateway by its mesh interface",
                fix: "set interface.enabled = true in the configuration and restart the daemon")
    }

    private static func capability(_ facts: GatewayFacts) -> GatewayCheck {
        let fix = "start it as root, by the systemd unit, or by `\(ProcessCapabilities.granting)`"
        guard facts.hasNetAdmin else {
            return GatewayCheck(.capability, isOK: false, "the daemon lacks the capability CAP_NET_ADMIN", fix: fix)
        }
        return facts.passesNetAdmin
            ? GatewayCheck(.capability, isOK: true, "the daemon may change rules and routes")
            : GatewayCheck(
                .capability, isOK: false,
                "the daemon has the capability CAP_NET_ADMIN, but nft does not inherit what setcap gave to its program",
                fix: fix)
    }

    private static func nft(_ facts: GatewayFacts) -> GatewayCheck {
        facts.rules != .noProgram
            ? GatewayCheck(.nft, isOK: true, "the program nft was found")
            : GatewayCheck(
                .nft, isOK: false, "the program nft was not found", fix: "install nftables: apt-get install nftables")
    }

    private static func rules(_ facts: GatewayFacts) -> GatewayCheck {
        switch facts.rules {
        case .accepted: GatewayCheck(.rules, isOK: true, "the kernel takes the rules for address translation")
        case .noProgram: GatewayCheck(.rules, isOK: false, "without nft the kernel cannot be asked")
        case .refused(let reason):
            GatewayCheck(
                .rules, isOK: false, "the kernel does not take the rules: \(reason)",
                fix: facts.hasNetAdmin && facts.passesNetAdmin
                    ? "load the modules: modprobe -a nf_tables nft_masq nft_ct nft_connlimit nft_limit nf_nat"
                    : "give the daemon CAP_NET_ADMIN first")
        }
    }

    private static func forwarding(_ facts: GatewayFacts) -> GatewayCheck {
        facts.lockedSettings.isEmpty
            ? GatewayCheck(.forwarding, isOK: true, "forwarding is on, or can be switched on")
            : GatewayCheck(
                .forwarding, isOK: false, "forwarding cannot be switched on: \(list(facts.lockedSettings))",
                fix:
                    "set them on the host (sysctl -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1), or let the "
                    + "daemon write to /proc/sys")
    }

    private static func exists(_ facts: GatewayFacts) -> GatewayCheck {
        if facts.uplink.name == facts.meshInterface {
            return GatewayCheck(
                .uplinkExists, isOK: false, "\(facts.uplink.name) is the mesh's own interface", fix: suggestion(facts))
        }
        if facts.uplink.isLoopback {
            return GatewayCheck(
                .uplinkExists, isOK: false, "\(facts.uplink.name) leads nowhere but to this machine",
                fix: suggestion(facts))
        }
        return facts.uplink.exists
            ? GatewayCheck(.uplinkExists, isOK: true, "\(facts.uplink.name) leads out")
            : GatewayCheck(
                .uplinkExists, isOK: false, "there is no interface \(facts.uplink.name)", fix: suggestion(facts))
    }

    private static func running(_ facts: GatewayFacts) -> GatewayCheck {
        let name = facts.uplink.name
        return facts.uplink.isRunning
            ? GatewayCheck(.uplinkUp, isOK: true, "\(name) is up")
            : GatewayCheck(
                .uplinkUp, isOK: false, "\(name) is not up",
                fix: "switch it on (ip link set \(name) up) and connect it")
    }

    private static func address(_ facts: GatewayFacts) -> GatewayCheck {
        let uplink = facts.uplink
        if uplink.hasIPv4 { return GatewayCheck(.uplinkAddress, isOK: true, "\(uplink.name) has an IPv4 address") }
        return GatewayCheck(
            .uplinkAddress, isOK: uplink.ipv6Interface == uplink.name,
            "\(uplink.name) has no IPv4 address: IPv4 of the mesh gets no further",
            fix: "give it one: DHCP, or ip address add ADDRESS/LENGTH dev \(uplink.name)")
    }

    private static func ipv6(_ facts: GatewayFacts) -> GatewayCheck {
        if let interface = facts.uplink.ipv6Interface {
            return GatewayCheck(.uplinkIPv6, isOK: true, isRequired: false, "IPv6 leaves by \(interface)")
        }
        return GatewayCheck(
            .uplinkIPv6, isOK: false, isRequired: false,
            "no interface has a global IPv6 address: IPv6 of the mesh gets no further",
            fix: "nothing, if your provider has no IPv6")
    }

    private static func defaultRoute(_ facts: GatewayFacts) -> GatewayCheck {
        let uplink = facts.uplink
        let leads = facts.defaultRoutes.ipv4.contains(uplink.name) || facts.defaultRoutes.ipv6.contains(uplink.name)
        if leads { return GatewayCheck(.defaultRoute, isOK: true, isRequired: false, "the default route leads there") }
        let others = Set(facts.defaultRoutes.ipv4 + facts.defaultRoutes.ipv6).subtracting([facts.meshInterface])
        return GatewayCheck(
            .defaultRoute, isOK: false, isRequired: false,
            others.isEmpty
                ? "there is no default route: only networks with a route of their own are reached"
                : "the default route leads to \(list(others.sorted())), not to \(uplink.name)",
            fix: others.isEmpty
                ? "add one: ip route add default via ROUTER dev \(uplink.name)" : "use \(list(others.sorted())) instead"
        )
    }

    private static func firewall(_ facts: GatewayFacts) -> GatewayCheck {
        guard !facts.blockingChains.isEmpty else {
            return GatewayCheck(.firewall, isOK: true, isRequired: false, "no firewall drops all that is forwarded")
        }
        return GatewayCheck(
            .firewall, isOK: false, isRequired: false,
            "a firewall of this host drops what it does not know: \(list(facts.blockingChains))",
            fix: "let it pass what comes from and goes to \(facts.meshInterface), unless it does already")
    }

    private static func suggestion(_ facts: GatewayFacts) -> String {
        facts.suggestions.isEmpty
            ? "connect this machine to the Internet" : "name one that leads out: \(list(facts.suggestions))"
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
