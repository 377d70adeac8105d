package dev.adp;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Every setting with its default and its meaning, as docs/configuration.md lists them. */
final class Settings {
  private Settings() {}

  /** One documented setting. */
  record Setting(String name, String defaultValue, String meaning) {}

  static final List<Setting> ALL =
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
              "`http://localhost:<port>`, `https` with ADP_TLS_CERT",
              "URL under which people reach the portal; the issuer of tokens"),
          new Setting(
              "ADP_GATEWAY_PUBLIC_URL",
              "`http://localhost:<port>`, `https` with ADP_TLS_CERT",
              "URL under which applications reach the gateway; proxy URLs begin with it"),
          new Setting(
              "ADP_DATABASE_URL",
              "an embedded PostgreSQL 18 under the data directory",
              "`postgresql://user:password@host:port/database` of a PostgreSQL 15 or newer; `?sslmode=verify-full&sslrootcert=FILE` encrypts, see below"),
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
          new Setting(
              "ADP_AWS_STS_URL",
              "the STS of the provider's region",
              "URL of the AWS STS that lends the keys of assumed roles"),
          new Setting(
              "ADP_CATALOG_URL",
              "the catalogue that ships",
              "http or https URL, or file, of the price catalogue; looked at each day"),
          new Setting("ADP_AUDIT_RETENTION_DAYS", "365", "days that a line of the audit log stays"),
          new Setting(
              "ADP_TRANSCRIPT_RETENTION_DAYS", "30", "days that a turn of a transcript stays"),
          new Setting(
              "ADP_USAGE_RETENTION_DAYS",
              "400",
              "days that the usage record of a call stays at least, and never fewer than a transcript; sums stay for ever"),
          new Setting(
              "ADP_TRANSCRIPT_QUEUE_BYTES_MAX",
              "67108864",
              "bytes of recorded messages that may wait in memory for the database; more are left out of their transcripts and counted"),
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
          new Setting("ADP_ECHO_PORT", "8092", "port of the echo model of `./adp demo`"),
          new Setting(
              "ADP_TLS_CERT",
              "none",
              "PEM file of the certificate chain of both planes; read again when it changes"),
          new Setting("ADP_TLS_KEY", "none", "PEM file of its private key"),
          new Setting(
              "ADP_TRUSTED_PROXIES",
              "none",
              "networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, separated by commas"),
          new Setting("ADP_METRICS_PORT", "8091", "port of `GET /metrics`"),
          new Setting("ADP_METRICS_HOST", "127.0.0.1", "address that metrics are served on"),
          new Setting(
              "ADP_ACCESS_LOG",
              "json with `./adp up`, off with `./adp demo`",
              "`json`: one line on standard output for each call of the gateway; or `off`"),
          new Setting(
              "ADP_SHUTDOWN_ANNOUNCE_SECONDS",
              "3 with `./adp up`, 0 with `./adp demo`",
              "seconds between readiness turning 503 and the end of taking calls"),
          new Setting(
              "ADP_SHUTDOWN_SECONDS",
              "30",
              "seconds that calls under way may take to end when the process stops"),
          new Setting(
              "ADP_HELD_BODY_BYTES_MAX", "33554432", "bytes of the largest JSON body of a call"),
          new Setting(
              "ADP_HELD_BODIES_BYTES_MAX",
              "134217728",
              "bytes of all JSON bodies held at one moment, and 262144 for each upload under way; a quarter of the heap at most; beyond them calls are refused with 503"),
          new Setting(
              "ADP_STREAMED_BODY_BYTES_MAX",
              "536870912",
              "bytes of the largest body of a call that is passed on as it comes: files, forms, audio"),
          new Setting(
              "ADP_HEADER_BYTES_MAX", "65536", "bytes of all headers of a call or an answer"),
          new Setting("ADP_URI_BYTES_MAX", "16384", "bytes of the request line of a call"),
          new Setting(
              "ADP_CALLS_MAX",
              "10000",
              "calls under way at one moment, each with a connection to its upstream; more are refused with 503"),
          new Setting(
              "ADP_PROVIDER_CALLS_MAX",
              "5000",
              "those of them that may be one provider's, so that a slow upstream leaves room for the others; more are refused with 503"),
          new Setting(
              "ADP_UPSTREAM_CONNECTIONS_MAX",
              "2048",
              "connections to one upstream from each event loop (one a core); as many calls wait for one"),
          new Setting(
              "ADP_CONNECT_TIMEOUT_SECONDS",
              "10",
              "seconds until an upstream has accepted a connection"),
          new Setting(
              "ADP_IDLE_TIMEOUT_SECONDS",
              "600",
              "seconds of silence before an upstream counts as dead"),
          new Setting(
              "ADP_CALL_TIMEOUT_SECONDS",
              "3600",
              "seconds that a call may take from its head to the end of its answer, however lively it is"),
          new Setting(
              "ADP_CLIENT_HEADER_TIMEOUT_SECONDS",
              "30",
              "seconds until the head of a request to any of the ports has arrived: the first from the start of its connection, others from their first byte"),
          new Setting(
              "ADP_CLIENT_BODY_TIMEOUT_SECONDS",
              "120",
              "seconds until a JSON body of a call, or any body of a request to the control plane, has arrived"),
          new Setting(
              "ADP_ABANDONED_READ_SECONDS",
              "60",
              "seconds that an answer is read on for its usage when its client has left"),
          new Setting(
              "ADP_TRANSCRIPT_MESSAGE_BYTES_MAX",
              "65536",
              "bytes of one message that a transcript keeps; what is longer is cut"),
          new Setting(
              "ADP_TRANSCRIPT_CALL_BYTES_MAX",
              "2097152",
              "bytes of a request, and of an answer, that a transcript looks at and keeps"),
          new Setting(
              "ADP_TRANSCRIPT_HELD_BYTES_MAX",
              "67108864",
              "bytes of all bodies that wait in memory for their transcripts; beyond them bodies are not recorded, and counted"),
          new Setting(
              "OTEL_EXPORTER_OTLP_ENDPOINT",
              "none: spans are not exported",
              "URL of the OTLP receiver of spans, without `/v1/traces`; see [transcripts](transcripts.md)"),
          new Setting(
              "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
              "the one above with `/v1/traces`",
              "the whole URL that takes spans"),
          new Setting(
              "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "the only one that is spoken"),
          new Setting(
              "OTEL_EXPORTER_OTLP_HEADERS",
              "none",
              "headers for the receiver, `name=value` separated by commas, values percent-encoded"),
          new Setting(
              "OTEL_EXPORTER_OTLP_TIMEOUT", "10000", "milliseconds that one export may take"),
          new Setting("OTEL_EXPORTER_OTLP_COMPRESSION", "none", "`gzip` or `none`"),
          new Setting("OTEL_SERVICE_NAME", "adp-gateway", "`service.name` of the spans' resource"),
          new Setting(
              "OTEL_RESOURCE_ATTRIBUTES",
              "none",
              "more attributes of it, `name=value` separated by commas, values percent-encoded"),
          new Setting("OTEL_TRACES_EXPORTER", "otlp", "`otlp`, or `none` to export nothing"),
          new Setting("OTEL_SDK_DISABLED", "false", "`true` exports nothing"));

  static Set<String> names() {
    return ALL.stream().map(Setting::name).collect(Collectors.toUnmodifiableSet());
  }
}
