package dev.adp;

import dev.adp.domain.AddressPolicy;
import dev.adp.http.OidcSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every setting, read once from {@code ADP_*} variables.
 *
 * @param roles which planes this process runs
 * @param host address that both planes listen on
 * @param publicUrl where people reach the portal, without a final slash
 * @param gatewayPublicUrl where applications reach the gateway, without a final slash
 * @param databaseUrl absent = the embedded server
 * @param masterKey base64; absent = generated once into the data directory
 * @param masterKeyPrevious the one before it, while a rotation is under way
 * @param upstreamAllow networks and host names that upstreams may have beyond the public internet
 * @param auditRetention how long a line of the audit log stays
 * @param signingKeyLifetime how long one key signs tokens before its successor does
 * @param oidc the external issuer of identities, beside our own
 * @param journalBytesMax usage that may wait for the database before calls are refused
 */
record Config(
    Set<Role> roles,
    String host,
    int httpPort,
    int gatewayPort,
    int echoPort,
    String publicUrl,
    String gatewayPublicUrl,
    Optional<String> databaseUrl,
    Path dataDirectory,
    Optional<MasterKeySource> masterKey,
    Optional<MasterKeySource> masterKeyPrevious,
    long journalBytesMax,
    List<String> upstreamAllow,
    Duration auditRetention,
    Duration signingKeyLifetime,
    Optional<OidcSettings> oidc) {

  /** What a process may do. */
  enum Role {
    /** Portal and REST API. */
    CONTROL,
    /** What applications call. */
    GATEWAY;

    String slug() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  boolean runs(Role role) {
    return roles.contains(role);
  }

  /** Where the master key comes from. */
  sealed interface MasterKeySource {
    /** The key itself, in base64. */
    record Value(String base64) implements MasterKeySource {
      @Override
      public String toString() {
        return "***";
      }
    }

    /** A file that holds it. */
    record File(Path path) implements MasterKeySource {}
  }

  private static final List<String> PRIVATE_NETWORKS =
      List.of(
          "127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");

  /** One documented setting. */
  record Setting(String name, String defaultValue, String meaning) {}

  static final List<Setting> SETTINGS =
      List.of(
          new Setting(
              "ADP_ROLES",
              "control,gateway",
              "what this process runs: `control` (portal and REST API), `gateway`, or both"),
          new Setting("ADP_HTTP_PORT", "8080", "port of the portal and the REST API"),
          new Setting("ADP_GATEWAY_PORT", "8090", "port of the gateway"),
          new Setting(
              "ADP_HOST",
              "127.0.0.1 with `./adp demo`, 0.0.0.0 with `./adp up`",
              "address that both listen on"),
          new Setting(
              "ADP_PUBLIC_URL",
              "`http://localhost:<port>`",
              "URL under which people reach the portal; the issuer of tokens"),
          new Setting(
              "ADP_GATEWAY_PUBLIC_URL",
              "`http://localhost:<port>`",
              "URL under which applications reach the gateway; proxy URLs begin with it"),
          new Setting(
              "ADP_DATABASE_URL",
              "an embedded PostgreSQL 18 under the data directory",
              "`postgresql://user:password@host:port/database` of a PostgreSQL 15 or newer"),
          new Setting(
              "ADP_DATA_DIR",
              "./.adp",
              "directory of the embedded database, the usage journal, the master key and the"
                  + " credentials file; used by one process at a time"),
          new Setting(
              "ADP_MASTER_KEY",
              "generated once into the data directory",
              "32 bytes in base64 that wrap every secret"),
          new Setting("ADP_MASTER_KEY_FILE", "none", "file that holds the master key instead"),
          new Setting(
              "ADP_MASTER_KEY_PREVIOUS",
              "none",
              "the master key before this one, while `./adp rotate-master-key` is under way"),
          new Setting(
              "ADP_MASTER_KEY_PREVIOUS_FILE", "none", "file that holds the previous key instead"),
          new Setting(
              "ADP_JOURNAL_BYTES_MAX",
              "1073741824",
              "bytes of usage that may wait for the database before calls are refused"),
          new Setting(
              "ADP_UPSTREAM_ALLOW",
              "none with `./adp up`, loopback and private networks with `./adp demo`",
              "networks (`10.0.0.0/8`) and host names, separated by commas, that upstreams may have beyond the public internet"),
          new Setting("ADP_AUDIT_RETENTION_DAYS", "365", "days that a line of the audit log stays"),
          new Setting(
              "ADP_SIGNING_KEY_DAYS",
              "30",
              "days that one key signs access tokens before its successor takes over"),
          new Setting(
              "ADP_OIDC_ISSUER",
              "none",
              "external OpenID Connect issuer, exactly as it names itself"),
          new Setting(
              "ADP_OIDC_CLIENT_ID", "none", "client at that issuer for signing in to the portal"),
          new Setting("ADP_OIDC_CLIENT_SECRET", "none", "its secret; none for a public client"),
          new Setting(
              "ADP_OIDC_AUDIENCE",
              "the client id",
              "what `aud` of the issuer's access tokens must name"),
          new Setting(
              "ADP_OIDC_ROLES_CLAIM",
              "roles",
              "claim with the roles, or a path to it like `realm_access.roles`"),
          new Setting("ADP_ECHO_PORT", "8092", "port of the echo model of `./adp demo`"));

  /**
   * Reads the settings.
   *
   * @throws StartFailure naming every wrong or unknown one
   */
  static Config of(Map<String, String> environment, boolean demo) {
    var reader = new Reader(environment);
    reader.rejectUnknown();
    int httpPort = reader.port("ADP_HTTP_PORT", 8080);
    int gatewayPort = reader.port("ADP_GATEWAY_PORT", 8090);
    int echoPort = reader.port("ADP_ECHO_PORT", 8092);
    var config =
        new Config(
            reader.roles(demo),
            reader.text("ADP_HOST").orElse(demo ? "127.0.0.1" : "0.0.0.0"),
            httpPort,
            gatewayPort,
            echoPort,
            reader.url("ADP_PUBLIC_URL", "http://localhost:" + httpPort),
            reader.url("ADP_GATEWAY_PUBLIC_URL", "http://localhost:" + gatewayPort),
            reader.databaseUrl(),
            Path.of(reader.text("ADP_DATA_DIR").orElse(".adp")).toAbsolutePath().normalize(),
            reader.masterKey("ADP_MASTER_KEY"),
            reader.masterKey("ADP_MASTER_KEY_PREVIOUS"),
            reader.bytes("ADP_JOURNAL_BYTES_MAX", 1L << 30),
            reader.upstreamAllow(demo ? PRIVATE_NETWORKS : List.of()),
            reader.days("ADP_AUDIT_RETENTION_DAYS", 365),
            reader.days("ADP_SIGNING_KEY_DAYS", 30),
            reader.oidc());
    reader.throwIfAny();
    return config;
  }

  /** Without the database URL and the key: both are secrets. */
  @Override
  public String toString() {
    return "Config[%s, ports %d and %d, %s]".formatted(host, httpPort, gatewayPort, dataDirectory);
  }

  /** Collects what is wrong. */
  private static final class Reader {
    private final Map<String, String> environment;
    private final List<String> wrong = new ArrayList<>();

    Reader(Map<String, String> environment) {
      this.environment = environment;
    }

    void rejectUnknown() {
      var known = SETTINGS.stream().map(Setting::name).collect(Collectors.toSet());
      for (String name : new TreeSet<>(environment.keySet())) {
        if (name.startsWith("ADP_") && !known.contains(name)) {
          wrong.add(isServiceLink(name) ? serviceLink(name) : name + " is not a setting");
        }
      }
    }

    /** Kubernetes puts variables for each service of the namespace into every container. */
    private static boolean isServiceLink(String name) {
      return name.matches("ADP_.*_(SERVICE_HOST|SERVICE_PORT.*|PORT_[0-9]+_.*|PORT)");
    }

    private static String serviceLink(String name) {
      return name
          + " is a Kubernetes service link, not a setting (set enableServiceLinks: false on the pod)";
    }

    Optional<String> text(String name) {
      return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    Set<Role> roles(boolean demo) {
      List<String> named =
          text("ADP_ROLES").map(Reader::split).orElse(List.of("control", "gateway"));
      Set<Role> roles =
          Stream.of(Role.values())
              .filter(role -> named.contains(role.slug()))
              .collect(Collectors.toUnmodifiableSet());
      if (roles.isEmpty() || roles.size() != Set.copyOf(named).size()) {
        wrong.add("ADP_ROLES must be control, gateway or control,gateway");
      } else if (demo && roles.size() != Role.values().length) {
        wrong.add("ADP_ROLES is for ./adp up: the demo runs both roles");
      } else if (!roles.contains(Role.CONTROL) && text("ADP_DATABASE_URL").isEmpty()) {
        wrong.add("ADP_ROLES=gateway needs ADP_DATABASE_URL: the database of the control plane");
      }
      return roles;
    }

    private static List<String> split(String value) {
      return Stream.of(value.split(",", -1)).map(String::strip).toList();
    }

    int port(String name, int absent) {
      return number(name, absent, 65_535, "must be a port from 0 to 65535").intValue();
    }

    long bytes(String name, long absent) {
      return number(name, absent, Long.MAX_VALUE, "must be a number of bytes");
    }

    Duration days(String name, long absent) {
      return Duration.ofDays(number(name, absent, 1, 36_500, "must be a number of days"));
    }

    private Long number(String name, long absent, long max, String rule) {
      return number(name, absent, 0, max, rule);
    }

    private Long number(String name, long absent, long min, long max, String rule) {
      return text(name)
          .map(
              value -> {
                if (value.startsWith("tcp://")) {
                  wrong.add(serviceLink(name));
                  return absent;
                }
                if (value.matches("[0-9]{1,18}")) {
                  long given = Long.parseLong(value);
                  if (given >= min && given <= max) {
                    return given;
                  }
                }
                wrong.add("%s %s, not \"%s\"".formatted(name, rule, value));
                return absent;
              })
          .orElse(absent);
    }

    String url(String name, String absent) {
      return text(name)
          .map(
              value ->
                  parsed(
                      name,
                      value,
                      uri ->
                          List.of("http", "https").contains(String.valueOf(uri.getScheme()))
                              && uri.getHost() != null
                              && uri.getQuery() == null,
                      "must be an http or https URL without a query"))
          .orElse(absent)
          .replaceAll("/+$", "");
    }

    Optional<String> databaseUrl() {
      return text("ADP_DATABASE_URL")
          .map(
              value ->
                  parsed(
                      "ADP_DATABASE_URL",
                      value,
                      uri ->
                          List.of("postgresql", "postgres")
                                  .contains(String.valueOf(uri.getScheme()))
                              && uri.getHost() != null
                              && uri.getPath() != null
                              && uri.getPath().length() > 1,
                      "must be postgresql://user:password@host:port/database"));
    }

    /** The value itself stays out of the message: a URL may hold a password. */
    private String parsed(String name, String value, Function<URI, Boolean> holds, String rule) {
      boolean good;
      try {
        good = holds.apply(URI.create(value));
      } catch (IllegalArgumentException _) {
        good = false;
      }
      if (!good) {
        wrong.add(name + " " + rule);
      }
      return value;
    }

    List<String> upstreamAllow(List<String> absent) {
      List<String> allowed = text("ADP_UPSTREAM_ALLOW").map(Reader::split).orElse(absent);
      try {
        var _ = AddressPolicy.of(allowed, Set.of());
      } catch (IllegalArgumentException e) {
        wrong.add("ADP_UPSTREAM_ALLOW has an entry that is " + e.getMessage());
      }
      return allowed;
    }

    Optional<MasterKeySource> masterKey(String name) {
      Optional<String> value = text(name);
      Optional<String> file = text(name + "_FILE");
      if (value.isPresent() && file.isPresent()) {
        wrong.add("%s and %1$s_FILE exclude each other".formatted(name));
      }
      return value
          .<MasterKeySource>map(MasterKeySource.Value::new)
          .or(() -> file.map(path -> new MasterKeySource.File(Path.of(path))));
    }

    /** Either all that is needed or nothing. */
    Optional<OidcSettings> oidc() {
      Optional<String> issuer = text("ADP_OIDC_ISSUER");
      Optional<String> clientId = text("ADP_OIDC_CLIENT_ID");
      Optional<String> audience = text("ADP_OIDC_AUDIENCE").or(() -> clientId);
      if (issuer.isEmpty()) {
        SETTINGS.stream()
            .map(Setting::name)
            .filter(name -> name.startsWith("ADP_OIDC_") && text(name).isPresent())
            .forEach(name -> wrong.add(name + " means nothing without ADP_OIDC_ISSUER"));
        return Optional.empty();
      }
      String _ = parsed("ADP_OIDC_ISSUER", issuer.get(), Reader::mayIssue, "must be an https URL");
      if (audience.isEmpty()) {
        wrong.add("ADP_OIDC_ISSUER needs ADP_OIDC_CLIENT_ID, ADP_OIDC_AUDIENCE or both");
      }
      return audience.map(
          named ->
              new OidcSettings(
                  issuer.get(),
                  clientId.map(id -> new OidcSettings.Client(id, text("ADP_OIDC_CLIENT_SECRET"))),
                  named,
                  text("ADP_OIDC_ROLES_CLAIM").orElse("roles")));
    }

    /** Whoever can answer in its place can be anybody: only this machine needs no TLS. */
    private static boolean mayIssue(URI uri) {
      boolean loopback = List.of("localhost", "127.0.0.1").contains(String.valueOf(uri.getHost()));
      return uri.getHost() != null
          && uri.getQuery() == null
          && ("https".equals(uri.getScheme()) || (loopback && "http".equals(uri.getScheme())));
    }

    void throwIfAny() {
      if (!wrong.isEmpty()) {
        throw new StartFailure(
            "wrong settings: %s. docs/configuration.md lists them all."
                .formatted(String.join("; ", wrong)));
      }
    }
  }
}
