package dev.adp.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A log-in that proves both sides: the server learns that we know the password, and we learn that
 * the server does.
 *
 * <p>Somebody waits for it: it takes a fraction of the 400 ms that a cold JDBC driver needs to log
 * in.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7677">SCRAM-SHA-256</a>
 * @see <a href="https://www.postgresql.org/docs/18/protocol-message-formats.html">PostgreSQL
 *     messages</a>
 */
final class ScramLogin {
  private static final int TIMEOUT_MS = 2_000;
  private static final int MESSAGE_BYTES_MAX = 8_192;
  private static final int ITERATIONS_MAX = 100_000;
  private static final int PROTOCOL_VERSION = 3 << 16;
  private static final int SASL = 10;
  private static final int SASL_CONTINUE = 11;
  private static final int SASL_FINAL = 12;
  private static final String MECHANISM = "SCRAM-SHA-256";
  private static final Pattern CHALLENGE = Pattern.compile("r=([^,]+),s=([^,]+),i=([0-9]{1,6})");

  private final DataInputStream in;
  private final DataOutputStream out;

  private ScramLogin(Socket socket) throws IOException {
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  /**
   * Whether a server on this loopback port accepts the password and proves to know it; false when
   * nobody answers.
   */
  static boolean succeeds(int port, String user, String password) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
      socket.setSoTimeout(TIMEOUT_MS);
      socket.setTcpNoDelay(true);
      return new ScramLogin(socket).converse(user, password);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException _) {
      return false; // Whoever listens there does not speak our language: not our server.
    }
  }

  private boolean converse(String user, String password)
      throws IOException, GeneralSecurityException {
    byte[] startup = "user\0%1$s\0database\0%1$s\0\0".formatted(user).getBytes(UTF_8);
    out.writeInt(Integer.BYTES * 2 + startup.length);
    out.writeInt(PROTOCOL_VERSION);
    out.write(startup);
    receive(SASL); // A server that asks for no password is not ours either.

    String firstBare = "n=,r=" + nonce();
    byte[] first = ("n,," + firstBare).getBytes(UTF_8);
    var hello = new ByteArrayOutputStream();
    var helloData = new DataOutputStream(hello);
    helloData.write((MECHANISM + '\0').getBytes(UTF_8));
    helloData.writeInt(first.length);
    helloData.write(first);
    send(hello.toByteArray());

    String challenge = receive(SASL_CONTINUE);
    Matcher parts = CHALLENGE.matcher(challenge);
    if (!parts.lookingAt() || !parts.group(1).startsWith(firstBare.substring("n=,r=".length()))) {
      return false;
    }
    int iterations = Integer.parseInt(parts.group(3));
    if (iterations < 1 || iterations > ITERATIONS_MAX) {
      return false;
    }
    byte[] salted = salted(password, Base64.getDecoder().decode(parts.group(2)), iterations);
    String finalBare = "c=biws,r=" + parts.group(1); // biws: no channel binding, it is loopback.
    String signed = String.join(",", firstBare, challenge, finalBare);
    send((finalBare + ",p=" + base64(proof(salted, signed))).getBytes(UTF_8));

    byte[] expected = ("v=" + base64(hmac(hmac(salted, "Server Key"), signed))).getBytes(UTF_8);
    boolean proven = MessageDigest.isEqual(expected, receive(SASL_FINAL).getBytes(UTF_8));
    out.write(new byte[] {'X', 0, 0, 0, 4});
    return proven;
  }

  private void send(byte[] body) throws IOException {
    out.writeByte('p');
    out.writeInt(Integer.BYTES + body.length);
    out.write(body);
    out.flush();
  }

  private String receive(int expectedStep) throws IOException {
    byte type = in.readByte();
    int bodyBytes = in.readInt() - Integer.BYTES;
    if (type != 'R'
        || bodyBytes < Integer.BYTES
        || bodyBytes > MESSAGE_BYTES_MAX
        || in.readInt() != expectedStep) {
      throw new IOException("not the expected step of a log-in");
    }
    return new String(in.readNBytes(bodyBytes - Integer.BYTES), UTF_8);
  }

  private static String nonce() {
    byte[] random = new byte[18];
    new SecureRandom().nextBytes(random);
    return base64(random);
  }

  private static byte[] salted(String password, byte[] salt, int iterations)
      throws GeneralSecurityException {
    var spec = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
    return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
  }

  private static byte[] proof(byte[] salted, String signed) throws GeneralSecurityException {
    byte[] clientKey = hmac(salted, "Client Key");
    byte[] signature = hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), signed);
    byte[] proof = Arrays.copyOf(clientKey, clientKey.length);
    for (int i = 0; i < proof.length; i++) {
      proof[i] ^= signature[i];
    }
    return proof;
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
