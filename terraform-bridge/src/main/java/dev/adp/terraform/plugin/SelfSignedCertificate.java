package dev.adp.terraform.plugin;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * A key of one process and a certificate for {@code localhost} that it has signed itself. The JDK
 * has no public way to make one, so its few DER structures are written here.
 *
 * <p>A plugin's key is an Ed25519 key: Terraform waits until it is made and has signed, and for a
 * JVM that has just started that is less work than with P-384. The key exchange of TLS uses the
 * same field, whose arithmetic is compiled by then.
 */
record SelfSignedCertificate(PrivateKey key, X509Certificate certificate) {
  /** Which key, and how it signs. */
  enum Kind {
    /** A plugin's. */
    ED25519("Ed25519", "Ed25519"),

    /** Terraform's. */
    P521("EC", "SHA512withECDSA");

    private final String keys;
    private final String signatures;

    Kind(String keys, String signatures) {
      this.keys = keys;
      this.signatures = signatures;
    }

    private byte[] algorithm() {
      return sequence(
          switch (this) {
            case ED25519 -> oid(0x2b, 0x65, 0x70);
            case P521 -> oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4);
          });
    }

    private KeyPair pair() throws GeneralSecurityException {
      var generator = KeyPairGenerator.getInstance(keys);
      if (this == P521) {
        generator.initialize(new ECGenParameterSpec("secp521r1"));
      }
      return generator.generateKeyPair();
    }
  }

  private static final byte[] COMMON_NAME = oid(0x55, 4, 3);
  private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
  private static final byte[] SUBJECT_ALTERNATIVE_NAME = oid(0x55, 0x1d, 0x11);
  private static final byte[] EXTENDED_KEY_USAGE = oid(0x55, 0x1d, 0x25);
  private static final byte[] SERVER_AUTH = oid(0x2b, 6, 1, 5, 5, 7, 3, 1);
  private static final byte[] CLIENT_AUTH = oid(0x2b, 6, 1, 5, 5, 7, 3, 2);
  private static final byte[] TRUE = tlv(0x01, new byte[] {(byte) 0xff});
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
  private static final Duration VALIDITY = Duration.ofDays(365);
  private static final int FIRST_YEAR_IN_LONG_FORM = 2050;

  /** Makes a plugin's. */
  static SelfSignedCertificate create(Instant now) {
    return create(Kind.ED25519, now);
  }

  /** Makes a new one. */
  static SelfSignedCertificate create(Kind kind, Instant now) {
    try {
      KeyPair pair = kind.pair();
      byte[] body = body(kind, pair, now);
      var signature = Signature.getInstance(kind.signatures);
      signature.initSign(pair.getPrivate());
      signature.update(body);
      byte[] certificate =
          sequence(body, kind.algorithm(), tlv(0x03, join(ZERO, signature.sign())));
      return new SelfSignedCertificate(
          pair.getPrivate(),
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(certificate)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot make a certificate", e);
    }
  }

  private static final byte[] ZERO = {0};

  private static byte[] body(Kind kind, KeyPair pair, Instant now) {
    byte[] name =
        sequence(
            tlv(
                0x31,
                sequence(COMMON_NAME, tlv(0x0c, "localhost".getBytes(StandardCharsets.US_ASCII)))));
    byte[] extensions =
        sequence(
            sequence(BASIC_CONSTRAINTS, TRUE, tlv(0x04, sequence(TRUE))),
            sequence(EXTENDED_KEY_USAGE, tlv(0x04, sequence(SERVER_AUTH, CLIENT_AUTH))),
            sequence(
                SUBJECT_ALTERNATIVE_NAME,
                tlv(0x04, sequence(tlv(0x82, "localhost".getBytes(StandardCharsets.US_ASCII))))));
    return sequence(
        tlv(0xa0, tlv(0x02, new byte[] {2})), // Version 3.
        tlv(0x02, new BigInteger(127, new SecureRandom()).add(BigInteger.ONE).toByteArray()),
        kind.algorithm(),
        name,
        sequence(time(now.minus(CLOCK_SKEW)), time(now.plus(VALIDITY))),
        name,
        pair.getPublic().getEncoded(),
        tlv(0xa3, extensions));
  }

  /** Written digit by digit: the JDK's formats would first load the texts of a language. */
  private static byte[] time(Instant instant) {
    OffsetDateTime utc = instant.atOffset(ZoneOffset.UTC);
    boolean isLong = utc.getYear() >= FIRST_YEAR_IN_LONG_FORM;
    String text =
        (isLong ? two(utc.getYear() / 100) : "")
            + two(utc.getYear() % 100)
            + two(utc.getMonthValue())
            + two(utc.getDayOfMonth())
            + two(utc.getHour())
            + two(utc.getMinute())
            + two(utc.getSecond())
            + "Z";
    return tlv(isLong ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String two(int number) {
    return number < 10 ? "0" + number : String.valueOf(number);
  }

  private static byte[] oid(int... bytes) {
    var content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return tlv(0x06, content);
  }

  private static byte[] sequence(byte[]... parts) {
    return tlv(0x30, join(parts));
  }

  private static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] tlv(int tag, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length < 0x100) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >>> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }
}
