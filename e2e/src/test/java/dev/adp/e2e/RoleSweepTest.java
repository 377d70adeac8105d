package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Role;
import dev.adp.store.MasterKey;
import dev.adp.store.MasterKeys;
import dev.adp.store.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may do what, over every route of the running program: this table is the policy. */
class RoleSweepTest {
  private static final String POLICY =
      """
      # Top to bottom; signing out comes last, since it ends the sessions of the others.
      # plane, route                                nobody bad-token Reader Writer Invoker Transcripts Admin
      api     GET    /healthz/live                   200 200 200 200 200 200 200
      api     GET    /healthz/ready                  200 200 200 200 200 200 200
      api     GET    /.well-known/openid-configuration 200 200 200 200 200 200 200
      api     GET    /oauth/idp/jwks                 200 200 200 200 200 200 200
      api     POST   /oauth/idp/token                401 401 401 401 401 401 401
      api     GET    /openapi.yaml                   200 200 200 200 200 200 200
      api     GET    /v1/llm-provider-types          401 401 200 200 200 200 200
      api     GET    /v1/llm-providers               401 401 200 200 403 403 200
      api     POST   /v1/llm-providers               401 401 403 201 403 403 201
      api     GET    /v1/llm-providers/:name         401 401 200 200 403 403 200
      api     PATCH  /v1/llm-providers/:name         401 401 403 200 403 403 200
      api     DELETE /v1/llm-providers/:name         401 401 403 204 403 403 204
      api     POST   /v1/llm-providers/:name/connection-checks 401 401 403 200 403 403 200
      api     POST   /v1/connection-checks           401 401 403 200 403 403 200
      api     GET    /v1/secrets                     401 401 200 200 403 403 200
      api     POST   /v1/secrets                     401 401 403 201 403 403 201
      api     GET    /v1/secrets/:id                 401 401 200 200 403 403 200
      api     PUT    /v1/secrets/:id                 401 401 403 200 403 403 200
      api     DELETE /v1/secrets/:id                 401 401 403 204 403 403 204
      api     GET    /v1/guardrails                 401 401 200 200 403 403 200
      api     POST   /v1/guardrails                 401 401 403 201 403 403 201
      api     GET    /v1/guardrails/:name           401 401 200 200 403 403 200
      api     PATCH  /v1/guardrails/:name           401 401 403 200 403 403 200
      api     DELETE /v1/guardrails/:name           401 401 403 204 403 403 204
      api     GET    /v1/users                       401 401 403 403 403 403 200
      api     POST   /v1/users                       401 401 403 403 403 403 201
      api     GET    /v1/users/:name                 401 401 403 403 403 403 200
      api     PATCH  /v1/users/:name                 401 401 403 403 403 403 200
      api     DELETE /v1/users/:name                 401 401 403 403 403 403 204
      api     GET    /v1/service-accounts            401 401 403 403 403 403 200
      api     POST   /v1/service-accounts            401 401 403 403 403 403 201
      api     GET    /v1/service-accounts/:name      401 401 403 403 403 403 200
      api     PATCH  /v1/service-accounts/:name      401 401 403 403 403 403 200
      api     DELETE /v1/service-accounts/:name      401 401 403 403 403 403 204
      api     POST   /v1/service-accounts/:name/credentials 401 401 403 403 403 403 201
      api     DELETE /v1/service-accounts/:name/credentials/:id 401 401 403 403 403 403 204
      api     GET    /v1/models                      401 401 200 200 403 403 200
      api     GET    /v1/catalog/versions            401 401 200 200 403 403 200
      api     GET    /v1/catalog/versions/:id        401 401 200 200 403 403 200
      api     POST   /v1/catalog/versions            401 401 403 403 403 403 409
      api     POST   /v1/catalog/versions/:id/approve 401 401 403 403 403 403 409
      api     GET    /v1/spending/summary            401 401 200 200 403 403 200
      api     GET    /v1/spending/breakdown          401 401 200 200 403 403 200
      api     GET    /v1/spending/timeseries         401 401 200 200 403 403 200
      api     GET    /v1/transcripts                 401 401 403 403 403 200 200
      api     GET    /v1/transcripts/:conversation_id 401 401 403 403 403 404 404
      api     GET    /v1/audit-log                   401 401 403 403 403 403 200
      api     GET    /v1/blocked-subjects            401 401 403 403 403 403 200
      api     PUT    /v1/blocked-subjects/:id        401 401 403 403 403 403 200
      api     DELETE /v1/blocked-subjects/:id        401 401 403 403 403 403 204
      api     GET    /v1/no-such-resource            401 401 404 404 404 404 404
      portal  GET    /assets/                        200 200 200 200 200 200 200
      portal  GET    /docs/api                       200 200 200 200 200 200 200
      portal  GET    /sign-in                        200 200 303 303 303 303 303
      portal  POST   /sign-in                        403 403 403 403 403 403 403
      portal  GET    /sign-in/oidc                   404 404 404 404 404 404 404
      portal  GET    /sign-in/oidc/start             404 404 404 404 404 404 404
      portal  POST   /theme                          303 303 303 303 303 303 303
      portal  GET    /theme                         303 303 303 303 303 303 303
      portal  GET    /                               303 303 303 303 303 303 303
      portal  GET    /account/password               303 303 200 200 200 200 200
      portal  POST   /account/password               303 303 422 422 422 422 422
      portal  GET    /providers                      303 303 200 200 403 403 200
      portal  POST   /providers                      303 303 403 303 403 403 303
      portal  GET    /providers/-/new                303 303 403 200 403 403 200
      portal  GET    /providers/:name                303 303 200 200 403 403 200
      portal  POST   /providers/:name                303 303 403 303 403 403 303
      portal  GET    /providers/:name/connect        303 303 200 200 403 403 200
      portal  GET    /providers/:name/edit           303 303 403 200 403 403 200
      portal  POST   /providers/:name/enable         303 303 403 303 403 403 303
      portal  POST   /providers/:name/disable        303 303 403 303 403 403 303
      portal  POST   /providers/:name/test          303 303 403 200 403 403 200
      portal  POST   /providers/:name/delete         303 303 403 303 403 403 303
      portal  GET    /providers/:name/enable        303 303 303 303 303 303 303
      portal  GET    /providers/:name/disable       303 303 303 303 303 303 303
      portal  GET    /providers/:name/test          303 303 303 303 303 303 303
      portal  GET    /providers/:name/delete        303 303 303 303 303 303 303
      portal  GET    /secrets                        303 303 200 200 403 403 200
      portal  POST   /secrets                        303 303 403 303 403 403 303
      portal  GET    /secrets/-/new                  303 303 403 200 403 403 200
      portal  GET    /secrets/:name/rotate           303 303 403 200 403 403 200
      portal  POST   /secrets/:name/rotate           303 303 403 303 403 403 303
      portal  GET    /secrets/:name/delete           303 303 403 200 403 403 200
      portal  POST   /secrets/:name/delete           303 303 403 303 403 403 303
      portal  GET    /guardrails                    303 303 200 200 403 403 200
      portal  POST   /guardrails                    303 303 403 303 403 403 303
      portal  GET    /guardrails/-/new              303 303 403 200 403 403 200
      portal  GET    /guardrails/:name              303 303 200 200 403 403 200
      portal  POST   /guardrails/:name              303 303 403 303 403 403 303
      portal  GET    /guardrails/:name/edit         303 303 403 200 403 403 200
      portal  POST   /guardrails/:name/delete       303 303 403 303 403 403 303
      portal  GET    /guardrails/:name/delete       303 303 303 303 303 303 303
      portal  GET    /service-accounts              303 303 403 403 403 403 200
      portal  POST   /service-accounts              303 303 403 403 403 403 200
      portal  GET    /service-accounts/-/new        303 303 403 403 403 403 200
      portal  GET    /service-accounts/:name        303 303 403 403 403 403 200
      portal  POST   /service-accounts/:name        303 303 403 403 403 403 303
      portal  GET    /service-accounts/:name/edit   303 303 403 403 403 403 200
      portal  POST   /service-accounts/:name/credentials 303 303 403 403 403 403 200
      portal  POST   /service-accounts/:name/credentials/:id/revoke 303 303 403 403 403 403 303
      portal  POST   /service-accounts/:name/delete 303 303 403 403 403 403 303
      portal  GET    /service-accounts/:name/credentials 303 303 303 303 303 303 303
      portal  GET    /service-accounts/:name/credentials/:id/revoke 303 303 303 303 303 303 303
      portal  GET    /service-accounts/:name/delete 303 303 303 303 303 303 303
      portal  GET    /users                         303 303 403 403 403 403 200
      portal  POST   /users                         303 303 403 403 403 403 200
      portal  GET    /users/-/new                   303 303 403 403 403 403 200
      portal  GET    /users/:name/edit              303 303 403 403 403 403 200
      portal  POST   /users/:name                   303 303 403 403 403 403 303
      portal  POST   /users/:name/delete            303 303 403 403 403 403 303
      portal  GET    /users/:name                   303 303 303 303 303 303 303
      portal  GET    /users/:name/delete            303 303 303 303 303 303 303
      portal  GET    /cost                          303 303 200 200 403 403 200
      portal  GET    /cost.csv                      303 303 200 200 403 403 200
      portal  GET    /transcripts                   303 303 403 403 403 200 200
      portal  GET    /transcripts/:id               303 303 403 403 403 404 404
      portal  GET    /transcripts/:id/turns/:turn/:side 303 303 403 403 403 404 404
      portal  GET    /audit-log                     303 303 403 403 403 403 200
      portal  GET    /catalog                       303 303 403 403 403 403 200
      portal  POST   /catalog/:id/approve           303 303 403 403 403 403 409
      portal  GET    /catalog/:id/approve           303 303 303 303 303 303 303
      portal  GET    *                               404 404 404 404 404 404 404
      portal  GET    /sign-out                      303 303 303 303 303 303 303
      portal  POST   /sign-out                       303 303 303 303 303 303 303
      gateway GET    /healthz/live                   200 200 200 200 200 200 200
      gateway GET    /healthz/ready                  200 200 200 200 200 200 200
      gateway GET    /.well-known/openid-configuration 200 200 200 200 200 200 200
      gateway GET    /oauth/idp/jwks                 200 200 200 200 200 200 200
      gateway POST   /oauth/idp/token                401 401 401 401 401 401 401
      gateway POST   /llm/v1/providers/:name         401 401 403 200 200 403 200
      gateway GET    /llm/v1/no-such-thing           404 404 404 404 404 404 404
      """;

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static final Map<Caller, Sweep> CALLERS = new EnumMap<>(Caller.class);
  private static List<String> controlRoutes = List.of();
  private static List<String> gatewayRoutes = List.of();

