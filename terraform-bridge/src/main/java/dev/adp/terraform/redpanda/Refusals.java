package dev.adp.terraform.redpanda;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.sdk.Refusal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Every answer that is no success, in words that say what to do about it. */
final class Refusals {
  private static final String PROBLEM = "application/problem+json";
  private static final int PROXY_AUTHENTICATION = 407;
  private static final int CAUSES_MAX = 20;
  private static final Pattern GOES_ON = Pattern.compile("(must|is|are|has|have|may|cannot)\\b");

  private Refusals() {}

  /** Reads JSON; whatever is none did not come from a control plane. */
  static JsonObject json(Connection connection, HttpResponse<String> answer) {
    return object(answer).orElseThrow(() -> notAControlPlane(connection, answer.statusCode()));
  }

  /** The object that an answer holds; empty when it holds none. */
  static Optional<JsonObject> object(HttpResponse<String> answer) {
    try {
      return JsonParser.parseString(answer.body()) instanceof JsonObject json
          ? Optional.of(json)
          : Optional.empty();
    } catch (JsonParseException _) {
      return Optional.empty();
    }
  }

  /** Whether the control plane says that something is not there; a proxy's 404 says nothing. */
  static boolean isGone(HttpResponse<String> answer) {
    return answer.statusCode() == 404
        && type(answer).startsWith(PROBLEM)
        && object(answer).filter(json -> text(json, "code").equals("NOT_FOUND")).isPresent();
  }

  private static String type(HttpResponse<String> answer) {
    return answer.headers().firstValue("content-type").orElse("");
  }

  static Refusal of(Connection connection, Subject subject, HttpResponse<String> answer) {
    if (!type(answer).startsWith(PROBLEM)) {
      return notAControlPlane(connection, answer.statusCode());
    }
    JsonObject problem = json(connection, answer);
    String detail = text(problem, "detail");
    return switch (answer.statusCode()) {
      case 401 ->
          refusal(
              "Not signed in",
              "The control plane at %s does not accept the access token: it is wrong, has expired, or its service account was changed. Get a new one, or configure client_id and client_secret."
                  .formatted(connection.endpoint()));
      case 403 ->
          refusal(
              "Permission denied",
              "%s. Give the service account that Terraform uses a role that has this permission, or configure another one."
                  .formatted(sentence(detail)));
      case 404 ->
          subject.address().isEmpty()
              ? missing(subject)
              : refusal(
                  "%s is gone".formatted(subject),
                  "It was deleted outside of Terraform. Plan again to create it anew.");
      case 409 -> conflict(subject, problem, detail, answer.request().method());
      case 412 ->
          refusal(
              "%s was changed by someone else".formatted(subject),
              "It has changed since Terraform read it, so nothing was done. Plan again to see what"
                  + " differs.");
      case 422 -> invalid(subject, problem, detail);
      case 429 ->
          refusal(
              "Too many requests",
              "%s. Try again later, or with a smaller -parallelism.".formatted(sentence(detail)));
      default ->
          refusal(
              "The control plane failed",
              "%s: %s.%s".formatted(subject, sentence(detail), requestId(problem)));
    };
  }

  private static String requestId(JsonObject problem) {
    String id = text(problem, "request_id");
    return id.isEmpty() ? "" : " Request id: %s.".formatted(id);
  }

  private static Refusal conflict(
      Subject subject, JsonObject problem, String detail, String method) {
    if (text(problem, "code").equals("ALREADY_EXISTS")) {
      return exists(subject);
    }
    return refusal(
        (method.equals("DELETE") ? "%s is in use" : "%s cannot be changed now").formatted(subject),
        sentence(detail) + ".");
  }

  /** What is to be said of something that is only used here, not managed. */
  private static Refusal missing(Subject subject) {
    return new Refusal(
        Diagnostic.error(
            subject.fields().path(""),
            "%s not found".formatted(subject),
            "There is no %s. What the same run creates is not there yet when Terraform plans: create it before, for example with -target."
                .formatted(subject)));
  }

  /** What is to be said of an answer that no control plane gives which this provider knows. */
  static Refusal unreadable(Connection connection, Subject subject) {
    return refusal(
        "The answer cannot be read",
        "What %s says of %s is not in the form that this provider knows. Is endpoint right, and is the provider of the version of the control plane?"
            .formatted(connection.endpoint(), subject));
  }

  static Refusal exists(Subject subject) {
    return refusal(
        "%s already exists".formatted(subject),
        "Choose another name, or let Terraform manage what is there: terraform import %s.NAME %s"
            .formatted(subject.address(), subject.name()));
  }

  /** What is to be said when a creation failed and nobody can say whether it was done. */
  static Refusal maybeMade(Subject subject, Refusal failure) {
    var diagnostics = new ArrayList<>(failure.diagnostics());
    diagnostics.add(
        Diagnostic.error(
            "%s may have been created".formatted(subject),
            "There was no answer, so nobody knows whether it is there or is still being made. When it exists at the next apply, let Terraform manage it: terraform import %s.NAME %s"
                .formatted(subject.address(), subject.name())));
    return new Refusal(diagnostics);
  }

