package dev.adp.terraform.plugin;

import dev.adp.terraform.grpc.GrpcServer;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** TLS with one certificate of ours for exactly one client, whose certificate is known. */
final class MutualTls {
  private static final String ALIAS = "plugin";
  private static final String HTTP_2 = "h2";

  private MutualTls() {}

  /**
   * Lets one client in.
   *
   * @param ours asked for when the first client is there
   * @param clientPem the only certificate that is let in
   */
  static GrpcServer.Transport transport(Supplier<SelfSignedCertificate> ours, String clientPem) {
    SSLSocketFactory sockets =
        sockets(
            new OneKey(ours),
            new OnePeer(certificate(clientPem), "not the client that has started this plugin"));
    return accepted -> {
      var socket = (SSLSocket) sockets.createSocket(accepted, null, true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setNeedClientAuth(true);
      parameters.setApplicationProtocols(new String[] {HTTP_2});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      if (!HTTP_2.equals(socket.getApplicationProtocol())) {
        throw new SSLHandshakeException("the client does not say that it speaks HTTP/2");
      }
      return socket;
    };
  }

  private static SSLSocketFactory sockets(KeyManager key, TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {key}, new TrustManager[] {trust}, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
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
    public String chooseEngineClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
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
}
