package dev.adp;

import dev.adp.domain.Actor;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.NameResolver;
import dev.adp.domain.Origin;
import dev.adp.domain.ProviderQuery;
import dev.adp.domain.Role;
import dev.adp.domain.UpstreamCheck;
import dev.adp.http.TlsFiles;
import dev.adp.store.Database;
import dev.adp.store.DatabaseState;
import dev.adp.store.FirstRun;
import dev.adp.store.LlmProviders;
import dev.adp.store.MasterKeys;
import dev.adp.store.PatientResolver;
import dev.adp.store.Postgres;
import dev.adp.store.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What {@link DoctorCommand} looks at, and what it has to say about it. */
final class Doctor {
  private static final int POSTGRES_MAJOR_MIN = 15;
  private static final Duration CLOCK_OFF_MAX = Duration.ofSeconds(5);
  private static final Duration CERTIFICATE_LEFT_MIN = Duration.ofDays(14);
  private static final int CONNECT_MS_MAX = 3_000;
  private static final int PROVIDERS_MAX = 1_000;
  private static final Actor CLI =
      new Actor("doctor", "", Set.of(Role.ADMIN), Optional.empty(), Origin.SYSTEM)
          .from(new Origin("cli", ""));

  private final Config config;
  private final Clock clock;

  Doctor(Config config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /** One thing that was looked at. */
  record Finding(State state, String subject, String text) {
    /** How it is. */
    enum State {
      OK,
      NOTE,
      WRONG
    }

    static Finding good(String subject, String text) {
      return new Finding(State.OK, subject, text);
    }

    static Finding note(String subject, String text) {
      return new Finding(State.NOTE, subject, text);
    }

    static Finding wrong(String subject, String text) {
      return new Finding(State.WRONG, subject, text);
    }

    boolean isWrong() {
      return state == State.WRONG;
    }

    @Override
    public String toString() {
      return "%-5s  %-14s  %s".formatted(state.name().toLowerCase(Locale.ROOT), subject, text);
    }
  }

  /** What is on this machine: the data directory, the ports, the certificate. */
  List<Finding> machine() {
    var findings = new ArrayList<Finding>();
    boolean running = isLocked(config.dataDirectory().resolve("lock"));
    findings.add(dataDirectory(running));
    Ports ports = Ports.of(config, false);
    ports.clashes().forEach(clash -> findings.add(Finding.wrong("ports", clash)));
    ports.all().forEach(port -> findings.add(port(port, running)));
    config.tls().ifPresent(files -> findings.add(certificate(files)));
    return findings;
  }

  private Finding dataDirectory(boolean running) {
    Path path = config.dataDirectory();
    String subject = "data directory";
    if (!Files.exists(path)) {
      return Finding.note(subject, "%s is not there yet: the first start makes it".formatted(path));
    }
    if (!Files.isDirectory(path) || !Files.isWritable(path)) {
      return Finding.wrong(
          subject,
          "%s cannot be written: set ADP_DATA_DIR to a directory that can".formatted(path));
    }
    try {
      long free = Files.getFileStore(path).getUsableSpace();
      if (free < config.journalBytesMax()) {
        return Finding.wrong(
            subject,
            ("%s has %d MiB left, less than the journal may need while the database is away:"
                    + " make room or lower ADP_JOURNAL_BYTES_MAX")
                .formatted(path, free >> 20));
      }
    } catch (IOException e) {
      return Finding.wrong(
          subject, "%s cannot be read (%s)".formatted(path, e.getClass().getSimpleName()));
    }
    return Finding.good(subject, path + (running ? ", in use by a running server" : ""));
  }

  private static boolean isLocked(Path file) {
    if (!Files.exists(file)) {
      return false;
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      @Nullable FileLock lock = channel.tryLock();
      return lock == null;
    } catch (IOException _) {
      return false; // The directory's own finding says why.
    }
  }

  private static Finding port(Ports.Port port, boolean running) {
    String subject = "port " + port.number();
    try {
      port.probe();
      return Finding.good(subject, "is free");
    } catch (IOException e) {
      return running
          ? Finding.good(subject, "is in use by the running server")
          : Finding.wrong(
              subject,
              "cannot be listened on at %s (%s): stop what uses it, or set %s"
                  .formatted(port.host(), StartFailure.reason(e), port.setting()));
    }
  }

  private Finding certificate(TlsFiles files) {
    String subject = "certificate";
    try (InputStream in = Files.newInputStream(Path.of(files.certificate()))) {
      var first = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      Instant end = first.getNotAfter().toInstant();
      Instant now = clock.instant();
      if (end.isBefore(now)) {
        return Finding.wrong(
            subject, "%s ended at %s: replace it".formatted(files.certificate(), end));
      }
      return end.isBefore(now.plus(CERTIFICATE_LEFT_MIN))
          ? Finding.note(subject, "%s ends at %s: renew it".formatted(files.certificate(), end))
          : Finding.good(subject, "%s is good until %s".formatted(files.certificate(), end));
    } catch (IOException | CertificateException e) {
      return Finding.wrong(
          subject,
          "%s cannot be read (%s): ADP_TLS_CERT must name a PEM file"
              .formatted(files.certificate(), e.getClass().getSimpleName()));
    }
  }

  /** What is in the database, and where its providers lead. */
  List<Finding> database(Database database, String databaseUrl) {
    var findings = new ArrayList<Finding>();
    DatabaseState state;
    try {
      state = DatabaseState.read(database, databaseUrl);
    } catch (RuntimeException e) {
      findings.add(
          Finding.wrong(
              "database",
              "%s cannot be used (%s): check ADP_DATABASE_URL"
                  .formatted(Postgres.address(databaseUrl), StartFailure.reason(e))));
      return findings;
    }
    findings.add(server(state, databaseUrl));
    findings.add(clocks(state));
    if (state.migrationsToCome() == 0 && !state.isNewer()) {
      keys()
          .ifPresentOrElse(
              keys -> findings.addAll(contents(database, databaseUrl, keys)),
              () ->
                  findings.add(
                      Finding.wrong(
                          "master key",
                          "there is none, but the database has been set up with one: set ADP_MASTER_KEY or ADP_MASTER_KEY_FILE, or put master.key back into "
                              + config.dataDirectory())));
    }
    return findings;
  }

  private static Finding server(DatabaseState state, String databaseUrl) {
    String text = "PostgreSQL %s at %s".formatted(state.version(), Postgres.address(databaseUrl));
    if (state.major() < POSTGRES_MAJOR_MIN) {
      return Finding.wrong("database", text + ": take PostgreSQL 15 or newer");
    }
    if (state.isNewer()) {
      return Finding.note(
          "database",
          text
              + ", used by a newer ADP: fine for one version, else run that one or restore a backup");
    }
    return state.migrationsToCome() == 0
        ? Finding.good("database", text)
        : Finding.note(
            "database",
            "%s, %d migrations to come with the next start"
                .formatted(text, state.migrationsToCome()));
  }

  private Finding clocks(DatabaseState state) {
    Duration off = Duration.between(state.now(), clock.instant());
    return off.abs().compareTo(CLOCK_OFF_MAX) > 0
        ? Finding.wrong(
            "clock",
            ("this machine is %d s %s the database: tokens and AWS signatures need the right time;"
                    + " run an NTP client on both")
                .formatted(off.abs().toSeconds(), off.isNegative() ? "behind" : "ahead of"))
        : Finding.good("clock", "agrees with the database's");
  }

  private Optional<MasterKeys> keys() {
    boolean given = config.masterKey().isPresent();
    return given || Files.exists(config.dataDirectory().resolve("master.key"))
        ? Optional.of(MasterKeyFiles.of(config).keys(false))
        : Optional.empty();
  }

  private List<Finding> contents(Database database, String databaseUrl, MasterKeys keys) {
    var findings = new ArrayList<Finding>();
    try {
      findings.add(
          FirstRun.done(database, keys)
              ? Finding.good("master key", "is the one that this database is sealed with")
              : Finding.note("master key", "is there; the database has not been set up yet"));
    } catch (FirstRun.WrongMasterKey e) {
      findings.add(Finding.wrong("master key", StartFailure.reason(e)));
    }
    var check =
        new UpstreamCheck(
            StoreParts.addressPolicy(config, databaseUrl),
            new PatientResolver(NameResolver.SYSTEM));
    var providers =
        new LlmProviders(
            database, new Secrets(database, keys, clock), check, clock, UUID::randomUUID);
    Map<BaseUrl, List<String>> upstreams = new LinkedHashMap<>();
    for (LlmProvider provider :
        providers.list(CLI, ProviderQuery.ALL, PROVIDERS_MAX, Optional.empty()).rows()) {
      if (provider.enabled()) {
        upstreams
            .computeIfAbsent(provider.config().upstream(), _ -> new ArrayList<>())
            .add(provider.name().value());
      }
    }
    upstreams.forEach((url, names) -> findings.add(upstream(url, names, check)));
    return findings;
  }

  /** Dials, and says nothing: a call would cost somebody something. */
  private Finding upstream(BaseUrl url, List<String> names, UpstreamCheck check) {
    String text =
        "%s of %s%s"
            .formatted(
                url,
                names.getFirst(),
                names.size() == 1 ? "" : " and %d more".formatted(names.size() - 1));
    Optional<String> refusal = check.refusal(url);
    if (refusal.isPresent()) {
      return isEchoModel(url)
          ? Finding.note(
              "upstream", text + " is the echo model: ./adp demo calls it, ./adp up would not")
          : Finding.wrong("upstream", "%s %s".formatted(text, refusal.get()));
    }
    try (var socket = new Socket()) {
      InetAddress address = check.resolver().resolve(url.host()).getFirst();
      socket.connect(new InetSocketAddress(address, url.port()), CONNECT_MS_MAX);
      return Finding.good("upstream", text + " takes connections");
    } catch (UnknownHostException _) {
      return Finding.wrong(
          "upstream", text + " has no address: check its host name and this machine's DNS");
    } catch (IOException e) {
      return Finding.wrong(
          "upstream",
          "%s takes no connections (%s): check the way there, firewalls included"
              .formatted(text, StartFailure.reason(e)));
    }
  }

  /** The demo may call what is private unless it is told otherwise, and nobody said it here. */
  private boolean isEchoModel(BaseUrl url) {
    return config.upstreamAllow().isEmpty()
        && url.value().equals(URI.create("http://127.0.0.1:%d/v1".formatted(config.echoPort())));
  }
}
