package dev.adp.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every resource alike. */
class CommonRulesTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  private static final String IF_MATCH = "if-match";

  /** A resource whose instances are called one, two and three. */
  enum Resource {
    PROVIDER(
        "llm_providers",
        """
        {"name": "%s", "display_name": "%s", "openai_compatible_config": {"base_url": "http://127.0.0.1:9/v1"}}
        """,
        "PATCH"),
    SECRET("secrets", "{\"id\": \"%s\", \"secret_data\": \"YWJj\"}", "PUT") {
      @Override
      String name(String plain) {
        return plain.toUpperCase(java.util.Locale.ROOT);
      }
    },
    GUARDRAIL(
        "guardrails",
        """
        {"name": "%s", "display_name": "%s", "bedrock_config":
         {"region": "us-east-1", "guardrail_identifier": "gr1", "guardrail_version": "DRAFT"}}
        """,
        "PATCH"),
    USER(
        "users",
        """
        {"name": "%1$s", "email": "%1$s@example.com", "role": "Reader", "password": "long enough, is it not"}
        """,
        "PATCH"),
    SERVICE_ACCOUNT(
        "service_accounts",
        """
        {"name": "%s", "display_name": "%s", "role": "Reader"}
        """,
        "PATCH");

    private final String field;
    private final String body;
    private final String change;

    Resource(String field, String body, String change) {
      this.field = field;
      this.body = body;
      this.change = change;
    }

    String name(String plain) {
      return plain;
    }

    String path() {
      return "/v1/" + field.replace('_', '-');
    }

    String path(String plain) {
      return path() + "/" + name(plain);
    }

    String idField() {
      return this == SECRET ? "id" : "name";
    }

    /** Makes one and returns its etag. */
    String create(String plain) {
      String name = name(plain);
      HttpResponse<String> made = api.send("POST", path(), body.formatted(name, name));
      assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
      String etag = made.headers().firstValue("etag").orElseThrow();
      assertThat(new JsonObject(made.body()).getString("etag")).isEqualTo(etag);
      return etag;
    }

    int change(String plain, String etag) {
      var request =
          api.request(path(plain))
              .header(IF_MATCH, etag)
              .header("content-type", "application/json");
      return api.send(request.method(change, BodyPublishers.ofString("{}"))).statusCode();
    }

    int delete(String plain, String etag) {
      return api.send(api.request(path(plain)).header(IF_MATCH, etag).DELETE()).statusCode();
    }
  }

  /** Else whoever has read the first would change the second, which he has never seen. */
  @ParameterizedTest
  @EnumSource
  void theEtagOfOneThatIsGoneIsNotThatOfItsSuccessor(Resource resource) {
    String first = resource.create("one");
    assertThat(resource.change("one", first)).isEqualTo(200);
    assertThat(api.send("DELETE", resource.path("one"), "").statusCode()).isEqualTo(204);
    String second = resource.create("one");
    assertThat(resource.change("one", first)).isEqualTo(412);
    assertThat(resource.delete("one", first)).isEqualTo(412);
    assertThat(resource.delete("one", second)).isEqualTo(204);
  }

  @ParameterizedTest
  @EnumSource
  void aListIsInTheOrderAskedForPageByPage(Resource resource) {
    Stream.of("one", "two", "three").forEach(resource::create);
    String byName = resource.idField();
    assertThat(names(resource, "")).startsWith(named(resource, "three", "two", "one"));
    assertThat(names(resource, "created_at desc"))
        .startsWith(named(resource, "three", "two", "one"));
    assertThat(names(resource, "created_at")).endsWith(named(resource, "one", "two", "three"));
    assertThat(names(resource, byName)).isSorted().contains(named(resource, "one", "two"));
    assertThat(names(resource, byName + " desc"))
        .isSortedAccordingTo(java.util.Comparator.reverseOrder());
    touch(resource);
    assertThat(names(resource, "updated_at desc")).startsWith(named(resource, "one", "three"));
    assertThat(names(resource, "updated_at")).endsWith(named(resource, "three", "one"));
  }

  /** Changes the oldest. */
  private static void touch(Resource resource) {
    String body =
        switch (resource) {
          case SECRET -> "{\"labels\": {\"team\": \"a\"}}";
          case USER -> "{\"role\": \"Writer\"}";
          default -> "{\"display_name\": \"Changed\"}";
        };
    assertThat(api.send(resource.change, resource.path("one"), body).statusCode()).isEqualTo(200);
  }

  private static String[] named(Resource resource, String... plain) {
    return Stream.of(plain).map(resource::name).toArray(String[]::new);
  }

  /** The whole list, one row a page. */
  private static List<String> names(Resource resource, String order) {
    String path =
        resource.path()
            + "?page_size=1"
            + (order.isEmpty() ? "" : "&order_by=" + order.replace(" ", "%20"));
    var names = new ArrayList<String>();
    String token = "";
    do {
      HttpResponse<String> page =
          api.send(
              "GET", path + "&page_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8), "");
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      var json = new JsonObject(page.body());
      JsonArray rows = json.getJsonArray(resource.field);
      assertThat(rows).hasSize(1);
      names.add(rows.getJsonObject(0).getString(resource.idField()));
      token = json.getString("next_page_token");
    } while (!token.isEmpty());
    return names;
  }

  @Test
  void modelsOfAllTypesAreListedPageByPage() {
    var ofTypes = new ArrayList<String>();
    for (Object type :
        new JsonObject(api.send("GET", "/v1/llm-provider-types", "").body())
            .getJsonArray("llm_provider_types")) {
      ofTypes.addAll(models("/v1/models?page_size=1000&provider_type=" + type));
    }
    assertThat(ofTypes).hasSizeGreaterThan(100).doesNotHaveDuplicates();
    assertThat(models("/v1/models?page_size=50"))
        .isSorted()
        .containsExactlyInAnyOrderElementsOf(ofTypes);
  }

  /** Types and names, page by page. */
  private static List<String> models(String path) {
    var models = new ArrayList<String>();
    String token = "";
    do {
      var page = new JsonObject(api.send("GET", path + "&page_token=" + token, "").body());
      page.getJsonArray("models").stream()
          .map(JsonObject.class::cast)
          .forEach(
              model ->
                  models.add(model.getString("provider_type") + " " + model.getString("name")));
      token = page.getString("next_page_token");
    } while (!token.isEmpty());
    return models;
  }

  /** A token is no secret: whoever likes can make one that names a place no list has. */
  @Test
  void aPageTokenOfATimeThatNoDatabaseHasIsRefused() {
    Stream.of("one", "two").forEach(Resource.GUARDRAIL::create);
    var page = new JsonObject(api.send("GET", "/v1/guardrails?page_size=1", "").body());
    var parts =
        new JsonArray(
            new String(
                Base64.getUrlDecoder().decode(page.getString("next_page_token")),
                StandardCharsets.UTF_8));
    for (String time :
        List.of(
            "+1000000000-12-31T23:59:59Z", "+300000-01-01T00:00:00Z", "-99999-01-01T00:00:00Z")) {
      String token =
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(
                  new JsonArray(List.of(parts.getString(0), time, "one")).toBuffer().getBytes());
      HttpResponse<String> answer =
          api.send("GET", "/v1/guardrails?page_size=1&page_token=" + token, "");
      assertThat(answer.statusCode()).as(time).isEqualTo(422);
      assertThat(answer.body()).contains("page_token");
    }
  }

  /** What is wrong with a provider itself and with what it points at is mended in one go. */
  @Test
  void whatDoesNotExistIsNamedBesideWhatIsWrong() {
    String body =
        """
        {"name": "Team", "display_name": "", "guardrail": "nowhere", "bedrock_config": {"region": "us-east-1",
         "base_url": "http://169.254.169.254/", "static_credentials":
          {"access_key_id_ref": "NO_ID", "secret_access_key_ref": "no key"}}}
        """;
    assertThat(fields("POST", Resource.PROVIDER.path(), body))
        .contains(
            "name", "display_name", "bedrock_config.static_credentials.secret_access_key_ref");
    assertThat(fields("POST", Resource.PROVIDER.path(), body.replace("no key", "NO_KEY")))
        .containsExactlyInAnyOrder(
            "name",
            "display_name",
            "guardrail",
            "bedrock_config.base_url",
            "bedrock_config.static_credentials.access_key_id_ref",
            "bedrock_config.static_credentials.secret_access_key_ref");
    Resource.PROVIDER.create("one");
    assertThat(
            fields(
                "PATCH",
                Resource.PROVIDER.path("one"),
                """
                {"display_name": "", "openai_compatible_config": {"base_url": "http://127.0.0.1:9/v1", "api_key_ref": "NO_KEY"}}
                """))
        .containsExactlyInAnyOrder("display_name", "openai_compatible_config.api_key_ref");
  }

  private static List<String> fields(String method, String path, String body) {
    HttpResponse<String> answer = api.send(method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    return new JsonObject(answer.body())
        .getJsonArray("errors").stream()
            .map(error -> ((JsonObject) error).getString("field"))
            .toList();
  }
}
