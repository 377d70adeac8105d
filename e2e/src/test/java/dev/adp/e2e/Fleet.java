package dev.adp.e2e;

import dev.adp.store.MasterKey;
import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One gateway as larger installations run it: a process of its own, with nothing but a database
 * shared with the control plane. Its way to the database can be cut; its provider {@value
 * #PROVIDER} leads to a {@link FakeModel}.
 */
final class Fleet implements AutoCloseable {
  static final String PROVIDER = "fleet";
  static final String SECRET = "FLEET_API_KEY";

  private final Vertx vertx = Vertx.vertx();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final String databaseUrl;
  private final Relay relay;
  private final FakeModel model;
  private final List<String> settings;
  private final Program gateway;
  private final Rest rest;
  private final String token;

  private Fleet(Path folder, String... settings) {
    EmbeddedPostgres postgres = opened(EmbeddedPostgres.start(folder.resolve("postgres")));
    databaseUrl = postgres.databaseUrl();
    relay = opened(Relay.to(vertx, postgres.port()));
    model = opened(FakeModel.start(vertx));
    String masterKey = MasterKey.generate();
    Program control =
        opened(program(databaseUrl, "ADP_MASTER_KEY", masterKey, "ADP_ROLES", "control")).start();
    rest = control.rest();
    token = control.token();
    World.putSecret(rest, SECRET, "sk-of-the-fleet");
    String _ = rest.createOpenAi(PROVIDER, model.baseUrl(), SECRET);
    this.settings =
        new ArrayList<>(
            List.of("ADP_MASTER_KEY", masterKey, "ADP_ROLES", "gateway", "ADP_ACCESS_LOG", "off"));
    this.settings.addAll(List.of(settings));
    gateway = gateway(relay.instead(databaseUrl));
  }

  private Program gateway(String database) {
    return opened(program(database, this.settings.toArray(String[]::new))).start();
  }

  /** Starts one more gateway, whose way to the database is not cut. */
  Program another() {
    return gateway(databaseUrl);
  }

  /**
   * Starts everything.
   *
   * @param settings of the gateway alone, by name and value
   */
  static Fleet start(String... settings) {
    try {
      return new Fleet(Files.createTempDirectory("adp-fleet").toRealPath(), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Program program(String databaseUrl, String... settings) {
    var all =
        new ArrayList<>(
            List.of(
                "ADP_DATABASE_URL",
                databaseUrl,
                "ADP_PUBLIC_URL", // Who issues tokens, whichever process does.
                "http://adp.test"));
    all.addAll(List.of(settings));
    return Program.prepared("up", all.toArray(String[]::new));
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.addFirst(resource);
    return resource;
  }

  Program gateway() {
    return gateway;
  }

  /** The gateway's way to the database. */
  Relay relay() {
    return relay;
  }

  FakeModel model() {
    return model;
  }

  /** The control plane's API, as the administrator. */
  Rest rest() {
    return rest;
  }

  /** Past the gateway, which may be cut off from it. */
  String databaseUrl() {
    return databaseUrl;
  }

  /** Calls through the gateway. */
  Calls calls() {
    return calls(PROVIDER);
  }

  Calls calls(String provider) {
    return new Calls(gateway.gateway(), token, provider);
  }

  /** A balancer before gateways of this fleet. */
  Balancer balancer(Program... gateways) {
    return new Balancer(token, List.of(gateways));
  }

  /** One value of the gateway's metrics, named as there, labels included. */
  double metric(String name) {
    String text =
        Rest.ok(
            Rest.send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:%s/metrics"
                                .formatted(gateway.setting("ADP_METRICS_PORT"))))
                    .build()));
    return text.lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name));
  }

  @Override
  public void close() {
    for (AutoCloseable resource : open) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    vertx.close().await();
  }
}
