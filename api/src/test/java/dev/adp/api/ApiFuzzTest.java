package dev.adp.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Operation;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Requests that are made from the document, most of them nearly right: none may end in an error of
 * ours, and each answer must be one that the document names.
 */
class ApiFuzzTest {
  private static final int REQUESTS = 10_000;

  /** Another one for another day: {@code -Dadp.fuzz.seed=…}; a failure tells the one it had. */
  private static final long SEED = Long.getLong("adp.fuzz.seed", 20_261_122L);

  @RegisterExtension static final ApiExtension api = new ApiExtension();

  private final Random random = new Random(SEED);
  private final JsonFuzz json = new JsonFuzz(new ApiDocument().json(), random);

  @Test
  void noRequestEndsInAnErrorOfOursOrInAnAnswerThatIsNotDocumented() {
    List<Operation> operations =
        api.contract().openApi().operations().stream()
            .filter(operation -> operation.getOpenAPIPath().startsWith("/v1/"))
            .sorted(Comparator.comparing(Operation::getOperationId))
            .toList();
    String token = api.token();
    var statuses = new TreeMap<Integer, Integer>();
    for (int i = 0; i < REQUESTS; i++) {
      Operation operation = operations.get(random.nextInt(operations.size()));
      String path = path(operation);
      String body = body(operation);
      HttpResponse<String> answer = api.send(request(operation, path, body, token));
      String what =
          "seed %d, request %d: %s %s %s".formatted(SEED, i, operation.getHttpMethod(), path, body);
      assertThat(answer.statusCode()).as(what).isLessThan(500);
      statuses.merge(answer.statusCode(), 1, Integer::sum);
    }
    // Were all refused, nothing behind the first check would have been tried.
    assertThat(statuses).as("what came of them").containsKeys(200, 201, 204, 404, 409, 422);
    assertThat(statuses.getOrDefault(200, 0) + statuses.getOrDefault(201, 0))
        .isGreaterThan(REQUESTS / 20);
  }

  private HttpRequest.Builder request(Operation operation, String path, String body, String token) {
    var request =
        api.anonymous(path)
            .header("authorization", "Bearer " + token)
            .method(
                operation.getHttpMethod().name(),
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("content-type", "application/json");
    }
    if (random.nextInt(10) == 0) {
      request.header("if-match", random.nextBoolean() ? "*" : "\"" + random.nextInt(3) + "\"");
    }
    return request;
  }

  private String path(Operation operation) {
    String path = operation.getOpenAPIPath();
    while (path.contains("{")) {
      path = path.replaceFirst("\\{[a-z_]+}", encoded(name(operation)));
    }
    Map<String, String> query = new TreeMap<>();
    for (var parameter : operation.getParameters()) {
      if (parameter.getIn().name().equals("QUERY") && random.nextInt(3) > 0) {
        JsonObject schema =
            new JsonObject(
                parameter.getSchema().fieldNames().stream()
                    .filter(field -> !field.startsWith("__"))
                    .collect(
                        Collectors.toMap(
                            field -> field, field -> parameter.getSchema().<Object>get(field))));
        query.put(parameter.getName(), text(json.value(schema)));
      }
    }
    if (random.nextInt(30) == 0) {
      query.put("surprise", "1");
    }
    return query.isEmpty()
        ? path
        : path
            + query.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + encoded(entry.getValue()))
                .collect(Collectors.joining("&", "?", ""));
  }

  /** A few names, so that requests meet what others made. */
  private String name(Operation operation) {
    if (random.nextInt(40) == 0) {
      return json.text();
    }
    return operation.getOpenAPIPath().contains("/secrets/")
        ? JsonFuzz.SECRETS.get(random.nextInt(JsonFuzz.SECRETS.size()))
        : JsonFuzz.NAMES.get(random.nextInt(JsonFuzz.NAMES.size()));
  }

  private static String text(Object value) {
    return value instanceof JsonArray array && !array.isEmpty()
        ? String.valueOf(array.getValue(0))
        : String.valueOf(value);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String body(Operation operation) {
    if (operation.getRequestBody() == null) {
      return "";
    }
    String whole = json.body(operation.getOperationId());
    return switch (random.nextInt(60)) {
      case 0 -> whole.substring(0, whole.length() / 2);
      case 1 -> "[" + whole + "]";
      case 2 -> "\u0000";
      default -> whole;
    };
  }
}
