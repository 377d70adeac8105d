package dev.adp.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Role;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever may not do something is told so, and the log with him, however wrong his request is. */
class PermissionsFirstTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  private String token = "";
  private String other = "";

  record Operation(String method, String path, List<String> scopes) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** One of the two may nothing that an operation needs. */
  @BeforeEach
  void beTwoWhoMayNearlyNothing() {
    token = api.token(Role.TRANSCRIPT_READER);
    other = api.token(Role.LLM_PROVIDER_INVOKER);
  }

  static Stream<Operation> operations() {
    JsonObject paths = new ApiDocument().json().getJsonObject("paths");
    return paths.fieldNames().stream()
        .filter(path -> path.startsWith("/v1/"))
        .flatMap(path -> operations(path, paths.getJsonObject(path)))
        .filter(operation -> !operation.scopes().isEmpty());
  }

  private static Stream<Operation> operations(String path, JsonObject item) {
    return item.fieldNames().stream()
        .filter(name -> item.getValue(name) instanceof JsonObject)
        .map(
            method -> {
              JsonObject operation = item.getJsonObject(method);
              List<String> scopes =
                  operation.containsKey("security")
                      ? operation
                          .getJsonArray("security")
                          .getJsonObject(0)
                          .getJsonArray("bearer")
                          .stream()
                          .map(String::valueOf)
                          .toList()
                      : List.of();
              return new Operation(
                  method.toUpperCase(Locale.ROOT), path.replaceAll("\\{[a-z_]+}", "1"), scopes);
            });
  }

  @ParameterizedTest
  @MethodSource("operations")
  void nothingElseOfARequestIsJudgedBefore(Operation operation) {
    var answer =
        api.send(
            api.anonymous(operation.path() + "?nonsense=1&page_size=x")
                .header(
                    "authorization",
                    "Bearer " + (operation.path().startsWith("/v1/transcripts") ? other : token))
                .header("content-type", "text/plain")
                .method(operation.method(), BodyPublishers.ofString("no JSON")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(new JsonObject(answer.body()).getString("detail"))
        .isEqualTo("lacks permission " + operation.scopes().getFirst());
  }
}
