package dev.adp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.adp.store.ModelCatalog;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One caller, who tries every route with requests that would succeed if he may. */
record Sweep(Sweep.Resources resources, String token, String session) {
  /** A good one, and older than what is in force: it is refused, but only to those who may. */
  private static final String OLD_CATALOG =
      ModelCatalog.shippedFile().text().replaceFirst("# version: .*", "# version: 2020-01-01");

  private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");
  private static final Pattern STYLE = Pattern.compile("href=\"(/assets/[^\"]+\\.css)\"");

  /** Makes fresh things for a call to act on. */
  record Resources(Program program, Aimock aimock, AtomicInteger count) {
    Resources(Program program, Aimock aimock) {
      this(program, aimock, new AtomicInteger());
    }

    String newName() {
      return "sweep-" + count.incrementAndGet();
    }

    String newSecretName() {
      return "SWEEP_" + count.incrementAndGet();
    }

    String provider() {
      String name = newName();
      program.rest().createOpenAi(name, aimock.baseUrl(), World.SECRET);
      return name;
    }

    String secret() {
      String name = newSecretName();
      World.putSecret(program.rest(), name, "value");
      return name;
    }

    String guardrail() {
      String name = newName();
      program.rest().post("/v1/guardrails", Sweep.guardrail(name));
      return name;
    }

    String user() {
      String name = newName();
      program.rest().post("/v1/users", Sweep.user(name));
      return name;
    }

    String account() {
      String name = newName();
      program.rest().post("/v1/service-accounts", Sweep.account(name));
      return name;
    }

    /** The path of a fresh credential. */
    String credential() {
      String path = "/v1/service-accounts/" + account() + "/credentials";
      return path + "/" + program.rest().post(path, new JsonObject()).getString("id");
    }

    String blockedSubject() {
      String name = newName();
      program.rest().call("PUT", "/v1/blocked-subjects/" + name, "{}");
      return name;
    }

    /** A fresh thing of the kind that a route is about. */
    String of(String route) {
      if (route.contains("/secrets/")) {
        return secret();
      }
      if (route.contains("/users/")) {
        return user();
      }
      if (route.contains("/service-accounts/")) {
        return account();
      }
      if (route.contains("/blocked-subjects/")) {
        return blockedSubject();
      }
      return route.contains("/guardrails/") ? guardrail() : provider();
    }

    /** Approving it is refused, but only to those who may: it does not wait. */
    String catalogInForce() {
      return program
          .rest()
          .get("/v1/catalog/versions")
          .getJsonArray("catalog_versions")
          .getJsonObject(0)
          .getString("id");
    }

    String etag(String path) {
      return program.rest().get("/v1/" + path).getString("etag");
    }

    HttpResponse<String> page(String path, String cookie) {
      return Rest.send(
          HttpRequest.newBuilder(program.portal().resolve(path))
              .header("accept", "text/html")
              .header("cookie", cookie)
              .build());
    }

    HttpResponse<String> submit(String path, String cookie, String... fields) {
      return Rest.send(
          HttpRequest.newBuilder(program.portal().resolve(path))
              .header("content-type", "application/x-www-form-urlencoded")
              .header("cookie", cookie)
              .POST(BodyPublishers.ofString(form(List.of(fields))))
              .build());
    }
  }

  /** A caller with a session; he has the administrator's password. */
  static Sweep signedIn(Resources resources, String token, String user) {
    HttpResponse<String> page = resources.page("/sign-in", "");
    HttpResponse<String> answer =
        resources.submit(
            "/sign-in",
            cookie(page),
            "username",
            user,
            "password",
            resources.program().credentials().getString("password"),
            "csrf",
            match(CSRF, page.body()));
    return new Sweep(resources, token, cookie(answer).replaceAll(".*\\badp=([^;]*).*", "$1"));
  }

  /** Calls a route and tells the status of the answer. */
  int call(String plane, String method, String route) {
    return switch (plane) {
      case "portal" -> method.equals("GET") ? read(route) : submit(route);
      case "gateway" -> bearer(new Rest(resources.program.gateway(), token), method, route);
      default -> bearer(new Rest(resources.program.portal(), token), method, route);
    };
  }

  private int bearer(Rest rest, String method, String route) {
    if (route.equals("/oauth/idp/token")) {
      return Rest.send(
              HttpRequest.newBuilder(rest.url().resolve(route))
                  .header("content-type", "application/x-www-form-urlencoded")
                  .header("authorization", "Bearer " + token)
                  .POST(BodyPublishers.ofString("grant_type=client_credentials"))
                  .build())
          .statusCode();
    }
    return rest.call(method, path(route), body(method, route)).statusCode();
  }

  private String path(String route) {
    return switch (route) {
      case "/llm/v1/providers/:name" -> filled(route) + "/chat/completions";
      case "/v1/spending/breakdown" -> route + "?group_by=model";
      case "/v1/models" -> route + "?provider_type=LLM_PROVIDER_TYPE_OPENAI";
      case "/v1/catalog/versions/:id", "/v1/catalog/versions/:id/approve" ->
          route.replace(":id", resources.catalogInForce());
      default -> filled(route);
    };
  }

  private String filled(String route) {
    if (!route.contains(":")) {
      return route;
    }
    if (route.endsWith("/credentials/:id")) {
      return resources.credential();
    }
    if (route.endsWith("/credentials/:id/revoke")) {
      return resources.credential().substring("/v1".length()) + "/revoke";
    }
    if (route.startsWith("/catalog/:id")) {
      return route.replace(":id", resources.catalogInForce());
    }
    return route.replaceFirst(":[a-z]+", resources.of(route));
  }

