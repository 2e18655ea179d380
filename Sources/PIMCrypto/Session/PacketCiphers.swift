/// Which packet cipher is used.
enum PacketCiphers {
    static func preferred(key: SessionKey) throws(CryptoError) -> any PacketCipher {
        #if canImport(COpenSSL)
            return try OpenSSLPacketCipher(key: key)
        #else
            return PortablePacketCipher(key: key)
        #endif
    }
}
