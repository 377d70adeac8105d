package dev.adp;

import dev.adp.domain.AddressPolicy;
import dev.adp.gateway.GatewayLimits;
import dev.adp.gateway.OtlpSettings;
import dev.adp.gateway.TranscriptLimits;
import dev.adp.gateway.speech.MessageLimits;
import dev.adp.http.OidcSettings;
import dev.adp.http.TlsFiles;
import dev.adp.http.TrustedProxies;
import dev.adp.store.Postgres;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads variables and collects what is wrong with them. */
final class SettingsReader {
  private final Map<String, String> environment;
  private final List<String> wrong = new ArrayList<>();

  SettingsReader(Map<String, String> environment) {
    this.environment = environment;
  }

  void rejectUnknown() {
    Set<String> known = Settings.names();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith("ADP_") && !known.contains(name)) {
                wrong.add(
                    isServiceLink(name, value) ? serviceLink(name) : name + " is not a setting");
              }
            });
  }

  /**
   * Kubernetes puts variables for each service of the namespace into every container, for each of
   * its ports by number and, where it has one, by name. The service may be called just {@code adp}.
   */
  private static boolean isServiceLink(String name, String value) {
    return name.matches("ADP_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_[0-9]+_[A-Z]+(_[A-Z]+)?)")
        || (name.matches("ADP_(.*_)?PORT") && isServiceAddress(value));
  }

  private static boolean isServiceAddress(String value) {
    return value.matches("(tcp|udp|sctp)://.*");
  }

  private static String serviceLink(String name) {
    return name
        + " is a Kubernetes service link, not a setting (set enableServiceLinks: false on the pod)";
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  Set<Config.Role> roles(boolean demo) {
    List<String> named =
        text("ADP_ROLES").map(SettingsReader::split).orElse(List.of("control", "gateway"));
    Set<Config.Role> roles =
        Stream.of(Config.Role.values())
            .filter(role -> named.contains(role.slug()))
            .collect(Collectors.toUnmodifiableSet());
    if (roles.isEmpty() || roles.size() != Set.copyOf(named).size()) {
      wrong.add("ADP_ROLES must be control, gateway or control,gateway");
    } else if (demo && roles.size() != Config.Role.values().length) {
      wrong.add("ADP_ROLES is for ./adp up: the demo runs both roles");
    } else if (!roles.contains(Config.Role.CONTROL) && text("ADP_DATABASE_URL").isEmpty()) {
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

  Duration seconds(String name, long absent) {
    return Duration.ofSeconds(number(name, absent, 86_400, "must be a number of seconds"));
  }

  Optional<TlsFiles> tls() {
    Optional<String> certificate = file("ADP_TLS_CERT");
    Optional<String> key = file("ADP_TLS_KEY");
    if (certificate.isPresent() != key.isPresent()) {
      wrong.add("ADP_TLS_CERT and ADP_TLS_KEY belong together: set both or neither");
    }
    return certificate.flatMap(chain -> key.map(own -> new TlsFiles(chain, own)));
  }

  private Optional<String> file(String name) {
    Optional<String> path = text(name);
    if (path.isPresent() && !Files.isReadable(Path.of(path.get()))) {
      wrong.add("%s names a file that cannot be read: \"%s\"".formatted(name, path.get()));
    }
    return path;
  }

  TrustedProxies trustedProxies() {
    try {
      return TrustedProxies.of(
          text("ADP_TRUSTED_PROXIES").map(SettingsReader::split).orElse(List.of()));
    } catch (IllegalArgumentException e) {
      wrong.add("ADP_TRUSTED_PROXIES has an entry that is " + e.getMessage());
      return TrustedProxies.NONE;
    }
  }

  boolean accessLog(boolean absent) {
    return text("ADP_ACCESS_LOG")
        .map(
            value -> {
              if (!value.equals("off") && !value.equals("json")) {
                wrong.add("ADP_ACCESS_LOG must be off or json, not \"%s\"".formatted(value));
              }
              return value.equals("json");
            })
        .orElse(absent);
  }

  /** What the gateway bounds; what bounds nothing at 0 is refused. */
  GatewayLimits gatewayLimits() {
    GatewayLimits absent = GatewayLimits.DEFAULT;
    return new GatewayLimits(
        bytes("ADP_HELD_BODY_BYTES_MAX", absent.heldBodyBytesMax()),
        bytes("ADP_HELD_BODIES_BYTES_MAX", absent.heldBodiesBytesMax()),
        bytes("ADP_STREAMED_BODY_BYTES_MAX", absent.streamedBodyBytesMax()),
        positive("ADP_HEADER_BYTES_MAX", absent.headerBytesMax()),
        positive("ADP_URI_BYTES_MAX", absent.uriBytesMax()),
        positive("ADP_CALLS_MAX", absent.callsMax()),
        positive("ADP_PROVIDER_CALLS_MAX", absent.providerCallsMax()),
        positive("ADP_UPSTREAM_CONNECTIONS_MAX", absent.upstreamConnectionsMax()),
        (int) millis("ADP_CONNECT_TIMEOUT_SECONDS", absent.connectTimeoutMs()),
        millis("ADP_IDLE_TIMEOUT_SECONDS", absent.idleTimeoutMs()),
        millis("ADP_CALL_TIMEOUT_SECONDS", absent.callTimeoutMs()),
        millis("ADP_CLIENT_HEADER_TIMEOUT_SECONDS", absent.clientHeaderTimeoutMs()),
        millis("ADP_CLIENT_BODY_TIMEOUT_SECONDS", absent.clientBodyTimeoutMs()),
        millis("ADP_ABANDONED_READ_SECONDS", absent.abandonedReadMs()),
        seconds("ADP_SHUTDOWN_SECONDS", absent.shutdownMs() / 1_000).toMillis());
  }

  TranscriptLimits transcriptLimits() {
    TranscriptLimits absent = TranscriptLimits.DEFAULT;
    return new TranscriptLimits(
        new MessageLimits(
            positive("ADP_TRANSCRIPT_MESSAGE_BYTES_MAX", absent.messages().messageBytesMax()),
            positive("ADP_TRANSCRIPT_CALL_BYTES_MAX", absent.messages().callBytesMax())),
        bytes("ADP_TRANSCRIPT_HELD_BYTES_MAX", absent.heldBytesMax()));
  }

  /** Where spans go, in the words of OpenTelemetry's own variables. */
  Optional<OtlpSettings> otlp() {
    return new OtlpReader(environment, wrong::add).read();
  }

  private int positive(String name, int absent) {
    return number(name, absent, 1, Integer.MAX_VALUE, "must be a number from 1").intValue();
  }

  private long millis(String name, long absentMs) {
    return 1_000 * number(name, absentMs / 1_000, 1, 86_400, "must be from 1 to 86400 seconds");
  }

  private Long number(String name, long absent, long max, String rule) {
    return number(name, absent, 0, max, rule);
  }

  private Long number(String name, long absent, long min, long max, String rule) {
    return text(name)
        .map(
            value -> {
              if (isServiceAddress(value)) {
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
    int wrongBefore = wrong.size();
    Optional<String> url =
        text("ADP_DATABASE_URL")
            .map(
                value ->
                    parsed(
                        "ADP_DATABASE_URL",
                        value,
                        Postgres::uri,
                        uri ->
                            List.of("postgresql", "postgres")
                                    .contains(String.valueOf(uri.getScheme()))
                                && uri.getHost() != null
                                && uri.getPath() != null
                                && uri.getPath().length() > 1,
                        "must be postgresql://user:password@host:port/database"));
    if (wrong.size() == wrongBefore) {
      url.flatMap(Postgres::problem).ifPresent(problem -> wrong.add("ADP_DATABASE_URL " + problem));
    }
    return url;
  }

  /** The value itself stays out of the message: a URL may hold a password. */
  private String parsed(String name, String value, Function<URI, Boolean> holds, String rule) {
    return parsed(name, value, URI::create, holds, rule);
  }

  private String parsed(
      String name,
      String value,
      Function<String, URI> read,
      Function<URI, Boolean> holds,
      String rule) {
    boolean good;
    try {
      good = holds.apply(read.apply(value));
    } catch (IllegalArgumentException _) {
      good = false;
    }
    if (!good) {
      wrong.add(name + " " + rule);
    }
    return value;
  }

  List<String> upstreamAllow(List<String> absent) {
    List<String> allowed = text("ADP_UPSTREAM_ALLOW").map(SettingsReader::split).orElse(absent);
    try {
      var _ = AddressPolicy.of(allowed, Set.of());
    } catch (IllegalArgumentException e) {
      wrong.add("ADP_UPSTREAM_ALLOW has an entry that is " + e.getMessage());
    }
    return allowed;
  }

  Optional<URI> optionalUrl(String name) {
    int wrongBefore = wrong.size();
    String value = url(name, "");
    return value.isEmpty() || wrong.size() > wrongBefore
        ? Optional.empty()
        : Optional.of(URI.create(value));
  }

  /** Without user or password: the API shows where a catalogue came from. */
  Optional<String> catalogSource() {
    return text("ADP_CATALOG_URL")
        .map(
            value ->
                value.contains("://")
                    ? parsed(
                        "ADP_CATALOG_URL",
                        value,
                        uri ->
                            List.of("http", "https").contains(String.valueOf(uri.getScheme()))
                                && uri.getHost() != null
                                && uri.getUserInfo() == null,
                        "must be an http or https URL without user or password, or a file")
                    : value);
  }

  Optional<Config.MasterKeySource> masterKey(String name) {
    Optional<String> value = text(name);
    Optional<String> file = text(name + "_FILE");
    if (value.isPresent() && file.isPresent()) {
      wrong.add("%s and %1$s_FILE exclude each other".formatted(name));
    }
    return value
        .<Config.MasterKeySource>map(Config.MasterKeySource.Value::new)
        .or(() -> file.map(path -> new Config.MasterKeySource.File(Path.of(path))));
  }

  /** Either all that is needed or nothing. */
  Optional<OidcSettings> oidc() {
    Optional<String> issuer = text("ADP_OIDC_ISSUER");
    Optional<String> clientId = text("ADP_OIDC_CLIENT_ID");
    Optional<String> audience = text("ADP_OIDC_AUDIENCE").or(() -> clientId);
    if (issuer.isEmpty()) {
      Settings.ALL.stream()
          .map(Settings.Setting::name)
          .filter(name -> name.startsWith("ADP_OIDC_") && text(name).isPresent())
          .forEach(name -> wrong.add(name + " means nothing without ADP_OIDC_ISSUER"));
      return Optional.empty();
    }
    String _ =
        parsed("ADP_OIDC_ISSUER", issuer.get(), SettingsReader::mayIssue, "must be an https URL");
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
