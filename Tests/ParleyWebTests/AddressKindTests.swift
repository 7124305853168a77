import ParleyWeb
import Testing

struct AddressKindTests {
    @Test(arguments: [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1",
        "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
        "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
        "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "fc00::1", "fdff::1", "fe80::1",
        "fec0::1", "ff02::1",
    ])
    func `an address of this machine, a private network or a group is near`(text: String) {
        #expect(AddressKind(text) == .near)
    }

    @Test(arguments: [
        "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1", "192.0.1.1",
        "198.17.255.255", "198.20.0.1", "223.255.255.255", "2606:4700::1", "2001:4860::1",
    ])
    func `an address that the whole world reaches is not`(text: String) {
        #expect(AddressKind(text) == .everywhere)
    }

    @Test(arguments: ["", "localhost", "127.1", "0x7f.0.0.1", "1.2.3.4.5"])
    func `what is not written as an address is none`(text: String) {
        #expect(AddressKind(text) == nil)
    }
}
