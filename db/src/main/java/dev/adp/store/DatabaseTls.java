package dev.adp.store;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How the way to the database is encrypted, as libpq's parameters {@code sslmode} and {@code
 * sslrootcert} in its URL say, for both drivers alike. Modes that fall back to plain text are none:
 * whoever stands in the way could choose them.
 *
 * @param authorities PEM file of the certificates that are trusted; empty = those that Java trusts
 */
record DatabaseTls(SslMode mode, Optional<Path> authorities) {
  private static final String MODE = "sslmode";
  private static final String AUTHORITIES = "sslrootcert";

  /** libpq's word for the certificates that the system trusts. */
  private static final String SYSTEM = "system";

  private static final List<String> MODES =
      List.of("disable", "require", "verify-ca", "verify-full");

  /** Settings of the server that both drivers pass on. */
  private static final List<String> PASSED_ON = List.of("application_name", "options");

  /**
   * Reads the parameters of a database URL.
   *
   * @throws IllegalArgumentException saying in words which of them cannot be kept
   */
  static DatabaseTls of(Map<String, String> parameters) {
    for (String name : parameters.keySet()) {
      require(
          name.equals(MODE) || name.equals(AUTHORITIES) || PASSED_ON.contains(name),
          "can have the parameters sslmode, sslrootcert, application_name and options, not \"%s\""
              .formatted(name));
    }
    String mode = parameters.getOrDefault(MODE, "disable");
    require(
        MODES.contains(mode),
        "can have sslmode %s, not \"%s\"".formatted(String.join(", ", MODES), mode));
    Optional<Path> authorities =
        Optional.ofNullable(parameters.get(AUTHORITIES))
            .filter(file -> !file.equals(SYSTEM))
            .map(Path::of);
    boolean encrypts = !mode.equals("disable");
    require(
        encrypts || !parameters.containsKey(AUTHORITIES),
        "has sslrootcert, which means nothing without an sslmode that encrypts");
    authorities.ifPresent(
        file ->
            require(
                Files.isReadable(file),
                "names an sslrootcert that cannot be read: \"%s\"".formatted(file)));
    // As libpq has it: who names authorities wants them asked.
    boolean asks = mode.equals("require") && parameters.containsKey(AUTHORITIES);
    return new DatabaseTls(asks ? SslMode.VERIFY_CA : SslMode.of(mode), authorities);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** The parameters of a URL, decoded. */
  static Map<String, String> parameters(@Nullable String rawQuery) {
    var parameters = new LinkedHashMap<String, String>();
    if (rawQuery != null) {
      for (String pair : rawQuery.split("&", -1)) {
        String[] parts = pair.split("=", 2);
        if (!pair.isEmpty()) {
          parameters.put(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
        }
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Sets a connection of the store up. */
  PgConnectOptions applyTo(PgConnectOptions options, Map<String, String> parameters) {
    parameters.forEach(
        (name, value) -> {
          if (PASSED_ON.contains(name)) {
            options.addProperty(name, value);
          }
        });
    return switch (mode) {
      case DISABLE, ALLOW, PREFER -> options.setSslMode(SslMode.DISABLE);
      case REQUIRE -> options.setSslMode(mode).setSslOptions(checking("").setTrustAll(true));
      case VERIFY_CA ->
          options.setSslMode(mode).setSslOptions(checking("").setTrustOptions(trust()));
      case VERIFY_FULL ->
          options.setSslMode(mode).setSslOptions(checking("HTTPS").setTrustOptions(trust()));
    };
  }

  private static ClientSSLOptions checking(String hostNames) {
    return new ClientSSLOptions().setHostnameVerificationAlgorithm(hostNames);
  }

  private TrustOptions trust() {
    return authorities
        .<TrustOptions>map(file -> new PemTrustOptions().addCertPath(file.toString()))
        .orElseGet(DatabaseTls::trustOfJava);
  }

  private static TrustOptions trustOfJava() {
    try {
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init((KeyStore) null);
      return TrustOptions.wrap(trust);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Java trusts nobody", e);
    }
  }

  /** The same in the words of JDBC. */
  String jdbcParameters(Map<String, String> parameters) {
    var words = new LinkedHashMap<String, String>();
    words.put(MODE, mode.value);
    if (mode == SslMode.VERIFY_CA || mode == SslMode.VERIFY_FULL) {
      authorities.ifPresentOrElse(
          file -> words.put(AUTHORITIES, file.toString()),
          () -> words.put("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory"));
    }
    parameters.forEach(
        (name, value) -> {
          if (PASSED_ON.contains(name)) {
            words.put(name, value);
          }
        });
    return words.entrySet().stream()
        .map(
            word ->
                word.getKey() + "=" + URLEncoder.encode(word.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