  /** What is to be said of a list whose pages do not end. */
  static Refusal endless(Subject subject, int rows) {
    return refusal(
        "Too many %s".formatted(subject),
        "The list has not ended after %d rows. Narrow it with filters.".formatted(rows));
  }

  private static Refusal invalid(Subject subject, JsonObject problem, String detail) {
    var diagnostics = new ArrayList<Diagnostic>();
    if (problem.get("errors") instanceof JsonArray errors) {
      for (JsonElement each : errors) {
        if (!(each instanceof JsonObject error)) {
          continue;
        }
        String field = text(error, "field");
        String message = text(error, "message");
        Path path = subject.fields().path(field);
        diagnostics.add(
            Diagnostic.error(
                path,
                "Invalid " + (field.isEmpty() ? subject : field),
                "The control plane refuses %s: %s."
                    .formatted(subject, sentence(field, sentence(message)))));
      }
    }
    return diagnostics.isEmpty()
        ? refusal("Invalid " + subject, sentence(detail) + ".")
        : new Refusal(List.copyOf(diagnostics));
  }

  /**
   * What is to be said when the token issuer answers anything but a token.
   *
   * @param where the attribute that the credential comes from; empty for the provider's own, which
   *     is no attribute of what is being worked on
   */
  static Refusal noToken(Connection connection, Optional<Path> where, HttpResponse<String> answer) {
    if (!type(answer).startsWith("application/json")
        || text(json(connection, answer), "error").isEmpty()) {
      return notAControlPlane(connection, answer.statusCode());
    }
    if (answer.statusCode() == 401) {
      return new Refusal(
          Diagnostic.error(
              where.orElse(Path.ROOT),
              "Wrong client_id or client_secret",
              "The control plane at %s does not know %s, or it has expired or was revoked. Give the service account a new one."
                  .formatted(
                      connection.endpoint(),
                      where.isPresent()
                          ? "this credential"
                          : "the credential of the provider block or of REDPANDA_CLIENT_ID and"
                              + " REDPANDA_CLIENT_SECRET")));
    }
    return refusal(
        "No access token",
        "The token issuer at %s gives none: %s."
            .formatted(
                connection.endpoint(),
                sentence(text(json(connection, answer), "error_description"))));
  }

  /** What is to be said when no answer came. */
  static Refusal unreachable(Connection connection, Subject subject, IOException failure) {
    String why =
        switch (failure) {
          case ConnectException _ -> "nothing listens there, or the host name is unknown";
          case HttpTimeoutException _ -> "it did not answer in time";
          case BoundedBody.TooLong _ -> "its answer is too long for one of a control plane";
          case SSLException _ ->
              isOfCertificate(failure)
                  ? "its TLS certificate is not trusted, has expired or is another host's (configure"
                      + " ca_certificate for a private authority)"
                  : "no TLS connection comes about, perhaps since it does not speak https";
          default -> "the connection broke";
        };
    return new Refusal(
        Diagnostic.error(
            "Cannot reach the control plane",
            "%s was called%s for %s: %s. Is endpoint right?"
                .formatted(connection.endpoint(), detour(connection), subject, why)));
  }

  private static boolean isOfCertificate(IOException failure) {
    return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
        .limit(CAUSES_MAX)
        .anyMatch(CertificateException.class::isInstance);
  }

  private static String detour(Connection connection) {
    return connection
        .proxy()
        .map(
            proxy ->
                " through the proxy %s of the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY)"
                    .formatted(proxy))
        .orElse("");
  }

  static Refusal notAControlPlane(Connection connection, int status) {
    if (status == PROXY_AUTHENTICATION) {
      return refusal(
          "The proxy lets nobody in without a password",
          "%s is called%s. Its user and password belong into that URL: http://user:password@host:port"
              .formatted(connection.endpoint(), detour(connection)));
    }
    if (status >= 502 && status <= 504) {
      return refusal(
          "The control plane is not available",
          "What answers at %s is a proxy that gets no answer from it (status %d). Try again later."
              .formatted(connection.endpoint(), status));
    }
    return new Refusal(
        Diagnostic.error(
            "Not a control plane",
            "What answers at %s (status %d) is not the REST API of a control plane. endpoint must be its base URL, for example http://localhost:8080, and not that of the gateway."
                .formatted(connection.endpoint(), status)));
  }

  private static Refusal refusal(String summary, String detail) {
    return new Refusal(Diagnostic.error(summary, detail));
  }

  /** A scalar as text; empty when there is none. */
  static String text(JsonObject json, String field) {
    return Optional.ofNullable(json.get(field))
        .filter(JsonElement::isJsonPrimitive)
        .map(JsonElement::getAsString)
        .orElse("");
  }

  /** Most violations go on from the name of their field; others are sentences by themselves. */
  private static String sentence(String field, String violation) {
    boolean goesOn = GOES_ON.matcher(violation).lookingAt();
    return field.isEmpty() || goesOn
        ? "%s %s".formatted(field, violation).strip()
        : "%s: %s".formatted(field, violation);
  }

  private static String sentence(String text) {
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
