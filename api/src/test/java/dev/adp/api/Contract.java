package dev.adp.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The OpenAPI document as a judge of requests and responses. */
public final class Contract {
  private static final String PLAIN = "[A-Za-z0-9_-]+";

  private final JsonObject document = new ApiDocument().json();
  private final OpenAPIContract contract;
  private final ResponseValidator responses;

  /** Fails when the document is not valid OpenAPI 3.1. */
  public Contract(Vertx vertx) {
    contract = OpenAPIContract.from(vertx, known(document)).await();
    responses = ResponseValidator.create(vertx, contract);
  }

  /** The validator knows few media types; those of ours that it does not are called others here. */
  private static JsonObject known(JsonObject document) {
    return new JsonObject(
        document
            .encode()
            .replace("\"application/problem+json\"", "\"application/json\"")
            .replace("\"application/x-www-form-urlencoded\"", "\"multipart/form-data\""));
  }

  OpenAPIContract openApi() {
    return contract;
  }

  Operation operation(String id) {
    return Objects.requireNonNull(contract.operation(id), id);
  }

  /**
   * The same for whatever was asked: what the document has no operation for passes, and what a path
   * of odd characters leads to.
   */
  public void check(HttpResponse<String> response) {
    String path = response.request().uri().getRawPath();
    contract.operations().stream()
        .filter(operation -> operation.getHttpMethod().name().equals(response.request().method()))
        .filter(
            operation -> path.matches(operation.getOpenAPIPath().replaceAll("\\{[a-z_]+}", PLAIN)))
        .findFirst()
        .ifPresent(operation -> check(operation.getOperationId(), response));
  }

  /** A response must be one that the document names, with its type, headers and schema. */
  void check(String operationId, HttpResponse<String> response) {
    String what = operationId + " " + response.statusCode() + " " + response.body();
    Operation operation = operation(operationId);
    assertThat(
            response.statusCode() >= 500 // Which no operation means to answer.
                ? operation.getDefaultResponse()
                : operation.getResponse(response.statusCode()))
        .as(what)
        .isNotNull();
    JsonObject content = content(operation, response.statusCode());
    String type = response.headers().firstValue("content-type").orElse("");
    assertThat(content.fieldNames()).as(what).isEqualTo(type.isEmpty() ? Set.of() : Set.of(type));
    if (type.isEmpty()) {
      assertThat(response.body()).as(what).isEmpty();
    }
    Map<String, String> headers =
        response.headers().map().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, entry -> readable(entry.getValue().getFirst())));
    var validated =
        responses.validate(
            ValidatableResponse.create(
                response.statusCode(),
                headers,
                Buffer.buffer(response.body()),
                type.isEmpty() ? "" : "application/json"),
            operationId);
    assertThat(validated.toCompletionStage()).as(what).succeedsWithin(Duration.ofSeconds(60));
  }

  /** The validator takes what has a quote in it for JSON. */
  private static String readable(String value) {
    return value.contains("\"") && !value.startsWith("\"") ? Json.encode(value) : value;
  }

  private JsonObject content(Operation operation, int status) {
    JsonObject named =
        document
            .getJsonObject("paths")
            .getJsonObject(operation.getOpenAPIPath())
            .getJsonObject(operation.getHttpMethod().name().toLowerCase(Locale.ROOT))
            .getJsonObject("responses");
    JsonObject response =
        resolve(named.getJsonObject(status >= 500 ? "default" : String.valueOf(status)));
    return response.getJsonObject("content", new JsonObject());
  }

  private JsonObject resolve(JsonObject response) {
    String reference = response.getString("$ref");
    return reference == null
        ? response
        : document
            .getJsonObject("components")
            .getJsonObject("responses")
            .getJsonObject(reference.substring(reference.lastIndexOf('/') + 1));
  }

  /** Whether the document's schema takes a request body. */
  OutputUnit judge(String operationId, JsonObject body) {
    var json = operation(operationId).getRequestBody().getContent().get("application/json");
    var schema = Objects.requireNonNull(json, operationId).getSchema();
    return contract.getSchemaRepository().validator(schema).validate(body);
  }
}
