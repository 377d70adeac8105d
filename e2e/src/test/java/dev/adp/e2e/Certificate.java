package dev.adp.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** Makes certificates for localhost, signed by nobody but themselves. */
final class Certificate {
  private static final String PASSWORD = "only-for-a-moment";

  private Certificate() {}

  /** Writes a new certificate and its key, replacing what was there. */
  static void write(String name, Path certificate, Path key) throws Exception {
    Path store = Files.createTempDirectory("adp-certificate").resolve("store.p12");
    int made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                "adp",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:localhost,ip:127.0.0.1")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (made != 0) {
      throw new AssertionError("keytool ended with " + made);
    }
    copy(store, certificate, key);
    Files.delete(store);
    Files.delete(store.getParent());
  }

  private static void copy(Path store, Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    write(certificate, "CERTIFICATE", keys.getCertificate("adp").getEncoded());
    write(key, "PRIVATE KEY", keys.getKey("adp", PASSWORD.toCharArray()).getEncoded());
  }

  private static void write(Path file, String kind, byte[] content) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)));
  }
}
