package dev.adp;

import dev.adp.gateway.GatewayLimits;
import dev.adp.gateway.OtlpSettings;
import dev.adp.gateway.TranscriptLimits;
import dev.adp.http.ClientLimits;
import dev.adp.http.OidcSettings;
import dev.adp.http.TlsFiles;
import dev.adp.http.TrustedProxies;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
 * @param catalogSource URL or file of the price catalogue; absent = the one that ships
 * @param auditRetention how long a line of the audit log stays
 * @param transcriptRetention how long what was said is kept
 * @param usageRecordRetention how long usage records are kept at least
 * @param transcriptQueueBytesMax of messages that may wait for the database before some are dropped
 * @param signingKeyLifetime how long one key signs tokens before its successor does
 * @param tls certificate and key of both planes; absent = they speak plain http
 * @param trustedProxies whose word on a client's address and scheme is believed
 * @param metricsHost address that metrics are served on
 * @param accessLog whether each call of the gateway is a line on standard output
 * @param shutdownAnnounce between readiness turning 503 and the end of taking calls
 * @param gatewayLimits what the gateway bounds
 * @param transcriptLimits what the gateway keeps of what is said
 * @param otlp where spans go, if anywhere
 * @param oidc the external issuer of identities, beside our own
 * @param journalBytesMax usage that may wait for the database before calls are refused
 * @param awsStsUrl where roles of AWS are assumed; absent = the STS of the provider's region
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
    Optional<String> catalogSource,
    Duration auditRetention,
    Duration transcriptRetention,
    Duration usageRecordRetention,
    long transcriptQueueBytesMax,
    Duration signingKeyLifetime,
    Optional<TlsFiles> tls,
    TrustedProxies trustedProxies,
    String metricsHost,
    int metricsPort,
    boolean accessLog,
    Duration shutdownAnnounce,
    GatewayLimits gatewayLimits,
    TranscriptLimits transcriptLimits,
    Optional<OtlpSettings> otlp,
    Optional<URI> awsStsUrl,
    Optional<OidcSettings> oidc) {

  private static final int CONTROL_CONNECTIONS_MAX = 4_096;

  /** Nothing that the control plane answers takes nearly as long. */
  private static final long CONTROL_IDLE_MS = 120_000;

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

  /** Transcripts tell of their calls by the usage records, which therefore stay as long. */
  Duration usageRetention() {
    return usageRecordRetention.compareTo(transcriptRetention) < 0
        ? transcriptRetention
        : usageRecordRetention;
  }

  /**
   * What clients of the control plane may take, and those of the metrics; each port has its own.
   */
  ClientLimits clientLimits() {
    return new ClientLimits(
        CONTROL_CONNECTIONS_MAX,
        gatewayLimits.clientHeaderTimeoutMs(),
        gatewayLimits.clientBodyTimeoutMs(),
        CONTROL_IDLE_MS);
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

  /**
   * Reads the settings.
   *
   * @throws StartFailure naming every wrong or unknown one
   */
  static Config of(Map<String, String> environment, boolean demo) {
    var reader = new SettingsReader(environment);
    reader.rejectUnknown();
    int httpPort = reader.port("ADP_HTTP_PORT", 8080);
    int gatewayPort = reader.port("ADP_GATEWAY_PORT", 8090);
    Optional<TlsFiles> tls = reader.tls();
    String local = (tls.isPresent() ? "https" : "http") + "://localhost:";
    int echoPort = reader.port("ADP_ECHO_PORT", 8092);
    var config =
        new Config(
            reader.roles(demo),
            reader.text("ADP_HOST").orElse(demo ? "127.0.0.1" : "0.0.0.0"),
            httpPort,
            gatewayPort,
            echoPort,
            reader.url("ADP_PUBLIC_URL", local + httpPort),
            reader.url("ADP_GATEWAY_PUBLIC_URL", local + gatewayPort),
            reader.databaseUrl(),
            Path.of(reader.text("ADP_DATA_DIR").orElse(".adp")).toAbsolutePath().normalize(),
            reader.masterKey("ADP_MASTER_KEY"),
            reader.masterKey("ADP_MASTER_KEY_PREVIOUS"),
            reader.bytes("ADP_JOURNAL_BYTES_MAX", 1L << 30),
            reader.upstreamAllow(demo ? PRIVATE_NETWORKS : List.of()),
            reader.catalogSource(),
            reader.days("ADP_AUDIT_RETENTION_DAYS", 365),
            reader.days("ADP_TRANSCRIPT_RETENTION_DAYS", 30),
            reader.days("ADP_USAGE_RETENTION_DAYS", 400),
            reader.bytes("ADP_TRANSCRIPT_QUEUE_BYTES_MAX", 64L << 20),
            reader.days("ADP_SIGNING_KEY_DAYS", 30),
            tls,
            reader.trustedProxies(),
            reader.text("ADP_METRICS_HOST").orElse("127.0.0.1"),
            reader.port("ADP_METRICS_PORT", 8091),
            reader.accessLog(!demo),
            reader.seconds("ADP_SHUTDOWN_ANNOUNCE_SECONDS", demo ? 0 : 3),
            reader.gatewayLimits(),
            reader.transcriptLimits(),
            reader.otlp(),
            reader.optionalUrl("ADP_AWS_STS_URL"),
            reader.oidc());
    reader.throwIfAny();
    return config;
  }

  /** Without the database URL and the key: both are secrets. */
  @Override
  public String toString() {
    return "Config[%s, ports %d and %d, %s]".formatted(host, httpPort, gatewayPort, dataDirectory);
  }
}
