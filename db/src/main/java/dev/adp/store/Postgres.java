package dev.adp.store;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;

/** Ways into one PostgreSQL: a pool for the store, JDBC for the migrations. */
public final class Postgres {
  private static final int PORT_DEFAULT = 5432;
  private static final int CONNECT_TIMEOUT_MS = 5_000;

  private Postgres() {}

  /**
   * Brings the schema up to date; safe to run by several processes at once.
   *
   * @param databaseUrl {@code postgresql://user:password@host:port/database}
   */
  public static void migrate(String databaseUrl) {
    URI uri = URI.create(databaseUrl);
    String[] user = Arrays.copyOf(String.valueOf(uri.getUserInfo()).split(":", 2), 2);
    boolean named = uri.getUserInfo() != null;
    String withoutUser = databaseUrl.replace(uri.getRawUserInfo() + "@", "");
    Flyway.configure()
        // Apart from the URL, which messages quote.
        .dataSource(jdbcUrl(withoutUser), named ? user[0] : null, named ? user[1] : null)
        .locations("classpath:db/migration")
        .validateMigrationNaming(true)
        .load()
        .migrate();
  }

  /** A pool of connections; closed by its owner. */
  public static Pool pool(Vertx vertx, String databaseUrl, int connectionsMax) {
    return PgBuilder.pool()
        .connectingTo(connectOptions(databaseUrl))
        .with(
            new PoolOptions()
                .setMaxSize(connectionsMax)
                .setShared(false)
                .setConnectionTimeout(CONNECT_TIMEOUT_MS)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxWaitQueueSize(10_000))
        .with(new NetClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MS).setTcpKeepAlive(true))
        .using(vertx)
        .build();
  }

  static PgConnectOptions connectOptions(String databaseUrl) {
    return PgConnectOptions.fromUri(databaseUrl)
        .setCachePreparedStatements(true)
        .setPreparedStatementCacheMaxSize(256);
  }

  static String jdbcUrl(String databaseUrl) {
    URI uri = URI.create(databaseUrl);
    String[] user =
        uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
    var url =
        new StringBuilder(
            "jdbc:postgresql://%s:%d%s"
                .formatted(uri.getHost(), port(databaseUrl), uri.getRawPath()));
    char separator = '?';
    if (user.length > 0) {
      url.append(separator).append("user=").append(user[0]);
      separator = '&';
    }
    if (user.length > 1) {
      url.append(separator).append("password=").append(user[1]);
      separator = '&';
    }
    if (uri.getRawQuery() != null) {
      url.append(separator).append(uri.getRawQuery());
    }
    return url.toString();
  }

  public static int port(String databaseUrl) {
    int port = URI.create(databaseUrl).getPort();
    return port == -1 ? PORT_DEFAULT : port;
  }

  /** Where the server of a database URL listens; nowhere, when its name has no address as yet. */
  public static Set<InetSocketAddress> listensOn(String databaseUrl) {
    PgConnectOptions options = connectOptions(databaseUrl);
    try {
      return Stream.of(InetAddress.getAllByName(options.getHost()))
          .map(address -> new InetSocketAddress(address, options.getPort()))
          .collect(Collectors.toUnmodifiableSet());
    } catch (UnknownHostException _) {
      return Set.of();
    }
  }

  /** Host and port of a database URL, for messages: never the password. */
  public static String address(String databaseUrl) {
    URI uri = URI.create(databaseUrl);
    return "%s:%d%s".formatted(uri.getHost(), port(databaseUrl), uri.getPath());
  }
}
