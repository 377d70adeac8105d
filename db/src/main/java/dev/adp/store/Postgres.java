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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;

/** Ways into one PostgreSQL: a pool for the store, JDBC for migrations and for COPY. */
public final class Postgres {
  private static final int PORT_DEFAULT = 5432;
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final String USER = "user";
  private static final String PASSWORD = "password";
  private static final String IDLE_IN_TRANSACTION_MS_MAX = "60000";

  private static final Pattern HOST =
      Pattern.compile("^[a-z]+://(?:[^@/?#]*@)?(?<host>\\[[^]]*]|[^:/?#@]+)");
  private static final Pattern JDBC_OPTIONS = Pattern.compile("(?<=[?&])options=(?<options>[^&]*)");

  private Postgres() {}

  /**
   * Brings the schema up to date; safe to run by several processes at once.
   *
   * @param databaseUrl {@code postgresql://user:password@host:port/database}, with the parameters
   *     that {@link DatabaseTls} reads
   */
  public static void migrate(String databaseUrl) {
    var _ = flyway(databaseUrl).migrate();
  }

  /** Which migrations there are and how far the database has come. */
  static MigrationInfoService migrations(String databaseUrl) {
    return flyway(databaseUrl).info();
  }

  /** Whether the database has had migrations that this program does not have. */
  static boolean knowsMore(MigrationInfoService migrations) {
    return Stream.of(migrations.applied())
        .map(MigrationInfo::getState)
        .anyMatch(state -> state.isApplied() && !state.isResolved());
  }

  private static Flyway flyway(String databaseUrl) {
    Properties user = user(databaseUrl);
    return Flyway.configure()
        .dataSource(
            withoutLimit(jdbcUrl(withoutUser(databaseUrl))),
            user.getProperty(USER),
            user.getProperty(PASSWORD))
        .locations("classpath:db/migration")
        .validateMigrationNaming(true)
        .load();
  }

  /** What messages may quote. */
  private static String withoutUser(String databaseUrl) {
    return databaseUrl.replace(uri(databaseUrl).getRawUserInfo() + "@", "");
  }

  /** Name and password as they are meant, each if there is one. */
  private static Properties user(String databaseUrl) {
    var user = new Properties();
    String info = uri(databaseUrl).getRawUserInfo();
    if (info != null) {
      String[] parts = info.split(":", 2);
      user.setProperty(USER, decoded(parts[0]));
      if (parts.length > 1) {
        user.setProperty(PASSWORD, decoded(parts[1]));
      }
    }
    return user;
  }

  /** A plus is a plus here, unlike in parameters. */
  private static String decoded(String userInfo) {
    return URI.create("user://" + userInfo + "@host").getUserInfo();
  }

  /**
   * A limit of the role, of the database or in the URL is for questions; sums take what they take.
   */
  private static String withoutLimit(String jdbcUrl) {
    Matcher given = JDBC_OPTIONS.matcher(jdbcUrl);
    String options = given.find() ? given.group("options") + "%20" : "";
    return "%s&options=%s-c%%20statement_timeout%%3D0" // The later setting holds.
        .formatted(given.replaceAll(""), options);
  }

