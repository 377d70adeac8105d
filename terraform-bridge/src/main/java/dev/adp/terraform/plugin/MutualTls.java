package dev.adp.terraform.plugin;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS with one certificate of ours for exactly one client, whose certificate is known. */
final class MutualTls {
  private static final String ALIAS = "plugin";

  private MutualTls() {}

  /**
   * Credentials of the server.
   *
   * @param ours asked for when the first client is there
   * @param clientPem the only certificate that is let in
   */
  static ServerCredentials credentials(Supplier<SelfSignedCertificate> ours, String clientPem) {
    return TlsServerCredentials.newBuilder()
        .keyManager(new OneKey(ours))
        .trustManager(new OneClient(certificate(clientPem)))
        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
        .build();
  }

  /** What one end shows the other. */
  static KeyManager key(SelfSignedCertificate ours) {
    return new OneKey(() -> ours);
  }

  private static X509Certificate certificate(String pem) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("PLUGIN_CLIENT_CERT is no certificate", e);
    }
  }

  private static final class OneKey extends X509ExtendedKeyManager {
    private final Supplier<SelfSignedCertificate> ours;

    OneKey(Supplier<SelfSignedCertificate> ours) {
      this.ours = ours;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return fits(keyType) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return fits(keyType) ? ALIAS : null;
    }

    /** EC or EdDSA, followed by the issuer's in some versions of TLS. */
    private boolean fits(String keyType) {
      return keyType.startsWith(ours.get().key().getAlgorithm());
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {ours.get().certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return ours.get().key();
    }
  }

  /** Compares bytes: stricter than a path to a trusted root, and needs no store of them. */
  private static final class OneClient extends X509ExtendedTrustManager {
    private final X509Certificate client;

    OneClient(X509Certificate client) {
      this.client = client;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (chain.length == 0 || !MessageDigest.isEqual(client.getEncoded(), chain[0].getEncoded())) {
        throw new CertificateException("not the client that has started this plugin");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("a plugin trusts no servers");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
