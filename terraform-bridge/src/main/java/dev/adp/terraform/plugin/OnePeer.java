package dev.adp.terraform.plugin;

import java.net.Socket;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts exactly one certificate, at either end of a connection. Compares bytes: stricter than a
 * path to a trusted root, and needs no store of them and no name to compare with.
 */
final class OnePeer extends X509ExtendedTrustManager {
  private final X509Certificate peer;
  private final String otherwise;

  /**
   * @param otherwise what anybody else is
   */
  OnePeer(X509Certificate peer, String otherwise) {
    this.peer = peer;
    this.otherwise = otherwise;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    if (chain.length == 0 || !MessageDigest.isEqual(peer.getEncoded(), chain[0].getEncoded())) {
      throw new CertificateException(otherwise);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
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
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