  private String body(String method, String route) {
    return switch (method + " " + route) {
      case "POST /v1/llm-providers" ->
          new JsonObject()
              .put("name", resources.newName())
              .put("display_name", "Sweep")
              .put("openai_config", new JsonObject().put("api_key_ref", World.SECRET))
              .encode();
      case "POST /v1/llm-providers/:name/connection-checks" -> "{\"model\":\"gpt-5.4-mini\"}";
      case "POST /v1/connection-checks" ->
          new JsonObject()
              .put("model", "gpt-5.4-mini")
              .put(
                  "provider",
                  new JsonObject()
                      .put("name", resources.newName())
                      .put("display_name", "Sweep")
                      .put(
                          "openai_config",
                          new JsonObject()
                              .put("api_key_ref", World.SECRET)
                              .put("base_url", resources.aimock().baseUrl())))
              .encode();
      case "PATCH /v1/llm-providers/:name" -> "{\"display_name\":\"Changed\"}";
      case "POST /v1/secrets" ->
          new JsonObject()
              .put("id", resources.newSecretName())
              .put("secret_data", "dmFsdWU=")
              .encode();
      case "POST /v1/guardrails" -> guardrail(resources.newName()).encode();
      case "PATCH /v1/guardrails/:name" -> "{\"enabled\":false}";
      case "POST /v1/users" -> user(resources.newName()).encode();
      case "PATCH /v1/users/:name" -> "{\"blocked\":true}";
      case "POST /v1/service-accounts" -> account(resources.newName()).encode();
      case "PATCH /v1/service-accounts/:name" -> "{\"agent\":true}";
      case "POST /v1/service-accounts/:name/credentials" -> "{}";
      case "POST /v1/catalog/versions" -> new JsonObject().put("content", OLD_CATALOG).encode();
      case "POST /v1/catalog/versions/:id/approve" -> "{}";
      case "PUT /v1/blocked-subjects/:id" -> "{\"reason\":\"left\"}";
      case "PUT /v1/secrets/:id" -> "{\"secret_data\":\"bmV3\"}";
      case "POST /llm/v1/providers/:name" ->
          """
          {"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Say hello"}]}
          """;
      default -> "";
    };
  }

  private static JsonObject user(String name) {
    return new JsonObject()
        .put("name", name)
        .put("email", name + "@example.com")
        .put("role", "Reader");
  }

  private static JsonObject account(String name) {
    return new JsonObject().put("name", name).put("display_name", "Sweep").put("role", "Reader");
  }

  static JsonObject guardrail(String name) {
    return new JsonObject()
        .put("name", name)
        .put("display_name", "Sweep")
        .put(
            "bedrock_config",
            new JsonObject()
                .put("region", "us-east-1")
                .put("guardrail_identifier", "gr1")
                .put("guardrail_version", "1"));
  }

  private int read(String route) {
    String path =
        switch (route) {
          case "/assets/" -> match(STYLE, resources.page("/sign-in", "").body());
          case "*" -> "/no-such-page";
          default -> filled(route);
        };
    return resources.page(path, "adp=" + session).statusCode();
  }

  private int submit(String route) {
    String path = filled(route);
    String name = path.replaceAll("^/[a-z-]+/|/.*$", "");
    String csrf = match(CSRF, resources.page("/providers", "adp=" + session).body());
    return resources
        .submit(path, "adp=" + session, fields(route, route.contains(":") ? name : "", csrf))
        .statusCode();
  }

  private String[] fields(String route, String name, String csrf) {
    List<String> provider =
        List.of("display_name", "Sweep", "type", "openai", "openai_api_key_ref", World.SECRET);
    List<String> fields =
        switch (route) {
          case "/providers" -> List.of("name", resources.newName());
          case "/providers/:name" ->
              List.of("name", name, "etag", resources.etag("llm-providers/" + name));
          case "/providers/:name/delete" -> List.of("confirm", name);
          case "/providers/:name/test" -> List.of("model", "gpt-5.4-mini");
          case "/guardrails/:name/delete",
              "/service-accounts/:name/delete",
              "/users/:name/delete" ->
              List.of("confirm", name);
          case "/guardrails" -> guardrail(resources.newName(), "");
          case "/guardrails/:name" -> guardrail(name, resources.etag("guardrails/" + name));
          case "/service-accounts" -> List.of("name", resources.newName(), "role", "Reader");
          case "/service-accounts/:name" ->
              List.of(
                  "name",
                  name,
                  "role",
                  "Reader",
                  "etag",
                  resources.etag("service-accounts/" + name));
          case "/users" -> user(resources.newName(), "");
          case "/users/:name" -> user(name, resources.etag("users/" + name));
          case "/secrets" -> List.of("name", resources.newSecretName(), "value", "value");
          case "/secrets/:name/rotate" -> List.of("name", name, "value", "new");
          default -> List.of("theme", "dark");
        };
    return Stream.of(fields, provider, List.of("csrf", csrf))
        .flatMap(List::stream)
        .toArray(String[]::new);
  }

  private static List<String> guardrail(String name, String etag) {
    return List.of(
        "name",
        name,
        "region",
        "us-east-1",
        "guardrail_identifier",
        "gr1",
        "guardrail_version",
        "1",
        "etag",
        etag);
  }

  private static List<String> user(String name, String etag) {
    return List.of("name", name, "email", name + "@example.com", "role", "Reader", "etag", etag);
  }

  private static String form(List<String> fields) {
    return IntStream.range(0, fields.size() / 2)
        .mapToObj(i -> fields.get(2 * i) + "=" + URLEncoder.encode(fields.get(2 * i + 1), UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static String cookie(HttpResponse<String> answer) {
    return answer.headers().allValues("set-cookie").stream()
        .map(value -> value.split(";", 2)[0])
        .collect(Collectors.joining("; "));
  }

  private static String match(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }
}
