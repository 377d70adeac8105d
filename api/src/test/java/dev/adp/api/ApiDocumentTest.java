package dev.adp.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Permission;
import dev.adp.domain.Role;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.openapi.contract.OpenAPIVersion;
import io.vertx.openapi.contract.Operation;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The document names what the router serves, and who may call it. */
class ApiDocumentTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  @Test
  void isValidOpenApi() {
    var contract = api.contract().openApi();
    assertThat(contract.getVersion()).isEqualTo(OpenAPIVersion.V3_1);
    assertThat(contract.operations()).extracting(Operation::getOperationId).doesNotHaveDuplicates();
  }

  @Test
  void namesEveryRouteAndNoOther() {
    var served = new TreeSet<String>();
    for (Route route : api.router().getRoutes()) {
      Set<HttpMethod> methods = Objects.requireNonNullElse(route.methods(), Set.of());
      methods.forEach(method -> served.add(method + " " + route.getPath()));
    }
    served.remove("GET /openapi.yaml");
    assertThat(operations().map(ApiDocumentTest::route))
        .containsExactlyInAnyOrderElementsOf(served)
        .hasSizeGreaterThan(10);
  }

  private static Stream<Operation> operations() {
    return api.contract().openApi().operations().stream();
  }

  private static String route(Operation operation) {
    return operation.getHttpMethod()
        + " "
        + operation.getOpenAPIPath().replaceAll("\\{([a-z_]+)}", ":$1");
  }

  /** Whoever has everything but the last permission of an operation is told which one he lacks. */
  @Test
  void namesThePermissionThatEachOperationNeeds() {
    String token = api.token(Role.LLM_PROVIDER_INVOKER);
    List<String> permissions =
        Arrays.stream(Permission.values()).map(Permission::wireName).toList();
    operations()
        .filter(operation -> operation.getOpenAPIPath().startsWith("/v1/"))
        .forEach(
            operation -> {
              Set<String> needed = scopes(operation);
              assertThat(permissions).containsAll(needed);
              HttpResponse<String> refused = call(operation, token);
              if (needed.isEmpty()) {
                assertThat(refused.statusCode()).as(route(operation)).isEqualTo(200);
              } else {
                assertThat(refused.statusCode()).as(route(operation)).isEqualTo(403);
                assertThat(needed)
                    .contains(
                        new JsonObject(refused.body())
                            .getString("detail")
                            .replace("lacks permission ", ""));
              }
              assertThat(call(operation, "").statusCode()).as(route(operation)).isEqualTo(401);
            });
  }

  private static Set<String> scopes(Operation operation) {
    return Set.copyOf(operation.getSecurityRequirements().getFirst().getScopes("bearer"));
  }

  private static HttpResponse<String> call(Operation operation, String token) {
    String path =
        operation
            .getOpenAPIPath()
            .replace("{name}", "some-name")
            .replace("{id}", "SOME_ID")
            .replace("{conversation_id}", "some-conversation")
            .replace("/v1/spending/breakdown", "/v1/spending/breakdown?group_by=user")
            .replace("/v1/models", "/v1/models?provider_type=LLM_PROVIDER_TYPE_OPENAI");
    String body =
        switch (operation.getOperationId()) {
          case "createLLMProvider" ->
              """
              {"name": "x", "display_name": "X", "openai_config": {"api_key_ref": "X"}}
              """;
          case "createGuardrail" ->
              """
              {"name": "x", "display_name": "X", "bedrock_config":
               {"region": "us-east-1", "guardrail_identifier": "x", "guardrail_version": "1"}}
              """;
          case "createSecret" ->
              """
              {"id": "X", "secret_data": "YQ=="}
              """;
          case "checkLLMProvider" ->
              """
              {"model": "gpt-x"}
              """;
          case "checkConnection" ->
              """
              {"model": "gpt-x", "provider":
               {"name": "x", "display_name": "X", "openai_config": {"api_key_ref": "X"}}}
              """;
          case "createUser" ->
              """
              {"name": "x", "email": "x@example.com", "role": "Reader"}
              """;
          case "createServiceAccount" ->
              """
              {"name": "x", "display_name": "X", "role": "Reader"}
              """;
          case "offerCatalogVersion" ->
              """
              {"content": "x"}
              """;
          default -> "{}";
        };
    var request =
        api.anonymous(path)
            .header("content-type", "application/json")
            .method(operation.getHttpMethod().name(), BodyPublishers.ofString(body));
    return api.send(token.isEmpty() ? request : request.header("authorization", "Bearer " + token));
  }

  @Test
  void isServedToAnybodyAndNotSentTwice() {
    HttpResponse<String> first = api.send(api.anonymous("/openapi.yaml"));
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("content-type")).contains("application/yaml");
    assertThat(first.body()).startsWith("openapi: 3.1.");
    String etag = first.headers().firstValue("etag").orElseThrow();
    HttpResponse<String> again =
        api.send(api.anonymous("/openapi.yaml").header("if-none-match", etag));
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(
            api.send(api.anonymous("/openapi.yaml").header("if-none-match", "\"older\""))
                .statusCode())
        .isEqualTo(200);
  }
}