  /**
   * A connection by JDBC, in a transaction of its own, for what the client of the pool cannot do.
   *
   * @throws SQLException when there is none to be had
   */
  static Connection connection(String databaseUrl, Patience patience) throws SQLException {
    Properties properties = user(databaseUrl);
    properties.setProperty("connectTimeout", String.valueOf(CONNECT_TIMEOUT_MS / 1_000));
    properties.setProperty("socketTimeout", String.valueOf(patience.silence().toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("socketFactory", LingeringSockets.class.getName());
    Connection connection =
        DriverManager.getConnection(jdbcUrl(withoutUser(databaseUrl)), properties);
    try (Statement statement = connection.createStatement()) {
      // No time-out of the server ends a COPY that waits for its client: this does, once nobody is
      // there.
      statement.execute(
          "set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 5;"
              + " set tcp_keepalives_count = 3");
      statement.execute("set statement_timeout = " + patience.statement().toMillis());
      statement.execute("set idle_in_transaction_session_timeout = " + IDLE_IN_TRANSACTION_MS_MAX);
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** A pool of connections; closed by its owner. */
  public static Pool pool(Vertx vertx, String databaseUrl, int connectionsMax) {
    return pool(vertx, databaseUrl, connectionsMax, Patience.DEFAULT);
  }

  /**
   * How long anything about the database may take before it is given up. Each must be longer than
   * the one before, so that the one who knows most about the fault is the one to end it.
   *
   * @param statement until the server itself ends a statement, its locks and all
   * @param silence until a connection counts as dead on which a statement was sent and nothing came
   *     back: a cut cable answers nothing at all
   */
  record Patience(Duration statement, Duration silence) {
    static final Patience DEFAULT = new Patience(Duration.ofSeconds(15), Duration.ofSeconds(17));
  }

  static Pool pool(Vertx vertx, String databaseUrl, int connectionsMax, Patience patience) {
    long silenceMs = patience.silence().toMillis();
    return PgBuilder.pool()
        .connectingTo(
            connectOptions(databaseUrl)
                .addProperty("statement_timeout", String.valueOf(patience.statement().toMillis())))
        .with(
            new PoolOptions()
                .setMaxSize(connectionsMax)
                .setShared(false)
                .setConnectionTimeout(CONNECT_TIMEOUT_MS)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                // Sooner than silence ends it: nobody is handed a connection that is about to go.
                .setIdleTimeout((int) silenceMs / 2)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxWaitQueueSize(10_000))
        .with(
            new NetClientOptions()
                .setConnectTimeout(CONNECT_TIMEOUT_MS)
                .setTcpKeepAlive(true)
                .setTcpUserTimeout((int) silenceMs))
        .withConnectHandler(connection -> SilenceGuard.guard(connection, patience.silence()))
        .using(vertx)
        .build();
  }

  /**
   * The URL as something that can be taken apart. {@link URI} knows no host with an underscore, as
   * containers have them, so its underscores are hyphens here; {@link #host} knows better.
   */
  public static URI uri(String databaseUrl) {
    return URI.create(readable(databaseUrl));
  }

  private static String readable(String databaseUrl) {
    Matcher matcher = HOST.matcher(databaseUrl);
    return matcher.find()
        ? databaseUrl.substring(0, matcher.start("host"))
            + matcher.group("host").replace('_', '-')
            + databaseUrl.substring(matcher.end("host"))
        : databaseUrl;
  }

  private static String host(String databaseUrl) {
    Matcher matcher = HOST.matcher(databaseUrl);
    return matcher.find() ? matcher.group("host") : "";
  }

  static PgConnectOptions connectOptions(String databaseUrl) {
    URI uri = uri(databaseUrl);
    Map<String, String> parameters = DatabaseTls.parameters(uri.getRawQuery());
    var options =
        PgConnectOptions.fromUri(readable(databaseUrl).split("\\?", 2)[0])
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheMaxSize(256)
            // A process that vanishes from the network keeps its locks no longer than this.
            .addProperty("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_MS_MAX);
    if (host(databaseUrl).contains("_")) {
      options.setHost(host(databaseUrl));
    }
    return DatabaseTls.of(parameters).applyTo(options, parameters);
  }

  /** What is wrong with the parameters of a database URL, to be read behind its name. */
  public static Optional<String> problem(String databaseUrl) {
    try {
      var _ = DatabaseTls.of(DatabaseTls.parameters(uri(databaseUrl).getRawQuery()));
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  static String jdbcUrl(String databaseUrl) {
    URI uri = uri(databaseUrl);
    String[] user =
        uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
    Map<String, String> parameters = DatabaseTls.parameters(uri.getRawQuery());
    var url =
        new StringBuilder(
            "jdbc:postgresql://%s:%d%s?%s"
                .formatted(
                    host(databaseUrl),
                    port(databaseUrl),
                    uri.getRawPath(),
                    DatabaseTls.of(parameters).jdbcParameters(parameters)));
    if (user.length > 0) {
      url.append("&user=").append(user[0]);
    }
    if (user.length > 1) {
      url.append("&password=").append(user[1]);
    }
    return url.toString();
  }

  public static int port(String databaseUrl) {
    int port = uri(databaseUrl).getPort();
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
    URI uri = uri(databaseUrl);
    return "%s:%d%s".formatted(host(databaseUrl), port(databaseUrl), uri.getPath());
  }
}