  /** In the order of the table's columns. */
  enum Caller {
    NOBODY,
    BAD_TOKEN,
    READER,
    WRITER,
    INVOKER,
    TRANSCRIPT_READER,
    ADMIN
  }

  /** One line of the table. */
  record Row(String plane, String method, String path, List<Integer> expected) {
    static Row of(String line) {
      String[] words = line.split(" +", -1);
      return new Row(
          words[0],
          words[1],
          words[2],
          Arrays.stream(words, 3, words.length).map(Integer::valueOf).toList());
    }

    String route() {
      return method + " " + path;
    }

    /** Whether there is nothing but the way to another page. */
    boolean isLeadingOn() {
      return expected.stream().allMatch(status -> status == 303);
    }

    @Override
    public String toString() {
      return plane + " " + route();
    }
  }

  static Stream<Row> policy() {
    return POLICY.lines().filter(line -> !line.startsWith("#")).map(Row::of);
  }

  @BeforeAll
  static void start(@TempDir Path folder) {
    EmbeddedPostgres postgres = opened(EmbeddedPostgres.start(folder));
    String masterKey = MasterKey.generate();
    Program program =
        opened(
            Program.prepared(
                    "up", "ADP_DATABASE_URL", postgres.databaseUrl(), "ADP_MASTER_KEY", masterKey)
                .start());
    Aimock aimock = opened(Aimock.start());
    World.putSecret(program.rest(), World.SECRET, Aimock.API_KEY);
    Directory directory = opened(new Directory(postgres.databaseUrl()));
    var routes = new Routes(directory, MasterKeys.of(MasterKey.ofBase64(masterKey)));
    controlRoutes = routes.control();
    gatewayRoutes = routes.gateway();
    var resources = new Sweep.Resources(program, aimock);
    CALLERS.put(Caller.NOBODY, new Sweep(resources, "", ""));
    CALLERS.put(Caller.BAD_TOKEN, new Sweep(resources, "eyJ.not.ours", "not-a-session"));
    Map.of(
            Caller.READER, Role.READER,
            Caller.WRITER, Role.WRITER,
            Caller.INVOKER, Role.LLM_PROVIDER_INVOKER,
            Caller.TRANSCRIPT_READER, Role.TRANSCRIPT_READER,
            Caller.ADMIN, Role.ADMIN)
        .forEach(
            (caller, role) -> {
              String name = "sweep-" + role.displayName().toLowerCase(Locale.ROOT);
              directory.user(name, role);
              String token = directory.token(program, name, role);
              CALLERS.put(caller, Sweep.signedIn(resources, token, name));
            });
  }

  private static <T extends AutoCloseable> T opened(T resource) {
    OPEN.addFirst(resource);
    return resource;
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable resource : OPEN) {
      resource.close();
    }
  }

  @Test
  void everyRouteOfTheControlPlaneIsInTheTable() {
    assertThat(controlRoutes)
        .isNotEmpty()
        .isSubsetOf(
            policy().filter(row -> !row.plane().equals("gateway")).map(Row::route).toList());
  }

  @Test
  void everyRouteOfTheGatewayIsInTheTable() {
    assertThat(gatewayRoutes)
        .hasSizeGreaterThan(1)
        .isSubsetOf(policy().filter(row -> row.plane().equals("gateway")).map(Row::route).toList());
  }

  @ParameterizedTest
  @MethodSource("policy")
  void everybodyGetsTheAnswerOfTheTable(Row row) {
    var answers = new ArrayList<Integer>();
    for (Caller caller : Caller.values()) {
      answers.add(
          Objects.requireNonNull(CALLERS.get(caller)).call(row.plane(), row.method(), row.path()));
    }
    assertThat(answers).as(row.toString()).isEqualTo(row.expected());
  }
}
